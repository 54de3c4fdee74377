"""What is trained on, as rows of a file; a bare machine with an accelerator can read it without ragcare."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import TypedDict


class Example(TypedDict):
    """A pair and what is known of it; None where it is not.

    Keys: a and b are the question or claim, and the passage or evidence; relevance, holds and support are labels from 0
    to 1; span is where in b the answer stands.
    """

    a: str
    b: str
    lang: str
    relevance: float | None
    holds: float | None
    support: float | None
    span: tuple[int, int] | None
    source: str


def write(path: Path, made: list[Example]) -> None:
    """The examples as gzipped JSON lines, without a time in the header: the same examples are the same bytes."""
    lines = "".join(json.dumps(example, ensure_ascii=False) + "\n" for example in made)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))


def read(path: Path) -> list[Example]:
    """The examples of a file that `write` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def counts(made: list[Example]) -> dict[str, int]:
    """How many examples there are by language, by task and label, and by what made them."""
    found: Counter[str] = Counter()
    for example in made:
        found[example["lang"]] += 1
        for task, label in (
            ("relevance", example["relevance"]),
            ("holds", example["holds"]),
            ("support", example["support"]),
        ):
            if label is not None:
                found[f"{task} {example['lang']} {'1' if label == 1 else '0' if label == 0 else 'graded'}"] += 1
        found[example["source"]] += 1
    return dict(sorted(found.items()))
