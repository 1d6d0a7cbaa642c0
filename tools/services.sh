#!/bin/sh
# Sees to the programs that tests drive and no Python package brings: a Chromium, certutil, which tells it whom to trust,
# and a PostgreSQL of 15 or newer.
set -eu
cd "$(dirname "$0")/.."

has() { for name in "$@"; do if command -v "$name" >/dev/null; then return 0; fi; done; return 1; }

wanted=
has chromium chromium-browser google-chrome || wanted=chromium
has /usr/lib/postgresql/1[5-9]/bin/initdb /usr/lib/postgresql/[2-9][0-9]/bin/initdb || wanted="$wanted postgresql"
has certutil || wanted="$wanted libnss3-tools"
# shellcheck disable=SC2086 # a list of words
[ -z "$wanted" ] || tools/packages.sh $wanted
