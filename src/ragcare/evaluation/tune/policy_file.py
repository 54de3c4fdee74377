"""The settings file that tuning writes: the threshold, and all that it was certified under."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ragcare.language.unprintable import one_line

if TYPE_CHECKING:
    from ragcare.evaluation.tune.tuned import Step, Tuned

TABLES = ("passages", "retrieval", "answering", "writing", "policy", "signals")
"""The settings that decide what is found and said, asked back or handed over; to whom and how, none of them."""

POLICY = "policy.toml"
"""How the file is called."""

CALIBRATION = "calibration.json"
"""And the one beside it."""

_BOUND_IN_WORDS = {"clopper-pearson": "Clopper–Pearson", "hoeffding-bentkus": "Hoeffding–Bentkus"}


def certified_under(settings: Mapping[str, Any] | None) -> dict[str, dict[str, Any]] | None:
    """The tables of the settings of a run that a policy must carry; None where the run has no settings."""
    return None if settings is None else {name: dict(settings[name]) for name in TABLES if name in settings}


def policy_file(tuned: Tuned, at: Step) -> str:
    """The settings file, as it is written."""
    tables = {name: dict(table) for name, table in (tuned.settings or {}).items()}
    policy = tables.setdefault("policy", {})
    kept = policy.pop("calibration", None)
    policy["answer_at"] = at.threshold
    if tuned.calibration is not None:
        policy["calibration"] = CALIBRATION
    elif kept is not None:
        policy["calibration"] = str(Path(kept).absolute())  # the file that is written lies in another folder
    return "\n".join([*_preface(tuned, at), *_toml(tables), ""])


def _toml(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, table in tables.items():
        yield from ("", f"[{name}]")
        yield from (f"{key} = {_value(value)}" for key, value in table.items() if value is not None)


def _value(value: Any) -> str:
    """A value as TOML writes it: as JSON does, but for inline tables, and that a delete character is escaped."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_value(key)} = {_value(one)}" for key, one in value.items() if one is not None)
        return f"{{{inner}}}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _preface(tuned: Tuned, at: Step) -> Iterator[str]:
    certified, fitted = (_counted(counts) for counts in (tuned.certified, tuned.fitted))
    drawn = {"question": "questions", "article": "articles, one question of each,"}[tuned.terms.unit]
    kept = "The calibration is the one that the runs had."
    yield "# Written by ragcare tune. Use it as a settings file: ragcare ask --settings policy.toml"
    yield "#"
    yield from (f"# {sentence}" for sentence in tuned.promise.split("\n"))
    yield f"# Method: Learn-then-Test, fixed sequence of thresholds, {_BOUND_IN_WORDS[tuned.terms.bound]}."
    yield f"# Certified on {at.n} questions about {tuned.articles} articles ({certified}):"
    yield f"# {at.answered} answered, {at.wrong} of them wrongly; risk {at.risk:.4f}, bound {at.upper:.4f}."
    yield f"# {f'The calibration was fitted on other questions ({fitted}).' if tuned.calibration else kept}"
    yield f"# Right means: {one_line(tuned.judge)}."
    yield f"# It holds for {drawn} drawn as these were, in this mixture of suites,"
    yield f"# and only while the fingerprint of the scores is {one_line(tuned.fingerprint)}: retrieval, models and"
    yield "# analysers as they were. Under another one each reply says in its trace that the calibration is stale."
    if tuned.settings is not None:
        yield "# The settings below are those of the runs, but for answer_at and calibration: with another it is void."
    if tuned.stages != "default":
        yield f"# The runs had stages that were given in Python, and it holds only with them: {one_line(tuned.stages)}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{one_line(suite)} {count}" for suite, count in counts.items())
