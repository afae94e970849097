# The words of this project: `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install run test test-slow check bench demo-reset lock translations
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TESTBED := $(BIN)/python -m config.launcher.testbed
# Because settings want an address even where nothing is asked of a database.
SERVERLESS := DATABASE_URL=postgresql://nobody@127.0.0.1:1/none SAYSO_ENV=test
# Extra words for pytest: make test ARGS="tests/audit -x"
ARGS ?=

help:  ## List these words
	@sed -n 's/^\([a-z-]*\):.*  ## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

install: $(VENV)/.run  ## Make .venv with what the service needs

run: $(VENV)/.run  ## Run everything: PORT=8000 DEMO=full|small|none
	@exec $(BIN)/python manage.py dev

test: $(VENV)/.dev  ## Run the tests, but not the slow ones
	@$(BIN)/python -m config.launcher.browser ensure
	@$(TESTBED) -- $(BIN)/pytest -n 2 --dist worksteal -m "not slow" $(ARGS)

test-slow: $(VENV)/.dev  ## Run the slow tests
	@$(BIN)/python -m config.launcher.browser ensure
	@$(TESTBED) -- $(BIN)/pytest -n 2 --dist worksteal -m "slow" $(ARGS)

check: $(VENV)/.dev  ## Lint, types, contracts, migrations, lock, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(SERVERLESS) $(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@$(SERVERLESS) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(SERVERLESS) $(BIN)/python manage.py translations --check
	@$(BIN)/python -m config.launcher.locks check

bench: $(VENV)/.dev  ## Measure; writes var/bench.json
	@$(BIN)/python -m tests.bench $(ARGS)

demo-reset: $(VENV)/.run  ## Forget the development data
	@$(BIN)/python manage.py demo_reset

lock: $(VENV)/.dev  ## Resolve the dependencies anew
	@$(BIN)/python -m config.launcher.locks write

translations: $(VENV)/.dev  ## Compile the translations
	@$(SERVERLESS) $(BIN)/python manage.py translations

# What is done once. Each stamp stands for a finished step; a lock file that changed undoes it.

$(VENV)/.uv: requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { echo "No python3 found. On Debian: apt-get install -y python3.11 python3.11-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11. Name another: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		line="apt-get install -y $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Python cannot make environments yet: $$line"; apt-get update -qq && $$line; \
		else echo "Python cannot make environments here. As root, type: $$line" >&2; exit 1; fi; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

# With the development set in place, the smaller set is in place too.
$(VENV)/.run: requirements/run.txt $(VENV)/.uv
	@if [ -e $(VENV)/.dev ]; then $(MAKE) $(VENV)/.dev; else $(call sync,$<); fi
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.uv
	@$(call sync,$<)
	@touch $@

# uv brings its own list of authorities and does not read pip's configuration: where only the
# system knows the authority it is asked next, and where only pip knows the way, pip goes.
define sync
	echo "Installing $1 ..."; \
	$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes $1 2>/dev/null \
	|| $(BIN)/uv pip sync -q --system-certs --python $(BIN)/python --require-hashes $1 2>/dev/null \
	|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $1
endef
