# scheda: `make run`, then `make test`. Everything generated falls in .venv/ and var/.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install matcher run test lint bench up down lock clean

help: ## Show these lines
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-8s %s\n", $$1, $$2}'

run: .venv/run.stamp ## One whole night: ingest, gates, build, publish, audiences, summary
	@$(BIN)/scheda run $(if $(AS_OF),--as-of $(AS_OF))

test: .venv/dev.stamp ## All the tests, on a temporary PostgreSQL
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/dev.stamp ## ruff and sqlfluff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

bench: .venv/dev.stamp ## The performance ratios, in one run (about 10 minutes)
	@$(BIN)/python -m benchmarks $(ARGS)

up: .venv/run.stamp ## Warehouse and Airflow services in the background; prints the UI address
	@$(BIN)/scheda up

down: ## Stop what `make up` and `make run` started
	@if [ -x $(BIN)/scheda ]; then $(BIN)/scheda down; fi

install: .venv/run.stamp ## Install what the lock pins into .venv

matcher: .venv/run.stamp ## Add the probabilistic tier of identity (Splink) to .venv
	$(call install,requirements-matcher.lock)

lock: .venv/dev.stamp ## Resolve again after a change in pyproject.toml
	$(BIN)/uv lock --upgrade
	$(BIN)/uv export -q --no-emit-project --no-header --only-group tools -o requirements-tools.lock
	$(BIN)/uv export -q --no-emit-project --no-header --no-dev -o requirements.lock
	$(BIN)/uv export -q --no-emit-project --no-header -o requirements-dev.lock
	$(BIN)/uv export -q --no-emit-project --no-header --no-dev --extra cluster -o requirements-cluster.lock
	$(BIN)/uv export -q --no-emit-project --no-header --no-dev --extra matcher -o requirements-matcher.lock

clean: down ## Remove everything generated (the embedded warehouse too)
	rm -rf .venv var

# Bytecode is compiled once here: it takes seconds off every later command.
define install
	@[ -x $(BIN)/python ] || $(PYTHON) -c 'import sys; sys.exit("scheda needs Python 3.11 to 3.13; set PYTHON=python3.11") if not (3, 11) <= sys.version_info[:2] <= (3, 13) else None'
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo "installing $(1) into .venv (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r $(1)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endef

.venv/run.stamp: requirements.lock requirements-tools.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

.venv/dev.stamp: requirements-dev.lock requirements-tools.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@ .venv/run.stamp
