"""The generator of planted errors: the same articles give the same pairs, and no error leaves a sentence as it was."""

from __future__ import annotations

import importlib
from typing import Any

import pytest


@pytest.fixture(scope="module")
def planting() -> Any:
    return importlib.import_module("evals.planted_errors")


def pairs_of(planting: Any) -> list[Any]:
    bodies = {
        "fr": "La réparation coûte 25 € et prend 10 jours ouvrés à Lyon. "
        "Vous n'avez pas besoin de rendez-vous le lundi. Si vous résiliez la ligne, le solde est demandé en une fois.",
        "en": "The repair costs €25 and takes 14 days in Leeds for everybody. "
        "You do not need an appointment on Monday. If you cancel the line, the rest is charged at once.",
    }
    texts = [
        planting.Text(f"{language}-{at}", language, body.replace("25", str(25 + at)))
        for language, body in bodies.items()
        for at in range(4)
    ]
    found: list[Any] = planting.plant(texts, each=9)
    assert found == planting.plant(texts, each=9)
    return found


def test_it_is_deterministic_and_an_article_is_in_one_half(planting: Any) -> None:
    halves: dict[str, set[str]] = {}
    for pair in pairs_of(planting):
        halves.setdefault(pair.source.partition("-")[2], set()).add(pair.half)
    assert all(len(one) == 1 for one in halves.values())


def test_an_error_changes_the_sentence_and_a_faithful_pair_may_not(planting: Any) -> None:
    pairs = pairs_of(planting)
    assert all(pair.said not in pair.evidence for pair in pairs if not pair.supported)
    assert {"amount", "duration", "negation", "condition", "step", "topic"} <= {
        pair.kind for pair in pairs if not pair.supported
    }
    assert {"verbatim", "equal form", "reordered"} <= {pair.kind for pair in pairs if pair.supported}


def test_equal_forms_are_equal(planting: Any) -> None:
    said = {pair.said for pair in pairs_of(planting) if pair.kind == "equal form"}
    assert "La réparation coûte 25 euros et prend dix jours ouvrés à Lyon." in said
    assert "The repair costs 25 euros and takes two weeks in Leeds for everybody." in said
