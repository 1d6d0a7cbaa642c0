.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PIP := .venv/bin/python -m pip install -qq --disable-pip-version-check

.PHONY: run setup help FORCE

run: .venv/project ## Serve Gatebook on this machine; makes everything that is missing first
	.venv/bin/gatebook serve

setup: .venv/project .venv/dev node_modules/.package-lock.json ## Make all that working on Gatebook needs

# A stamp for each step, so that a second run does nothing.
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
	tools/node.sh npm ci
	@touch $@

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
