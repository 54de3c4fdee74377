"""The gate: which bars a candidate meets, given how it differs from its baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ragcare.evaluation.bars import Bar
from ragcare.evaluation.compare.records import Difference, Held
from ragcare.evaluation.compare.wording import in_words

_ROUNDING = 1e-9
"""A difference of shares such as 0.30 - 0.25 is not quite 0.05."""


def hold(bars: Iterable[Bar], differences: Sequence[Difference]) -> tuple[Held, ...]:
    """Each bar with its verdict.

    A margin is not kept if the figure is significantly worse: if the whole 95 % interval of the paired difference lies
    on the wrong side of the margin. With a true difference of just the margin that happens by chance to about one
    comparison in forty, for each bar. A figure that the baseline has and the candidate has not is lost, and keeps
    nothing; where neither has it there was nothing to lose.
    """
    by_metric = {one.metric: one for one in differences}
    return tuple(_hold(bar, by_metric.get(bar.metric)) for bar in bars)


def _hold(bar: Bar, difference: Difference | None) -> Held:
    if difference is None or (difference.before is None and difference.after is None):
        why = "neither run has this figure: there is nothing to compute it from"
        return Held(bar=bar, met=not any(bar.faults(None)), why=why)
    faults = list(_faults(bar, difference))
    return Held(bar=bar, met=not faults, why="; ".join(faults) or _in_words(bar, difference))


def _faults(bar: Bar, difference: Difference) -> Iterator[str]:
    if difference.after is None:
        yield "the candidate no longer has this figure: there is nothing to compute it from"
        return
    yield from bar.faults(difference.after)
    if bar.margin is not None and _least_loss(difference) > bar.margin + _ROUNDING:
        by = f" by more than {bar.margin:g}" if bar.margin else ""
        yield f"significantly worse than the baseline{by} ({in_words(difference)})"


def _least_loss(difference: Difference) -> float:
    """How much worse the figure has become at least, taking the end of the interval that is kinder."""
    if difference.low is None or difference.high is None:
        return 0.0
    return difference.low if difference.lower_is_better else -difference.high


def _in_words(bar: Bar, difference: Difference) -> str:
    if bar.margin is None:
        return f"it is {difference.after:.6g}"
    if difference.difference is None:
        return "the baseline does not have this figure"
    by = f" by more than {bar.margin:g}" if bar.margin else ""
    return f"not significantly worse than the baseline{by} ({in_words(difference)})"
