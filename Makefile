# Two commands do all set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
PIP = .venv/bin/pip --disable-pip-version-check
RUN = .venv/bin/

.DEFAULT_GOAL := help
.PHONY: help demo test lint types tests eval bench calibrate clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Two stamps, so that the demo installs only what a user would, and the tests what a developer needs.
.venv/base: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/dev: .venv/base
	$(PIP) install --quiet --constraint constraints.txt --editable ".[local,data,dev]"
	touch $@

demo: .venv/base  ## index the demo knowledge base and answer, clarify, refuse and escalate, in French and English
	$(RUN)ragcare demo

test: lint types tests  ## lint, types and tests

lint: .venv/dev  ## ruff
	$(RUN)ruff check src tests evals benchmarks
	$(RUN)ruff format --check src tests evals benchmarks

types: .venv/dev  ## mypy --strict
	$(RUN)mypy

tests: .venv/dev  ## pytest, warnings as errors
	$(RUN)python -m pytest -n 2 --dist worksteal

eval: .venv/dev  ## retrieval figures on the labelled suites, written to evals/RESULTS.md
	$(RUN)python evals/retrieval.py --write evals/RESULTS.md

bench: .venv/dev  ## speed of the embedders and of the import, in one run
	$(RUN)python benchmarks/embedders.py --write benchmarks/RESULTS.md

calibrate: .venv/dev  ## fit the confidence that ships with ragcare on the dev questions
	$(RUN)python evals/calibrate.py

clean:  ## remove what the other targets made
	rm -rf .venv .ragcare build dist
