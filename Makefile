# make demo: train a network on real data and read one of its gradients; in Chinese with
#            make demo OPTIONS="--lang zh"
# make bench: time clearprop beside scikit-learn, torch, JAX and plain NumPy; with MNIST itself,
#            make bench OPTIONS="--data mnist.npz"
# make forget: delete compiled code, after a change of what it was made from.
# make test: everything CI runs (tests, lint, types, import contracts).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo bench test forget clean

demo: .venv/installed
	@$(BIN)/clearprop demo $(OPTIONS)

bench: .venv/installed-for-benchmarks
	$(BIN)/python -m benchmarks --all --write $(OPTIONS)

test: .venv/installed-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyrefly check
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist loadfile

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	@echo "Installing clearprop into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml
	@echo "Installing clearprop and its test tools into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	@if command -v npm > /dev/null; then \
	  npm install --silent --no-save --prefix .venv/node mathjax-full@3 > /dev/null 2>&1 || \
	  echo "MathJax was not installed: the tests that need it are skipped." >&2; fi
	@touch $@ .venv/installed

.venv/installed-for-benchmarks: .venv/bin/python pyproject.toml
	@echo "Installing clearprop and what it is compared with into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@ .venv/installed

forget:
	find src -name '*.nbi' -delete -o -name '*.nbc' -delete

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis
