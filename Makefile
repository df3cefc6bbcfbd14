# Everything is built from a clone with Python and plain pip; `make help` lists what there is.
PYTHON ?= python3
BIN := .venv/bin
TESTS ?=
# a file stays with one worker, for what its tests share; those marked `long` begin
PARALLEL = -n auto --dist loadfile --no-loadscope-reorder
# what pytest makes of the tests' modules is kept, and saves the next run a third of collecting them
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo docs docs-serve bench test test-thorough test-oldest test-newest test-reference coverage mutants counts package lock forget clean

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/installed  ## train on real data and read one gradient; OPTIONS="--lang zh": in Chinese
	@$(BIN)/clearprop demo $(OPTIONS)

docs: .venv/installed-for-docs  ## build the documentation as a site, in English and Chinese: build/site/index.html
	$(BIN)/python tools/site

docs-serve: docs  ## show it at http://127.0.0.1:8000; PORT=: another port
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site $(or $(PORT),8000)

bench: .venv/installed-for-benchmarks  ## time it beside its peers; OPTIONS="--data mnist.npz": with MNIST
	$(BIN)/python -m benchmarks --all --write $(OPTIONS)

test: .venv/installed-for-tests  ## everything CI runs: format, lint, types, layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyrefly check
	$(BIN)/lint-imports
	$(BIN)/python -m pytest $(PARALLEL) -rs -m "not thorough"
	$(MAKE) --no-print-directory test-reference

test-thorough: .venv/installed-for-tests  ## programs that are watched until their time runs out
	$(BIN)/python -m pytest $(PARALLEL) -m thorough

test-oldest: .venv/oldest/installed  ## tests with the lowest versions that pyproject.toml claims; TESTS=tests/network: some
	.venv/oldest/bin/python -m pytest $(PARALLEL) $(TESTS)

test-newest: .venv/newest/installed  ## tests with today's versions of everything, unlocked
	.venv/newest/bin/python -m pytest $(PARALLEL) $(TESTS)

coverage: .venv/installed-for-tests  ## which lines the tests reach, those of started programs too
	$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report term $(TESTS)

mutants: .venv/installed-for-mutants  ## change N=20 places of the code, one at a time: do tests notice? FOLDER=: kept
	$(BIN)/python tools/mutants.py --number $(or $(N),20) --seed $(or $(SEED),0) $(if $(FOLDER),--folder $(FOLDER))

counts: .venv/bin/python  ## what the package is made of: lines, names, layers, functions that train; PROJECT=: another checkout
	$(BIN)/python tools/counts.py $(PROJECT)

package: .venv/package/installed  ## build sdist and wheel, check both, install and try the wheel elsewhere
	PYTHON="$(PYTHON)" tools/package .venv/package/bin/python

test-reference: .venv/installed-for-tests  ## what runs on compiled code, as if Numba were not installed
	$(BIN)/python -m pytest $(PARALLEL) --without-numba tests/backprop/test_descent.py \
	  tests/backprop/test_shuffling.py tests/network/test_chunked_objective.py \
	  tests/network/test_element_weights.py tests/network/test_objective.py \
	  tests/training/solvers tests/estimators/test_bad_input.py

# plain pip installs from the locks; the project itself is built with what they hold
INSTALL = -m pip --quiet --disable-pip-version-check install
FROM_LOCK = $(INSTALL) --require-hashes --requirement
PROJECT = $(INSTALL) --no-deps --no-build-isolation --editable .
# pip compiles what it copies, and an editable project stays where it is
BYTECODE = -m compileall -q src

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml locks/use.txt
	@echo "Installing clearprop into .venv ..."
	@$(BIN)/python $(FROM_LOCK) locks/use.txt
	@$(BIN)/python $(PROJECT)
	@$(BIN)/python $(BYTECODE)
	@touch $@

.venv/installed-for-tests: .venv/bin/python pyproject.toml locks/test.txt tests/node/package-lock.json
	@echo "Installing clearprop and its test tools into .venv ..."
	@$(BIN)/python $(FROM_LOCK) locks/test.txt
	@$(BIN)/python $(PROJECT)
	@$(BIN)/python $(BYTECODE)
	@if command -v npm > /dev/null; then \
	  mkdir -p .venv/node && cp tests/node/*.json .venv/node/ && \
	  npm ci --silent --prefix .venv/node > /dev/null 2>&1 || \
	  echo "MathJax was not installed: the tests that need it are skipped." >&2; fi
	@touch $@ .venv/installed

.venv/installed-for-docs: .venv/installed locks/docs.txt
	@echo "Installing the documentation's tools into .venv ..."
	@$(BIN)/python $(FROM_LOCK) locks/docs.txt
	@touch $@

.venv/installed-for-mutants: .venv/installed-for-tests locks/mutants.txt
	@$(BIN)/python $(FROM_LOCK) locks/mutants.txt
	@touch $@

# pip 25.1 and later read dependency groups
.venv/installed-for-benchmarks: .venv/installed
	@echo "Installing what clearprop is compared with into .venv ..."
	@$(BIN)/python $(INSTALL) --upgrade pip
	@$(BIN)/python $(INSTALL) --group bench
	@touch $@

.venv/oldest/installed: pyproject.toml locks/oldest.txt
	$(PYTHON) -m venv --clear .venv/oldest
	@.venv/oldest/bin/python $(FROM_LOCK) locks/oldest.txt
	@.venv/oldest/bin/python $(PROJECT)
	@touch $@

.venv/newest/installed: pyproject.toml
	$(PYTHON) -m venv --clear .venv/newest
	@.venv/newest/bin/python $(INSTALL) --upgrade pip
	@.venv/newest/bin/python $(INSTALL) --editable '.[all]' --group test
	@touch $@

.venv/package/installed: pyproject.toml locks/package.txt
	$(PYTHON) -m venv --clear .venv/package
	@.venv/package/bin/python $(FROM_LOCK) locks/package.txt
	@touch $@

COMPILE = uv pip compile --universal --generate-hashes \
  --no-annotate --no-emit-index-url --no-emit-find-links --quiet --upgrade \
  --custom-compile-command "make lock"
TESTING = pyproject.toml --extra all --group build --group test

lock:  ## write locks/ anew, with today's versions of everything that is installed
	python3 -m venv .venv/lock && .venv/lock/bin/python -m pip install --quiet --upgrade uv
	.venv/lock/bin/$(COMPILE) $(TESTING) --group dev --output-file locks/test.txt
	.venv/lock/bin/$(COMPILE) $(TESTING) --resolution lowest-direct --python-version 3.11 --output-file locks/oldest.txt
	.venv/lock/bin/$(COMPILE) pyproject.toml --extra all --group build --constraint locks/test.txt --output-file locks/use.txt
	.venv/lock/bin/$(COMPILE) pyproject.toml --constraint locks/test.txt --output-file locks/light.txt
	.venv/lock/bin/$(COMPILE) --group mutants --constraint locks/test.txt --output-file locks/mutants.txt
	.venv/lock/bin/$(COMPILE) pyproject.toml --extra all --group build --group docs --constraint locks/test.txt --output-file locks/docs.txt
	.venv/lock/bin/$(COMPILE) --group package --output-file locks/package.txt
	cd tests/node && npm update --package-lock-only --omit-lockfile-registry-resolved > /dev/null

forget:  ## delete compiled code, after a change of what it was made from
	find src -name '*.nbi' -delete -o -name '*.nbc' -delete

clean:  ## delete everything that make made
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis .coverage*
