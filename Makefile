# Two commands: `make demo` and `make test`. Everything they need is installed by the steps below; a second run is fast.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON_STAMP := .stamps/python
NODE_STAMP := .stamps/node
DIST := workbench/dist/manifest.json
BIN := .venv/bin
CATALOGUE := src/tagwork/locale/es/LC_MESSAGES/django.mo
SEED ?= 1

.PHONY: help setup demo test test-python test-workbench test-browser lint types chaos bench clean strings

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(PYTHON_STAMP): pyproject.toml requirements.lock scripts/find-uv scripts/find-python
	@echo "== Python packages"
	@python=$$(sh scripts/find-python) && uv=$$(sh scripts/find-uv) \
	  && { [ -x $(BIN)/python ] || "$$uv" venv -q .venv --python "$$python"; } \
	  && "$$uv" pip sync -q requirements.lock --python $(BIN)/python \
	  && "$$uv" pip install -q -e . --no-deps --python $(BIN)/python
	@mkdir -p .stamps && touch $@

$(NODE_STAMP): workbench/package.json workbench/package-lock.json
	@echo "== Workbench packages"
	@command -v npm >/dev/null || { echo "node is missing: install Node.js 20 or newer (apt-get install nodejs npm)" >&2; exit 1; }
	@cd workbench && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p .stamps && touch $@

$(DIST): $(NODE_STAMP) $(shell find workbench/src workbench/*.ts workbench/*.json -type f 2>/dev/null)
	@echo "== Workbench build"
	@cd workbench && npm run --silent build
	@touch $@

$(CATALOGUE): $(PYTHON_STAMP) $(wildcard src/tagwork/locale/*/*.po)
	@$(BIN)/tagwork strings compile >/dev/null

strings: $(PYTHON_STAMP) ## write new texts into the catalogues and name what is not translated
	@$(BIN)/tagwork strings update && $(BIN)/tagwork strings check

setup: $(PYTHON_STAMP) $(DIST) $(CATALOGUE) ## install everything and build the workbench

demo: setup ## a running site with photographs, accounts and history on 127.0.0.1:$PORT
	@exec $(BIN)/tagwork demo

test: setup lint types test-python test-workbench test-browser ## everything: lint, types, arrows, unit, API, both databases, browser
	@echo "== All passed"

lint: $(PYTHON_STAMP) $(NODE_STAMP)
	@echo "== Lint and import arrows"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && { $(BIN)/lint-imports >.stamps/arrows 2>&1 || { cat .stamps/arrows; exit 1; }; }
	@cd workbench && npm run --silent lint
	@sh scripts/check-generated

types: $(PYTHON_STAMP) $(NODE_STAMP)
	@echo "== Types"
	@TAGWORK_ENV=test DATA_DIR=$${TMPDIR:-/tmp}/tagwork-types $(BIN)/mypy
	@cd workbench && npm run --silent check

test-python: $(PYTHON_STAMP) $(DIST) $(CATALOGUE) ## unit, API and page tests on SQLite and on PostgreSQL
	@sh scripts/test-both

test-workbench: $(DIST) ## the workbench's own tests and its byte budgets
	@echo "== Workbench tests"
	@cd workbench && npm test --silent

test-browser: $(PYTHON_STAMP) $(DIST) $(CATALOGUE) ## journeys in Chromium, phone and desktop
	@sh scripts/test-browser

chaos: setup ## the long fault runs (N and SEED)
	@echo "== Chaos, seed $(SEED)"
	@rm -f .stamps/chaos
	@N=$(N) SEED=$(SEED) CHAOS=long CHAOS_REPORT=$(CURDIR)/.stamps/chaos sh scripts/test-both -m chaos
	@cat .stamps/chaos
	@N=$${N:-200} SEED=$(SEED) CHAOS=long sh scripts/test-browser -m chaos
	@N=$${N:-200} SEED=$(SEED) sh bench/run race --threads 64

bench: setup ## the figures of the README; see bench/README.md
	@sh bench/run

clean: ## remove what was installed and built (never the data)
	@rm -rf .venv .tools .stamps workbench/node_modules workbench/dist
