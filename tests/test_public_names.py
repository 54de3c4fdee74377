"""The public names: these and no others, so that adding or losing one is a decision and not an accident."""

from __future__ import annotations

import importlib

import pytest

import ragcare

PUBLIC_NAMES = [
    "Answer",
    "Article",
    "Asker",
    "Assistant",
    "Choice",
    "Citation",
    "Decision",
    "Evidence",
    "Handoff",
    "Hit",
    "KnowledgeBase",
    "Passage",
    "Question",
    "RagcareError",
    "Reason",
    "Refusal",
    "Reply",
    "Retrieved",
    "Sentence",
    "Settings",
    "Signal",
    "Suggestion",
    "Trace",
    "Turn",
    "check_grounding",
    "detect_signals",
]


def test_the_public_names_are_these_sorted_and_no_others() -> None:
    assert list(ragcare.__all__) == PUBLIC_NAMES == sorted(PUBLIC_NAMES)


def test_a_star_import_brings_the_public_names_and_nothing_else() -> None:
    space: dict[str, object] = {}
    exec("from ragcare import *", space)
    assert sorted(space.keys() - {"__builtins__"}) == PUBLIC_NAMES


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_a_public_name_is_documented_in_its_own_words(name: str) -> None:
    thing = getattr(ragcare, name)
    assert thing.__module__.startswith("ragcare.")
    # A class inherits the words of its parent, so they are looked for in its own body.
    words = ((vars(thing)["__doc__"] if isinstance(thing, type) else thing.__doc__) or "").strip()
    # A dataclass without a docstring gets its signature as one, and so does a NamedTuple.
    assert words
    assert not words.startswith(f"{name}(")


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_a_public_name_is_the_one_of_the_module_it_comes_from(name: str) -> None:
    thing = getattr(ragcare, name)
    assert getattr(importlib.import_module(thing.__module__), name) is thing


def test_every_error_that_is_raised_on_purpose_is_caught_by_the_public_one() -> None:
    from ragcare import errors

    found = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}
    assert found >= {errors.BadInput, errors.MissingExtra, errors.NothingValidated}
    assert all(issubclass(one, ragcare.RagcareError) and one.__doc__ for one in found)
