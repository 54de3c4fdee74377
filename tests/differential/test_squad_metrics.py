"""Exact match and token F1 are those of SQuAD, written here as published, but for what `reference` calls its own."""

from __future__ import annotations

import json
import os
import re
import string
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcare.evaluation.judge.reference import exact_match, normalised, token_f1
from ragcare.language.quantities import quantities

DATA = Path(os.environ.get("RAGCARE_DATA", Path(__file__).parents[2] / "../shared/data"))

WORDS = ["the", "a", "an", "The", "order", "Parcel", "REFUND", "returns", "is", "in", "of", "not", "customer", "city"]
WRAPPED = st.tuples(st.sampled_from(["", "(", '"']), st.sampled_from(WORDS), st.sampled_from(["", ".", ",", ")", '"?']))
TEXTS = st.lists(WRAPPED.map("".join), max_size=10).map(" ".join)

OUR_OWN = re.compile(r"[^\x00-\x7f]|[$%]|\w[^\w\s]+\w|\n")
"""Letters that are not ASCII, signs of amounts, hyphens and what else stands within words, paragraphs."""


def squad_tokens(text: str) -> list[str]:
    """Rajpurkar et al. 2016: lower case, then no punctuation, then no articles, then split at blanks."""
    without_punctuation = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", without_punctuation).split()


def squad_f1(answer: str, reference: str) -> float:
    """Rajpurkar et al. 2018: the harmonic mean of precision and recall, or equality where one has no token."""
    ours, theirs = squad_tokens(answer), squad_tokens(reference)
    if not ours or not theirs:
        return float(ours == theirs)
    common = sum((Counter(ours) & Counter(theirs)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(ours), common / len(theirs)
    return 2 * precision * recall / (precision + recall)


@given(text=TEXTS)
def test_plain_english_has_the_tokens_of_squad(text: str) -> None:
    assert list(normalised(text, "en")) == squad_tokens(text)


@given(answer=TEXTS, reference=TEXTS)
def test_f1_and_exact_match_of_plain_english_are_those_of_squad(answer: str, reference: str) -> None:
    if squad_tokens(answer) and squad_tokens(reference):  # to SQuAD "the" equals "an"; to us nothing equals it
        assert token_f1(answer, [reference], "en") == pytest.approx(squad_f1(answer, reference), abs=1e-12)
        assert exact_match(answer, [reference], "en") == (squad_tokens(answer) == squad_tokens(reference))


def test_on_squad_itself_only_what_is_our_own_differs() -> None:
    path = DATA / "squad2_en/questions.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not here")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    corpus = (DATA / "squad2_en/corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = {article["id"]: article["text"] for article in map(json.loads, corpus)}
    plain = own = 0
    for row in (one for one in rows if one["split"] == "dev" and one["answers"]):
        sentences = [part for at in row["relevant_ids"] for part in re.split(r"(?<=[.!?]) ", texts[at])]
        for answer in (*row["answers"], *sentences[:3]):
            reference = row["answers"][0]
            if any(OUR_OWN.search(text) or quantities(text, "en") for text in (answer, reference)):
                own += 1
                continue
            plain += 1
            assert token_f1(answer, [reference], "en") == pytest.approx(squad_f1(answer, reference)), (
                answer,
                reference,
            )
            assert exact_match(answer, [reference], "en") == (squad_tokens(answer) == squad_tokens(reference))
    assert plain > 1000, f"{plain} pairs compared, {own} left out"
