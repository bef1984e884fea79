# make demo     two example companies in one help desk, until Ctrl-C (RESET=1 starts over)
# make test     everything a change must pass; needs Chromium, and installs it where it may
# make check    the same without installing anything
# make nightly  thousands of random worlds and of companies on a bad network; takes an hour or so
# make pictures  what the pages look like, in .screenshots/, as the tests come past them
# make bench    measure a desk with 100,000 tickets (TICKETS=1000000 for more); takes some minutes
# make install  what `adjoin` needs to run, in .venv
# MEANING=1     with any of them: a small model, so that articles are found by what they mean, too (170 MB)

ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
VENV := $(ROOT).venv
BIN := $(VENV)/bin
PYTHON ?= $(shell $(ROOT)bin/python)
export ADJOIN_HOME ?= $(ROOT)adjoin-data

.PHONY: demo test check nightly pictures bench install install-dev chromium

demo: install
	@exec $(BIN)/adjoin demo $(if $(filter-out 0,$(RESET)),--reset)

test: install-dev chromium
	@exec $(ROOT)bin/check

check:
	@exec $(ROOT)bin/check

nightly: install-dev
	@cd $(ROOT) && SEEDS=$(or $(SEEDS),2000) WORLDS=$(or $(WORLDS),2000) exec $(BIN)/python -m pytest \
	-n "$${ADJOIN_TEST_PROCESSES:-3}" --no-loadscope-reorder src/adjoin/sharing/tests/simulation src/adjoin/access/tests

pictures: install-dev chromium
	@cd $(ROOT) && ADJOIN_PICTURES=1 exec $(BIN)/python -m pytest -n "$${ADJOIN_TEST_PROCESSES:-3}" --no-loadscope-reorder -m browser

bench: install
	@cd $(ROOT) && exec $(BIN)/python -m bench.run --tickets $(or $(TICKETS),100000)

install: $(VENV)/.installed-run $(if $(filter-out 0,$(MEANING)),$(VENV)/.installed-meaning)
install-dev: $(VENV)/.installed-dev $(if $(filter-out 0,$(MEANING)),$(VENV)/.installed-meaning)

chromium:
	@$(ROOT)bin/chromium

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Adjoin needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	|| { rm -rf $(VENV); echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed-run: $(ROOT)requirements/run.txt $(ROOT)pyproject.toml | $(VENV)/bin/python
	@$(ROOT)bin/install requirements/run.txt
	@touch $@

$(VENV)/.installed-dev: $(ROOT)requirements/dev.txt $(ROOT)pyproject.toml | $(VENV)/bin/python
	@$(ROOT)bin/install requirements/dev.txt
	@touch $@ $(VENV)/.installed-run

$(VENV)/.installed-meaning: $(ROOT)requirements/meaning.txt | $(VENV)/bin/python
	@$(ROOT)bin/install requirements/meaning.txt
	@touch $@
