# Plain `make` lists what there is.
SHELL := /bin/sh
VENV  := .venv
PY    := $(VENV)/bin/python

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(VENV)/.run ## .venv with everything to run, the browser client built

# The build hook looks at contents: files that only got a new time, as after a checkout, build nothing.
CLIENT := $(shell find ringdesk/web/ui -name node_modules -prune -o -name schema.d.ts -o -type f -print)

$(VENV)/.run: requirements/run.txt pyproject.toml hatch_build.py scripts/bootstrap.sh $(CLIENT)
	@sh scripts/bootstrap.sh $(VENV)
	$(PY) -m pip install --quiet --require-hashes -r requirements/run.txt
	$(PY) -m pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(PY) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: demo
demo: install ## a contact centre on this machine, without a PBX: open the address it prints
	$(VENV)/bin/ringdesk demo

.PHONY: test
test: $(VENV)/.dev ## install what the tests need and run all of them
	@sh scripts/test.sh

.PHONY: lint
lint: $(VENV)/.dev ## ruff, mypy, import contracts, eslint and tsc
	@sh scripts/lint.sh

.PHONY: bench
bench: $(VENV)/.dev ## measure, and print the figures with machine and versions
	@sh scripts/bench.sh

.PHONY: lock
lock: ## pin the newest versions of every library anew
	@sh scripts/lock.sh
