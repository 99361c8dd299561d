# What a clone needs: `make demo` and `make test` each do all the set-up by themselves.
# Windows, and anybody without make: see README.md, "With pip".

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
# The place belongs to the key: an environment that was moved or copied does not work.
RUN_STAMP := $(VENV)/.ready-run-$(shell cat requirements.lock pyproject.toml scripts/setup_venv.sh 2>/dev/null | cat - <(pwd) | cksum | cut -d' ' -f1)
TEST_STAMP := $(VENV)/.ready-test-$(shell cat requirements-test.lock pyproject.toml scripts/setup_venv.sh 2>/dev/null | cat - <(pwd) | cksum | cut -d' ' -f1)

BENCH_STAMP := .venv-bench/.ready-bench-$(shell cat requirements-bench.lock pyproject.toml scripts/setup_venv.sh 2>/dev/null | cat - <(pwd) | cksum | cut -d' ' -f1)

# An environment whose Python has gone (an upgrade of the system) is made anew.
ifneq ($(shell $(PY) -c 'print(1)' 2>/dev/null),1)
.PHONY: $(RUN_STAMP) $(TEST_STAMP)
endif

.PHONY: help demo demo-andorra demo-what-if test lint bench lock dictionary setup clean

help: ## Show these targets
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

demo: $(RUN_STAMP) ## Assess Las Palmas de Gran Canaria; the map and the report go to out/las-palmas
	@$(PY) -m linli demo las-palmas

demo-andorra: $(RUN_STAMP) ## Assess Andorra; the map and the report go to out/andorra
	@$(PY) -m linli demo andorra

demo-what-if: $(RUN_STAMP) ## Las Palmas as if its official hazard bands closed streets, marked as a what-if; out/las-palmas_what-if
	@$(PY) -m linli demo las-palmas --closes flood-arpsi-t100 --closes coastal-arpsi

setup: $(RUN_STAMP) ## Set up .venv and stop there

test: $(TEST_STAMP) ## Run every test
	@bash scripts/setup_system.sh chromium fonts-noto-cjk postgresql-postgis
	$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile  # a worker takes up to 1.5 GB

lint: $(TEST_STAMP) ## Check style and types
	@$(PY) -m ruff check .
	$(PY) -m mypy

bench: $(BENCH_STAMP) ## Time and memory of every stage, beside other tools in an environment of their own
	@.venv-bench/bin/python -m benchmarks.run $(BENCH)

dictionary: $(RUN_STAMP) ## Write docs/data-dictionary.md, public-space.md and profile.schema.json anew from the code
	@$(PY) -m scripts.data_dictionary
	@$(PY) -m scripts.public_space_table
	@$(PY) -m scripts.profile_schema

lock: $(TEST_STAMP) ## Write both lock files anew from pyproject.toml
	@bash scripts/lock.sh $(PY)

clean: ## Remove .venv, results and caches
	@rm -rf $(VENV) .venv-bench out dist .pytest_cache .hypothesis .mypy_cache .ruff_cache

$(RUN_STAMP):
	@bash scripts/setup_venv.sh $(VENV) requirements.lock
	touch $@

$(TEST_STAMP):
	@bash scripts/setup_venv.sh $(VENV) requirements-test.lock
	touch $@

$(BENCH_STAMP):
	@bash scripts/setup_venv.sh .venv-bench requirements-bench.lock
	touch $@
