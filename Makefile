.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PIP := .venv/bin/python -m pip install -qq --disable-pip-version-check
NODE := tools/node.sh
FONT := kiosk_ui/static/build/fonts/Tinos-Regular.ttf
MANIFEST := kiosk_ui/static/build/manifest.json
CASES := build/cases.json

.PHONY: run demo setup assets test test-ui test-py services check types bench faults docs package lock help FORCE

run: .venv/project assets ## Serve Gatebook on this machine, after making what is missing
	@.venv/bin/gatebook serve

demo: .venv/project assets ## Make a separate demo book with 90 days in it
	@.venv/bin/gatebook demo

setup: .venv/dev assets ## Make all that working on Gatebook needs

assets: $(MANIFEST) $(FONT) ## Build scripts, styles, icons and fonts, where their sources changed

test: setup services ## Run all tests: pages' scripts, then the rest on both databases and in Chromium
	@$(MAKE) test-ui
	@$(MAKE) test-py

check: setup ## Lint, format, types, layers, and what no file may say
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-cache
	@$(MAKE) types
	.venv/bin/python tools/check_words.py

bench: setup ## Measure, print a table and write bench/results.json
	.venv/bin/python -m bench

faults: setup services ## Break things on purpose, print a table and write tests/faults/results.json
	.venv/bin/python -m tests.faults

docs: setup services ## Take the pictures for the guides again
	GATEBOOK_PICTURES=docs/pictures .venv/bin/python -m pytest -q -n0 tests/browser/test_pictures.py

package: .venv/project assets ## Build the installable package into dist/
	.venv/bin/hatchling build -t wheel -d dist

lock: .venv/dev ## Pin what pyproject.toml names, with hashes; UPGRADE=--upgrade takes the newest
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) --group build -c requirements.txt -o requirements-build.txt
	$(LOCK) --group dev -c requirements.txt -c requirements-build.txt -o requirements-dev.txt
	$(LOCK) --group node -o requirements-node.txt
LOCK = .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(UPGRADE)

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

# The parts of `test` and `check`, for running one alone.
test-ui: assets $(CASES)
	$(NODE) node kiosk_ui/test.mjs

test-py: .venv/dev assets
	.venv/bin/python -m pytest

types: .venv/dev assets
	$(NODE) node_modules/.bin/pyright
	$(NODE) node_modules/.bin/tsc -p tsconfig.json
	$(NODE) node_modules/.bin/tsc -p tests/ui/tsconfig.json

services:
	@tools/services.sh

# Each step leaves a stamp, so that a second run does nothing.
.venv/made: FORCE
	@tools/venv.sh

.venv/runtime: .venv/made requirements.txt requirements-build.txt
	$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt
	@touch $@

.venv/project: .venv/runtime pyproject.toml
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/project requirements-dev.txt
	$(PIP) --require-hashes -r requirements.txt -r requirements-build.txt -r requirements-dev.txt
	@touch $@

node_modules/.package-lock.json: .venv/runtime package.json package-lock.json .npmrc
	$(NODE) npm ci --loglevel=error
	@touch $@

$(FONT): node_modules/.package-lock.json tools/fonts.py
	.venv/bin/python tools/fonts.py node_modules/@fontsource/tinos/files $(@D)

$(MANIFEST): node_modules/.package-lock.json tools/texts.py kiosk_ui/build.mjs kiosk_ui/icons.txt tsconfig.json \
		kiosk_ui/templates/guard/tablet.html kiosk_ui/templates/layouts/head.html \
		$(shell find kiosk_ui/src kiosk_ui/styles kiosk_ui/locales -not -path '*/generated*' 2>/dev/null)
	.venv/bin/python tools/texts.py
	$(NODE) node kiosk_ui/build.mjs
	@touch $@

# What the rules answer to made-up cases, for their twins on the tablet.
$(CASES): .venv/dev $(wildcard tests/cases/*.py app/screening/rules/*.py) app/declarations/rules.py app/kit/text.py
	.venv/bin/python -m tests.cases.generated $@
