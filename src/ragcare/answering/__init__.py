"""From hits to an answer that stands on quotes, or to a typed refusal.

| file | what it knows |
|---|---|
| `parts.py` | a question that asks several things, taken apart |
| `reading/` | what a passage says of a question: the asked fact, where it stands, what is worth quoting |
| `evidence.py` | which pieces of which article an answer may be written from: the selection |
| `steps.py`, `beginnings.py`, `circumstances.py`, `threads.py` | which passage is said, and under which heading |
| `units.py`, `codes.py`, `asked_fact.py` | the pieces that are quoted, by what code, and the words that answer |
| `conflict.py`, `conflict_record.py` | two articles that contradict each other, and the record of it |
| `writers.py`, `extractive.py`, `generative/` | what a writer is; the default one; one with a language model |
| `grounding/` | which sentences of a draft their quotes prove |
"""
