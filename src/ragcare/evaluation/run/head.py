"""The head of a run: what was asked of whom, and the digests by which a log can be told from another."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, Self, runtime_checkable

from pydantic import Field

from ragcare.errors import BadInput
from ragcare.evaluation.bars import Bars
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.schema import Article, Record, Share
from ragcare.settings import Settings

if TYPE_CHECKING:
    from ragcare.evaluation.questions import QuestionSet


@runtime_checkable
class Fingerprinted(Protocol):
    """An assistant that can say what its replies depend on."""

    def fingerprints(self) -> Mapping[str, str]:
        """A digest of each thing that moves a reply."""
        ...


@runtime_checkable
class Configured(Protocol):
    """An assistant that can say what it was set to, so that a policy which is tuned on its run can carry it on."""

    @property
    def settings(self) -> Settings:
        """All that was set."""
        ...


class RunHead(Record):
    """What was run on what.

    Attributes:
        suite: the name of the question set.
        part: which of its questions, such as "dev"; "" for all.
        as_of: the day on which a question is asked whose row names none.
        token_f1: the F1 over tokens at which an answer equals a reference answer.
        questions: how many there are to ask.
        bars: what the figures must reach, as the suite says.
        settings: of the assistant that was asked; None if it has none.
        fingerprints: of all that moves a reply (settings, stages, scores, articles, calibration, code), and of the
            questions and the corpus that it is judged by.
        fingerprint: one over all of these.
    """

    kind: Literal["run"] = "run"
    format: Literal[1] = 1
    suite: str
    part: str = ""
    as_of: date
    token_f1: Share
    questions: Annotated[int, Field(ge=1)]
    bars: Bars = Field(default_factory=dict)
    settings: dict[str, Any] | None = None
    fingerprints: dict[str, str]
    fingerprint: str

    def differs_from(self, other: RunHead) -> tuple[str, ...]:
        """The names of what is not the same, each once; fingerprints by their names.

        The bars are left out: they move neither a reply nor what it is worth.
        """
        named = [
            name
            for name in ("suite", "part", "as_of", "token_f1", "questions")
            if getattr(self, name) != getattr(other, name)
        ]
        digested = "settings" in self.fingerprints and "settings" in other.fingerprints
        if not digested and _told(self.settings) != _told(other.settings):
            named.append("settings")
        prints = self.fingerprints.items() ^ other.fingerprints.items()
        return tuple(dict.fromkeys([*named, *sorted({name for name, _ in prints})]))

    def sealed(self, labels: Sequence[LabelledQuestion]) -> Self:
        """This head as that of a run which asks these: with their number, their digest, and its own fingerprint."""
        prints = {**self.fingerprints, "questions": digest_of_labels(labels)}
        counted = self.model_copy(update={"questions": len(labels), "fingerprints": prints})
        return counted.model_copy(update={"fingerprint": counted.own_fingerprint()})

    def own_fingerprint(self) -> str:
        """What `fingerprint` must be, from all the rest."""
        told = self.model_dump(mode="json", exclude={"settings", "fingerprint"}, exclude_defaults=True)
        if self.settings is not None:
            told["settings"] = _told(self.settings)
        return _digest(json.dumps(told, sort_keys=True).encode())


def head_of(assistant: object, questions: QuestionSet, articles: Mapping[str, Article]) -> RunHead:
    """The head of a run that is to begin.

    Raises:
        BadInput: there is no question, or one id is that of several.
    """
    labels = questions.questions
    if not labels:
        raise BadInput(f"{questions.name}: there is no question to ask. Mend: name a part of the suite that has some")
    twice = repeated(label.id for label in labels)
    if twice:
        raise BadInput(
            f"{questions.source}: the id {twice[0]} is that of several questions, which could not be told apart. "
            "Mend: give each an id of its own; ragcare check names them all"
        )
    settings = assistant.settings if isinstance(assistant, Configured) else None
    corpus = "\n".join(articles[key].model_dump_json() for key in sorted(articles))
    head = RunHead(
        suite=questions.name,
        part=questions.part,
        as_of=questions.as_of,
        token_f1=questions.token_f1,
        questions=len(labels),
        bars=questions.bars,
        settings=settings.model_dump(mode="json") if isinstance(settings, Settings) else None,
        fingerprints={
            **(assistant.fingerprints() if isinstance(assistant, Fingerprinted) else {}),
            "code": _digest_of_code(),
            "corpus": _digest(corpus.encode()),
        },
        fingerprint="",
    )
    return head.sealed(labels)


def digest_of_labels(labels: Sequence[LabelledQuestion]) -> str:
    """Of the questions and what a right reply to each is, in their order.

    What a label leaves at its default is left out, so that a field which a later version adds changes no digest.
    """
    return _digest("\n".join(label.model_dump_json(exclude_defaults=True) for label in labels).encode())


def repeated(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that are there more than once."""
    return tuple(one for one, count in Counter(ids).items() if count > 1)


def _told(settings: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Settings as far as they say something: where a calibration lies does not, and what it is has its own digest."""
    if settings is None or not isinstance(settings.get("policy"), dict):
        return settings
    policy = settings["policy"]
    return {**settings, "policy": {**policy, "calibration": policy.get("calibration") is not None}}


@cache
def _digest_of_code() -> str:
    """Of ragcare itself: a run that was begun before a change of the code must not go on after it."""
    home = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(str(path.relative_to(home)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
