# make demo: train a network on real data and read one of its gradients; in Chinese with
#            make demo OPTIONS="--lang zh"
# make test: everything CI runs (tests, lint, types, import contracts).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test clean

demo: .venv/installed
	@$(BIN)/clearprop demo $(OPTIONS)

test: .venv/installed-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyrefly check
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	@echo "Installing clearprop into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml
	@echo "Installing clearprop and its test tools into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	@touch $@ .venv/installed

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis
