# make demo: train a network on real data and read one of its gradients; in Chinese with
#            make demo OPTIONS="--lang zh"
# make bench: time clearprop beside scikit-learn, torch, JAX and plain NumPy; with MNIST itself,
#            make bench OPTIONS="--data mnist.npz"
# make forget: delete the compiled code that was kept.
# make lock: write locks/ anew, with today's versions of everything that is installed.
# make test: everything CI runs (tests, lint, types, import contracts).
# make test-reference: the tests of networks and solvers as if Numba were not installed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo bench test test-reference lock forget clean

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

test-reference: .venv/installed-for-tests
	$(BIN)/python -m pytest -n auto --dist loadfile --without-numba tests/updates tests/backprop \
	  tests/network tests/training/solvers tests/training/test_records.py \
	  tests/estimators/test_bad_input.py

# plain pip installs from the locks; the project itself is built with what they hold
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL_PROJECT = $(PIP) install --no-deps --no-build-isolation --editable .

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml locks/use.txt
	@echo "Installing clearprop into .venv ..."
	@$(PIP) install --require-hashes --requirement locks/use.txt
	@$(INSTALL_PROJECT)
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml locks/test.txt tests/node/package-lock.json
	@echo "Installing clearprop and its test tools into .venv ..."
	@$(PIP) install --require-hashes --requirement locks/test.txt
	@$(INSTALL_PROJECT)
	@if command -v npm > /dev/null; then \
	  mkdir -p .venv/node && cp tests/node/*.json .venv/node/ && \
	  npm ci --silent --prefix .venv/node > /dev/null 2>&1 || \
	  echo "MathJax was not installed: the tests that need it are skipped." >&2; fi
	@touch $@ .venv/installed

.venv/installed-for-benchmarks: .venv/installed
	@echo "Installing what clearprop is compared with into .venv ..."
	@$(PIP) install --editable '.[bench]'
	@touch $@

COMPILE = uv pip compile pyproject.toml --group build --universal --generate-hashes \
  --no-annotate --no-emit-index-url --no-emit-find-links --quiet --upgrade \
  --custom-compile-command "make lock"

lock:
	python3 -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet --upgrade uv
	.venv/lock/bin/$(COMPILE) --extra test --extra dev --extra parquet --output-file locks/test.txt
	.venv/lock/bin/$(COMPILE) --constraint locks/test.txt --output-file locks/use.txt
	cd tests/node && npm update --package-lock-only --omit-lockfile-registry-resolved > /dev/null

forget:
	find src -name '*.nbi' -delete -o -name '*.nbc' -delete

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis
