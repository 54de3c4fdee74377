"""How differences and changes are worded, on a terminal as in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ragcare.evaluation.compare.records import Change, Difference, Piece
from ragcare.evaluation.report.figures import wording

_LONG, _END = 120, 50
"""A stretch of more characters than this that both texts have is cut down to its two ends."""


def cells(one: Difference) -> list[str]:
    """A difference in words: before, after, difference, its interval, and where that leads."""
    return [_value(one, one.before), _value(one, one.after), _change(one), _interval(one), _verdict(one)]


def in_words(one: Difference) -> str:
    """Such as "-8.3 points, 95 % interval -11.9 to -4.7 points"."""
    return ", 95 % interval ".join(filter(None, (_change(one), _interval(one))))


def _value(one: Difference, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{100 * value:.{_digits(one)}f}%" if _is_share(one) else f"{value:.3f}"


def _change(one: Difference) -> str:
    if one.difference is None:
        return "–"
    return f"{_signed(one, one.difference)} points" if _is_share(one) else _signed(one, one.difference)


def _interval(one: Difference) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{_signed(one, one.low)} to {_signed(one, one.high)}" + (" points" if _is_share(one) else "")


def _signed(one: Difference, number: float) -> str:
    return f"{100 * number:+z.{_digits(one)}f}" if _is_share(one) else f"{number:+z.3f}"


def _digits(one: Difference) -> int:
    """Of a share in percent: one more than the report has, for differences are small; two where they are known well."""
    width = one.high - one.low if one.low is not None and one.high is not None else 0.0
    return 2 if 0 < width < 0.01 else 1


def _is_share(one: Difference) -> bool:
    return wording(one.metric).unit == "share"


def _verdict(one: Difference) -> str:
    """Where the figure went, and whether that is for the better."""
    if one.verdict is None or one.difference is None:
        return ""
    return "= same" if one.verdict == "same" else f"{'↑' if one.difference > 0 else '↓'} {one.verdict}"


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
