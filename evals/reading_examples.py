"""Examples to teach reading with: questions, passages, whether they hold the answer and where.

The sets under ../shared/train have "wrong paragraph" as their unanswerable cases. The near misses that matter ("right
subject, fact missing") are made here: the sentence that holds the fact is cut out, or a name or figure of the question
is changed for another of its set.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ragcare.language.sentences import sentence_spans
from ragcare.schema import Passage

HERE = Path(__file__).resolve().parent
TRAIN = Path(os.environ.get("RAGCARE_DATA") or HERE.parent.parent / "shared" / "data").parent / "train"

SETS = {
    "piaf_fr": 4000,
    "afriqa_fr_en": 3000,
    "squadshifts_wiki_en": 5000,
    "qed_nq_en": 1300,
    "policyqa_en": 1000,
    "tatqa_text_en": 600,
    "covidqa_deepset_en": 500,
}
"""The sets that are learnt from, and how many of their answerable rows."""

_NAME = re.compile(r"(?<=[\w,] )(?:[A-ZÉÈÀÎÔ][\w'’-]+(?: (?=[A-ZÉÈÀÎÔ]))?)+|\b[12][0-9]{3}\b")


class Row(NamedTuple):
    """One question held against one passage.

    Attributes:
        span: where the answer stands in the text of the passage, None if it does not.
        kind: "gold", "mined" (wrong paragraph), "cut" (the fact cut out), "swapped" (asked of another subject).
    """

    set: str
    question: str
    passage: Passage
    span: tuple[int, int] | None
    kind: str


def training_rows(seed: int = 7, *, sets: dict[str, int] | None = None) -> list[Row]:
    """The rows of the training sets and the near misses made of them; the same for the same seed."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for name, most in (sets or SETS).items():
        gold, mined = _read(name)
        chance.shuffle(gold)
        chance.shuffle(mined)
        gold, mined = gold[:most], mined[: most // 3]
        rows += gold + mined
        rows += filter(None, (_cut(row) for row in gold[: most // 3]))
        rows += _swapped(gold[most // 3 :: 2], chance)
    return rows


def passage_of(text: str, language: str, title: str = "", headings: tuple[str, ...] = ()) -> Passage:
    """A passage that stands alone."""
    return Passage("train", "train", 1, title, (), headings, text, 0, len(text), language)


def _read(name: str) -> tuple[list[Row], list[Row]]:
    gold, mined = [], []
    with gzip.open(TRAIN / name / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["task"] != "answerable" or row["split"] == "dev_eval_overlap" or not row["b"].strip():
                continue
            # Half of them without their title: not every knowledge base has telling ones.
            title = row.get("title") or "" if len(row["a"]) % 2 else ""
            passage = passage_of(row["b"], row["lang"], title)
            if row["label"] == 1 and row["span"]:
                gold.append(Row(name, row["a"], passage, tuple(row["span"]), "gold"))
            elif row["label"] == 0:
                mined.append(Row(name, row["a"], passage, None, "mined"))
    return gold, mined


def _cut(row: Row) -> Row | None:
    """The same passage without the sentences that hold the answer, if enough is left of it."""
    text, (start, end) = row.passage.text, row.span or (0, 0)
    answer = text[start:end].lower()
    kept = [
        text[low:high]
        for low, high in sentence_spans(text, row.passage.language)
        if not (low < end and high > start) and answer not in text[low:high].lower()
    ]
    left = " ".join(kept)
    if len(kept) < 2 or len(left.split()) < 30:
        return None
    return row._replace(passage=passage_of(left, row.passage.language, row.passage.title), span=None, kind="cut")


def _swapped(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """The same question about another name or year, which the passage does not hold."""
    pool = {"name": [""], "year": [""]}
    for row in rows:
        for found in _NAME.finditer(row.question):
            pool["year" if found[0].isdigit() else "name"].append(found[0].strip())
    for row in rows:
        names = list(_NAME.finditer(row.question))
        if not names:
            continue
        one = chance.choice(names)
        sort = "year" if one[0].isdigit() else "name"
        # A name of the same passage is the harder case: the words are all there, only not together.
        inside = [name[0] for name in _NAME.finditer(row.passage.text) if name[0].isdigit() == (sort == "year")]
        other = chance.choice(inside if inside and chance.random() < 0.4 else pool[sort])
        if other and other.strip().lower() not in row.question.lower() and one[0].strip() not in other:
            asked = f"{row.question[: one.start()]}{other.strip()} {row.question[one.end() :]}".replace("  ", " ")
            yield row._replace(question=asked, span=None, kind="swapped")
