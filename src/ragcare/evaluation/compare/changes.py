"""Which questions changed, and how: the outcome, the decision, the sources, the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ragcare.evaluation.compare.records import Aspect, Change, Piece, Side, Verdict
from ragcare.evaluation.judge import Judged, Outcome

_WORTH: dict[Outcome, int] = {
    "correct": 4,
    "refused_rightly": 3,
    "escalated_rightly": 3,
    "clarified_rightly": 3,
    "refused_wrongly": 1,
    "escalated_wrongly": 1,
    "clarified_wrongly": 1,
    "wrong": -2,
}
"""Only to sort by: a wrong answer costs more than a refusal, and an answer that was right is missed most."""

_SEEN = {"outcome", "decision", "sources", "text"}
"""What a customer notices; the other changes come last."""

_ALIKE = 1e-6
"""Probabilities that are this near differ by how a machine rounds."""

_RELATED = 0.4
"""Two texts are versions of one another if they have this share of their words in common."""

_WORD = re.compile(r"\s*\S+|\s+")


def changes(before: Sequence[Judged], after: Sequence[Judged]) -> tuple[Change, ...]:
    """The questions on which two runs differ, worst first; the rows are paired by their place.

    What turned from correct to wrong stands first, what got better follows what only changed its words, and what a
    customer would not notice (a draft that was not said, ranks, probabilities) comes last.
    """
    found = [one for old, new in zip(before, after, strict=True) for one in _change(old, new)]
    return tuple(sorted(found, key=lambda one: (_SEEN.isdisjoint(one.what), _gain(one.before, one.after))))


def word_difference(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts compared word by word, white space going with the word that it stands before.

    Two that have little in common are told one after the other: the few words that both happen to have help nobody.
    """
    return tuple(_pieces(_WORD.findall(before), _WORD.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    # Words that are frequent count like any other: "not" is one of them.
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    whole = [("replace", 0, len(old), 0, len(new))]
    for how, start, end, new_start, new_end in matcher.get_opcodes() if matcher.ratio() >= _RELATED else whole:
        if how == "equal":
            yield Piece(how="kept", text="".join(old[start:end]))
            continue
        if start < end:
            yield Piece(how="removed", text="".join(old[start:end]))
        if new_start < new_end:
            yield Piece(how="added", text="".join(new[new_start:new_end]))


def _change(old: Judged, new: Judged) -> Iterator[Change]:
    before, after = _side(old), _side(new)
    what = tuple(_aspects(old, new, before, after))
    if what:
        yield Change(
            id=new.row.label.id,
            question=new.row.label.question,
            what=what,
            verdict=_verdict(_gain(before, after)),
            before=before,
            after=after,
            gained=tuple(one for one in after.sources if one not in before.sources),
            lost=tuple(one for one in before.sources if one not in after.sources),
            words=word_difference(before.text, after.text) if before.text != after.text else (),
        )


def _side(judged: Judged) -> Side:
    reply = judged.row.reply
    return Side(
        outcome=judged.judgement.outcome,
        why=judged.judgement.why,
        action=reply.decision.action,
        reasons=tuple(reason.code for reason in reply.decision.reasons),
        probability=reply.decision.probability,
        sources=reply.answer.sources if reply.answer is not None else (),
        rank=judged.row.rank,
        text=reply.text,
    )


def _aspects(old: Judged, new: Judged, before: Side, after: Side) -> Iterator[Aspect]:
    if before.outcome != after.outcome:
        yield "outcome"
    if (before.action, before.reasons) != (after.action, after.reasons):
        yield "decision"
    if set(before.sources) != set(after.sources):
        yield "sources"
    if before.text != after.text:
        yield "text"
    if old.row.draft != new.row.draft and before.text == after.text:
        yield "draft"
    if before.rank != after.rank:
        yield "ranking"
    if abs(before.probability - after.probability) > _ALIKE:
        yield "probability"


def _gain(before: Side, after: Side) -> int:
    return _WORTH[after.outcome] - _WORTH[before.outcome]


def _verdict(gain: int) -> Verdict:
    return "better" if gain > 0 else "worse" if gain < 0 else "same"
