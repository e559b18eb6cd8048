# Unrolled: `make run` serves it, `make test` tests it, `make help` lists the rest.

PYTHON ?= python3
TORCH := torch==2.13.0

VENV := .venv
ORACLE := .venv-oracle
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
FROM_LOCK := $(PIP_INSTALL) --require-hashes --requirement
# In place: the interpreter finds the package in app/.
IN_PLACE = -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "unrolled.pth").write_text("$(CURDIR)/app\n")'
UV_COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-rest check fix bench oracle lock image clean

help: ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

run: $(VENV)/.run ## serve http://127.0.0.1:8000 (PORT=9000 another port, HOST=0.0.0.0 for everyone)
	@exec $(VENV)/bin/python -m unrolled $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev ## every test but the live PyTorch comparisons (ARGS="-k words" only some)
	@chromium="$$(scripts/chromium)" && CHROMIUM="$$chromium" scripts/test $(ARGS)

test-all: test test-rest ## every case of the large products too, and the wheel in an environment of its own

test-rest: $(VENV)/.dev
	@$(VENV)/bin/python -m pytest --all -m "not oracle and not browser" $(ARGS)

check: $(VENV)/.dev ## lint, format, types, layers, JavaScript, Dockerfile, shell
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/oxlint static
	$(VENV)/bin/hadolint Dockerfile
	$(VENV)/bin/shellcheck scripts/chromium scripts/test .ci/run

fix: $(VENV)/.dev ## what the linters can mend by themselves
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format
	$(VENV)/bin/oxlint --fix static

bench: $(ORACLE)/.torch ## the benchmark table (ARGS=--write puts it into the README)
	@CHROMIUM="$$(scripts/chromium)" $(ORACLE)/bin/python -m tests.bench $(ARGS)

oracle: $(ORACLE)/.torch ## compare live with PyTorch
	$(ORACLE)/bin/python -m pytest -m oracle tests/oracle

lock: $(VENV)/.dev ## resolve the requirements anew (UPGRADE=--upgrade takes new versions)
	$(UV_COMPILE) pyproject.toml --output-file requirements.lock
	$(UV_COMPILE) --constraint requirements.lock pyproject.toml --group dev --output-file requirements-dev.lock

image: ## build the container image unrolled (Docker or buildah)
	@if command -v docker >/dev/null; then exec docker build --tag unrolled .; else exec buildah build --format docker --tag unrolled .; fi

clean: ## remove what was set up and cached
	rm -rf $(VENV) $(ORACLE) .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python $(ORACLE)/bin/python: %/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Unrolled needs Python 3.11 or newer: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $*

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	@$(VENV)/bin/python $(FROM_LOCK) requirements.lock
	@$(VENV)/bin/python $(IN_PLACE)
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/python
	@$(VENV)/bin/python $(FROM_LOCK) requirements-dev.lock
	@$(VENV)/bin/python $(IN_PLACE)
	@touch $@ $(VENV)/.run

$(ORACLE)/.torch: requirements-dev.lock Makefile | $(VENV)/.dev $(ORACLE)/bin/python
	@$(ORACLE)/bin/python $(FROM_LOCK) requirements-dev.lock
	@$(ORACLE)/bin/python $(PIP_INSTALL) $(TORCH)
	@$(ORACLE)/bin/python $(IN_PLACE)
	@touch $@
