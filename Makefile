# hoidap: `make demo` answers a question, `make preview` opens the bot in a browser, `make test`
# proves the rest. Needs Python 3.11+ and pip.
#
# Elsewhere than on a machine that already has a CPU build of torch at hand, spare yourself the
# CUDA one:  make demo TORCH='--index-url https://download.pytorch.org/whl/cpu'

PYTHON ?= python3
VENV ?= .venv
PEERS ?= .venv-peers
MILVUS ?= .venv-milvus
TORCH ?=
DATA ?= ../shared/data
SOAK_MINUTES ?= 30
SOAK_SEED ?= 1
BIN := $(VENV)/bin
TORCH_VERSION := $(shell sed -n 's/.*"\(torch==[0-9.]*\)".*/\1/p' pyproject.toml)

.PHONY: demo preview test test-milvus-core soak lint eval bench bench-peers model dist image-check audit clean

demo: $(VENV)/.run
	@$(BIN)/hoidap chat "Đề án 06 là gì?"

# The bot in a browser on this machine: no token, no Telegram.
preview: $(VENV)/.preview
	@$(BIN)/hoidap preview

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest

# What both legs promise, against the C++ core of Milvus, in an environment of its own.
test-milvus-core: $(MILVUS)/.core
	$(MILVUS)/bin/python -m pytest tests/integration/test_leg_contract.py tests/integration/test_milvus.py

# The live bot under everything at once; the same seed asks the same.
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak --minutes $(SOAK_MINUTES) --seed $(SOAK_SEED)

# Ranking figures on the judged sets in DATA (not part of the repository).
eval: $(VENV)/.dev
	$(BIN)/hoidap eval $(DATA)/eval/* --variant plain --variant no-accents
	$(BIN)/python -m tests.bench.sentences --data $(DATA)/eval

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench.seed
	$(BIN)/python -m tests.bench.corpus
	$(BIN)/python -m tests.bench.sizes
	$(BIN)/python -m tests.bench.load
	$(BIN)/python -m tests.bench.counting
	$(BIN)/python -m tests.bench.preview

# hoidap beside what people pick instead, in an environment of its own.
bench-peers: $(PEERS)/.peers
	$(PEERS)/bin/python -m tests.bench.peers --data $(DATA)/eval/wiki-xquad-vi

# Train the bundled model again, then what answers with it; see the model card.
model: $(VENV)/.dev
	$(BIN)/pip install --quiet --editable '.[train]'
	$(BIN)/python -m retrieval.training --data $(DATA)/train --out retrieval/model --work scratch
	$(BIN)/python -m retrieval.training.translations --work scratch
	$(BIN)/python -m retrieval.training.answering --data $(DATA)/train --model retrieval/model
	$(BIN)/python -m retrieval.training.calibrate --data $(DATA)/train --model retrieval/model

# The source archive, and the wheel made from it.
dist: $(VENV)/.dev
	$(BIN)/pytest tests/unit/test_release.py tests/integration/test_installed.py
	rm -rf dist build
	$(BIN)/python -m build --outdir dist

# The steps of deploy/Dockerfile in clean roots, and the bot started in the last of them as it is
# deployed. Needs root and debootstrap, no container engine. IMAGE_CHECK: see --help.
image-check: $(VENV)/.dev
	$(BIN)/python -m tests.deploying.image_check $(IMAGE_CHECK)

# Licences and known vulnerabilities of all that the image has; fails where it could ask nobody.
audit: $(VENV)/.dev
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[audit]'
	$(BIN)/python -m tests.release.licences
	$(BIN)/python -m tests.release.vulnerabilities

clean:
	rm -rf $(VENV) $(PEERS) $(MILVUS) data scratch build dist *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hoidap needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.torch: $(VENV)/bin/python
	@echo "Setting up (a minute or two; torch is the large part) …"
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH) '$(TORCH_VERSION)'
	@touch $@

$(VENV)/.run: $(VENV)/.torch pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.preview: $(VENV)/.torch pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[preview]'
	@touch $@ $(VENV)/.run

$(VENV)/.dev: $(VENV)/.torch pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.run $(VENV)/.preview

$(PEERS)/.peers: pyproject.toml tests/bench/peers/requirements.txt tests/bench/peers/alone.txt
	@$(MAKE) --no-print-directory VENV=$(PEERS) $(PEERS)/.torch
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --editable '.[eval]' -r tests/bench/peers/requirements.txt
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --no-deps -r tests/bench/peers/alone.txt
	@touch $@

$(MILVUS)/.core: pyproject.toml tests/milvus-core.txt
	$(PYTHON) -m venv $(MILVUS)
	$(MILVUS)/bin/pip install --quiet --disable-pip-version-check -r tests/milvus-core.txt
	$(MILVUS)/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
