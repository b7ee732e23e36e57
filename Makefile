# Every target sets up what it needs first (scripts/setup.py); a second call starts at once.
#
#   PORT=9000 make run                   another port; all settings come from the environment
#   make run ARGS=--lan                  arguments for `circle run`
#   make test ARGS="tests/domain -x"     arguments for pytest
#   make PYTHON=/opt/python3.11 test     another Python

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
# Each worker has a Chromium of its own.
PYTEST := $(BIN)/pytest -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: run demo-cluster test test-full screens bench bench-live check setup lock clean help python ready-run ready-dev

run: ready-run ## serve Circle at http://127.0.0.1:8000 (PORT, HOST)
	@exec $(BIN)/circle run $(ARGS)

demo-cluster: ready-dev ## PostgreSQL, Redis, two web processes and a worker to be tried; end one and watch
	@exec $(BIN)/circle demo --cluster

test: ready-dev ## every test, at most 20 minutes on two cores
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m scripts.nginx
	@exec $(PYTEST) $(ARGS)

test-full: ready-dev ## the same tests at full size: more kills, frames and rounds
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m scripts.nginx
	@exec env CIRCLE_TEST_FULL=1 $(PYTEST) $(ARGS)

screens: ready-dev ## every page of an evening as pictures, in test-results/screens, to be looked at
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m scripts.screens

bench: ready-dev ## what pages, a start, a search and a quiet round cost, beside baselines of the same minutes (ARGS="--rounds 5")
	@$(BIN)/python -m scripts.chromium
	@$(BIN)/python -m bench.search $(ARGS)
	@$(BIN)/python -m bench.startup $(ARGS)
	@$(BIN)/python -m bench.page $(ARGS)
	@$(BIN)/python -m bench.builder $(ARGS)
	@$(BIN)/python -m bench.quiet $(ARGS)

bench-live: ready-dev ## many circles at once, beside relays that do nothing else (ARGS="--only many")
	@$(BIN)/python -m bench.live $(ARGS)

check: ready-dev ## lint, format, types, import rules, templates, repository rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m scripts.check_repo

setup: ready-dev ## only the set-up, for running, testing and checking

lock: ## pin the dependencies of pyproject.toml anew (UPGRADE=1: to their newest versions)
	@UPGRADE=$(UPGRADE) sh scripts/lock.sh

clean: ## remove the environment, caches and test results; data/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage dist test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## these lines
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

ready-run: python
	@$(PYTHON) -m scripts.setup run

ready-dev: python
	@$(PYTHON) -m scripts.setup dev

# A Python too old to read scripts/setup.py, or none at all; the script itself judges the rest.
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null || { echo "Circle runs on Python 3.11 or newer, and $(PYTHON) is older or not here. Debian 12 and later: apt install python3" >&2; exit 1; }
