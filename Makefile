# Needs Python 3.11 or later and make; everything else is installed into .venv and the weights cache.
# A slow step leaves a stamp in .venv, so the second time it is skipped.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Passed to every pip install, for example: make setup PIP_ARGS="--extra-index-url ADDRESS"
PIP_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input \
       --constraint constraints.txt $(PIP_ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types contracts check bench accuracy docs screenshots clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' \
	  | awk -F'\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: $(VENV)/.weights ## Make the virtual environment and fetch the weights

demo: setup ## Score the bundled calls and print their scorecards
	@$(BIN)/callqa demo

test: setup $(VENV)/.browser ## Run all tests
	$(BIN)/python -m pytest

lint: $(VENV)/.installed ## Check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.installed ## Check types
	$(BIN)/mypy

contracts: $(VENV)/.installed ## Check which room imports which
	$(BIN)/lint-imports

check: lint types contracts test ## Everything that must pass before a commit

bench: setup ## Measure words, speed and verdicts; writes benchmarks/results
	$(BIN)/python -m benchmarks.asr examples/calls/*.flac
	$(BIN)/python -m benchmarks.criteria
	$(BIN)/python docs/make_accuracy.py

accuracy: setup ## Measure verdicts and write docs/accuracy.md (about 12 minutes)
	$(BIN)/python -m benchmarks.criteria
	$(BIN)/python docs/make_accuracy.py

screenshots: setup $(VENV)/.browser ## Photograph every page of the review app (docs/images/review)
	$(BIN)/python -m docs.make_screenshots

docs: setup ## Write the generated pages and pictures anew
	$(BIN)/python docs/make_cli_reference.py
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python docs/make_accuracy.py
	$(BIN)/python docs/make_fairness.py
	$(BIN)/python docs/make_cards.py

clean: ## Remove the virtual environment, builds and caches; never calls, stores or weights
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "callqa needs Python 3.11 or later: make setup PYTHON=/path/to/python3"; exit 1; }
	@echo "[1/4] Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --quiet pip
	@touch $@

# torch goes first and by exact version: where an index offers a CPU build of that version, that one
# is taken, and not several gigabytes of CUDA libraries.
$(VENV)/.torch: $(VENV)/.created constraints.txt
	@echo "[2/4] Installing torch"
	@$(PIP) "$$(grep '^torch==' constraints.txt)"
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml constraints.txt
	@echo "[3/4] Installing callqa and what it needs, at the versions in constraints.txt"
	@$(PIP) --build-constraint constraints.txt --editable . --group dev
	@touch $@

$(VENV)/.weights: $(VENV)/.installed models/weights.toml
	@echo "[4/4] Fetching pretrained weights, about 300 MB the first time"
	@$(BIN)/callqa weights fetch
	@touch $@

# Only the tests of the review app need a browser. Where none can be installed they are skipped, and
# say so; with CI=true they fail instead.
$(VENV)/.browser: $(VENV)/.installed
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the tests in a browser"; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq install -y --no-install-recommends chromium >/dev/null || \
	    echo "Chromium could not be installed: tests in a browser will be skipped"; \
	else \
	  echo "No Chromium here (apt install chromium): tests in a browser will be skipped"; \
	fi
	@touch $@
