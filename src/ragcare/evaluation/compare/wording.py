"""How differences and changes are worded, on a terminal as in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragcare.evaluation.compare.records import Change, Difference, Piece

_LONG, _END = 120, 50
"""A stretch of more characters than this that both texts have is cut down to its two ends."""


def cells(one: Difference) -> list[str]:
    """A difference in words: before, after, difference, its interval, and where that leads."""
    known = one.low is not None and one.high is not None
    return [
        _number(one.before),
        _number(one.after),
        _number(one.difference, "+"),
        f"{_number(one.low, '+')} to {_number(one.high, '+')}" if known else "",
        _verdict(one),
    ]


def _verdict(one: Difference) -> str:
    """Where the figure went, and whether that is for the better."""
    if one.verdict is None or one.difference is None:
        return ""
    return "= same" if one.verdict == "same" else f"{'↑' if one.difference > 0 else '↓'} {one.verdict}"


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.4f}"


def outcome_of(one: Change) -> str:
    """Such as "correct → wrong", or the one outcome that both have."""
    before, after = (side.outcome.replace("_", " ") for side in (one.before, one.after))
    return before if before == after else f"{before} → {after}"


def shortened(pieces: Sequence[Piece], most: int) -> Iterator[Piece]:
    """The pieces up to so many characters; long stretches that both texts have are cut in their middle."""
    left = most
    for piece in pieces:
        text = piece.text
        if piece.how == "kept" and len(text) > _LONG:
            text = f"{text[:_END]} … {text[-_END:]}"
        if len(text) > left:
            yield Piece(how=piece.how, text=text[:left] + " …")
            return
        left -= len(text)
        yield Piece(how=piece.how, text=text)
