#!/bin/sh
# Makes .venv: at first, after the folder was moved, and when the Python that made it is gone.
set -eu
cd "$(dirname "$0")/.."

stamp() { echo "$(pwd): $(.venv/bin/python -V 2>/dev/null || true)"; }
[ "$(cat .venv/made 2>/dev/null || true)" = "$(stamp)" ] && exit 0

python=
for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "Gatebook needs Python 3.11 or newer: install the package python3, or name one with PYTHON=/path/to/python3." >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    tools/packages.sh "python$version-venv"
fi
echo "Making .venv with $("$python" -V)."
"$python" -m venv --clear .venv
stamp >.venv/made
