# zhucun: `make` prints this help. Needs GNU make and Python >= 3.11; everything else comes from the locks.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:

VENV ?= .venv
VAR ?= var
BIN := $(VENV)/bin
ARGS ?=
TESTS ?= tests
CASES ?= tests/cases
WORKERS ?= auto

# A version manager's shim can be on PATH and still not run: each candidate is asked.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
# A file's tests stay together, on servers that its worker has for itself.
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile
PIP = PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip install --quiet
export ZHUCUN_VAR := $(VAR)

.PHONY: help run serve test check cases bench majors audit clean lock offline

help: ## this help
	@echo 'make TARGET, where TARGET is'
	@sed -n 's/^\([a-z]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-8s %s\n", $$1, $$2 }'

run: $(VENV)/.runtime ## the whole county-year on embedded servers, then keeps serving (ONCE=1 ends after the table)
	@exec $(BIN)/zhucun run $(if $(filter-out 0,$(ONCE)),--once) $(ARGS)

test: $(VENV)/.dev ## all tests, on real PostgreSQL and NATS (TESTS=path, ARGS='-k word', WORKERS=0 for one process)
	@exec $(PYTEST) $(TESTS) $(ARGS)

check: $(VENV)/.dev $(VENV)/.chart ## what continuous integration runs: format, lint, types, dependencies, every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python deploy/security/audit.py check
	$(PYTEST) $(ARGS)

cases: $(VENV)/.runtime ## the worked cases that officials can read and write (CASES=path)
	@exec $(BIN)/zhucun cases run $(CASES) $(ARGS)

bench: $(VENV)/.dev ## measure the promises of the design against the bare operation on the same servers
	@exec $(BIN)/python -m tests.bench $(ARGS)

majors: $(VENV)/.dev $(VENV)/.chart ## the tests of the log on every major version of PostgreSQL that is here (15 to 18)
	@exec $(BIN)/python -m tests.majors $(or $(filter-out tests,$(TESTS)),tests/ledger) $(ARGS)

audit: $(VENV)/.dev ## dependencies: hashes, licences, bill of materials; then, where they can be asked, withdrawn versions and pip-audit
	@$(BIN)/python deploy/security/audit.py check
	@exec $(BIN)/python deploy/security/audit.py online

offline: $(VENV)/.python ## one directory from which a machine without any network installs (OUT=offline)
	@exec sh deploy/offline/bundle.sh $(BIN)/python $(or $(OUT),offline)

clean: ## remove the data and caches of this clone (ALL=1 also the virtual environment)
	@if [ -z "$(PYTHON)" ]; then echo 'make: no Python >= 3.11 was found' >&2; exit 1; fi
	@$(PYTHON) deploy/local/clean.py $(VAR)
	@rm -rf build contracts/build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find contracts services deploy tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@if [ -n "$(filter-out 0,$(ALL))" ]; then rm -rf $(VENV); fi

# The locks hold hashes and no index addresses, so that any mirror serves and none is trusted.
LOCK = UV_CUSTOM_COMPILE_COMMAND='make lock' uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate pyproject.toml --extra local --extra build --extra traces
lock: ## resolve the pinned versions anew (needs uv)
	@command -v uv >/dev/null || { echo 'make lock needs uv: pip install uv' >&2; exit 1; }
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) --extra chart --extra majors --constraint requirements-dev.lock --output-file requirements-chart.lock

$(VENV)/.python:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'make: no Python >= 3.11 was found; install one, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; fi
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'make: $(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.python
	@echo 'make: installing the pinned packages into $(VENV)'
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.chart: requirements-chart.lock $(VENV)/.dev
	@$(PIP) --require-hashes -r requirements-chart.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
