# Two commands on a fresh machine: `make demo` and `make test`. Each does whatever setup is missing first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := ffmpeg ffprobe exiftool

.PHONY: setup demo test test-long lint format clean tools

setup: tools $(READY)

tools:
	@missing=; for tool in $(TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	[ -z "$$missing" ] || sh .ci/install-tools $$missing

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "provscan needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# The demo's drop holds undeclared AI and an unlicensed picture on purpose: its documented outcome is exit code 1.
demo: setup
	@$(BIN)/provscan demo --out provscan-demo; code=$$?; \
	if [ $$code -eq 1 ]; then echo "demo: exit code 1, as documented in docs/demo.md"; else echo "demo: exit code $$code, expected 1" >&2; exit 1; fi

test: setup
	$(BIN)/pytest -n auto --dist loadfile

test-long: setup
	$(BIN)/pytest -n auto -m long

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) provscan-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
