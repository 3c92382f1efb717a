.DEFAULT_GOAL := help
.PHONY: help setup demo test run lint format prove bench system-deps

export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
# What is run again and again is compiled once, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## everything the project needs, into .venv (nothing to do when it is up to date)

# uv comes into .tools, since Debian's own Python refuses to be installed into; --target leaves it untouched.
.tools/bin/uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools uv

$(READY): .tools/bin/uv pyproject.toml uv.lock
	.tools/bin/uv sync --locked --quiet
	@touch $@

demo: setup  ## plays a plan's whole year on a simulated clock
	$(BIN)/dondoc demo

test: setup  ## the whole suite, with the examples in docstrings
	$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder

run: setup  ## Prefect, its worker and the portal on this machine, until Ctrl-C
	$(BIN)/dondoc up

lint: setup  ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup  ## writes the code as `make lint` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

prove: setup  ## the long proofs, whole (CI runs a fixed-seed twentieth)
	DONDOC_PROVE=whole $(BIN)/pytest -m proof --timeout 0

bench: setup  ## every benchmark, on SQLite and on PostgreSQL
	@set -e; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); done

system-deps:  ## Debian packages for the tests with real servers (as root); starts no service
	.ci/system-deps
