# Everything runs from .venv, which `make setup` fills from the hashed lock file. ARGS go to the command.
.PHONY: setup demo up test lint bench openapi
.DELETE_ON_ERROR:

BIN := .venv/bin
READY := .venv/.ready

setup: $(READY)

$(READY): requirements-dev.lock pyproject.toml
	@for python in python3.13 python3.12 python3.11 python3 python3.14; do \
	    if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        echo "Installing into .venv with $$($$python --version), about a minute."; \
	        exec $$python -m venv .venv; \
	    fi; \
	done; \
	echo "Passerelle needs Python 3.11 or newer, with its venv module (Debian: apt-get install python3-venv)." >&2; \
	exit 1
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	    --require-hashes -r requirements-dev.lock
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --root-user-action=ignore --no-build-isolation --no-deps -e .
	@touch $@

demo: setup
	@$(BIN)/passerelle demo $(ARGS)

up: setup
	@$(BIN)/passerelle up $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

bench: setup
	@$(BIN)/passerelle bench $(ARGS)

openapi: setup
	@$(BIN)/passerelle openapi $(ARGS)
