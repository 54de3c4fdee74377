"""What is seen of a question in a passage: features of each span, of each unit, and of the passage as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from ragcare.answering.reading.opposites import turned_round
from ragcare.answering.reading.passage_view import STATIC, PassageView
from ragcare.answering.reading.passage_words import Array
from ragcare.answering.reading.question_types import ASKED
from ragcare.answering.reading.question_view import QuestionView, matches
from ragcare.answering.reading.words import words
from ragcare.language.negations import negations
from ragcare.schema import Passage

DYNAMIC: Final = (
    "repeats", "repeats_share", "focus_inside", "focus_opens", "focus_closes", "focus_left", "focus_right",
    "near_left", "near_right", "near", "nearest_left", "nearest_right", "touches_left", "touches_right",
    "lead_left", "lead_right", "tail_left", "tail_right",
    "unit_cover", "unit_cover_above", "unit_lag", "unit_best", "unit_rarest", "unit_names", "rest_of_unit",
    "title_repeats", "unit_negation_differs", "focus_in_unit",
)  # fmt: skip
"""The features of a span that hang on the question."""

UNIT: Final = (
    "cover", "cover_above", "cover_below", "lag", "best", "rarest", "names", "figures", "place", "first", "words",
    "fits", "mass",
    "best_span", "span_lag", "negation_differs", "focus",
)  # fmt: skip

PASSAGE: Final = (
    "cover", "cover_titled", "best_unit", "best_two", "rarest", "rarest_titled", "names", "has_names", "figures",
    "has_figures",
    "missing_weight", "missing_most", "missing_words", "lead_verb", "fits", "fits_best", "best_span", "best_free",
    "sureness",
    "span_margin", "log_sum", "negation_differs", "focus", "has_focus", "words", "units", "span_near",
    "span_unit_cover",
    "fuzzy", "foreign", "pairs", "pairs_unit", "opposite", "unit_above", "unit_names", "unit_rarest", "exact",
    "unit_missing",
    "unit_missing_most", "span_repeats", "same_unit", "span_touches",
    *(f"asked_{one}" for one in ASKED),
)  # fmt: skip
"""The features of a passage that tell whether it holds the asked fact."""

_FITTING: Final = {
    "amount": (0,), "percent": (1,), "duration": (2, 4), "date": (3, 5, 7), "number": (4, 0, 1, 2), "person": (10,),
    "place": (10,), "contact": (6,),
}  # fmt: skip
"""The kinds of a unit (`PassageView.kinds`) that fit what is asked; the rest is asked for in words."""


class Seen(NamedTuple):
    """What is seen of one question in one passage.

    Attributes:
        spans: features of each span, (spans, STATIC_AND_DYNAMIC).
        cover: of each unit, the share of the question that it says; `above` with the unit before it and the headings,
            `below` with the unit after it.
        rarest: whether each unit says the rarest word; `names` and `figures`: what share of these.
        fits: whether each unit holds the kind of thing that is asked for.
        focus: whether each unit says the asked noun; `differs` whether it negates where the question does not.
        unit_of_span: the unit of each span.
        present: of each word of the question, how well the passage says it; `titled` whether its headings do.
        in_unit: the same in each unit, (stems, units); `hit` by each word of the passage, (stems, words).
    """

    spans: Array
    cover: Array
    above: Array
    below: Array
    rarest: Array
    names: Array
    figures: Array
    fits: Array
    focus: Array
    differs: Array
    unit_of_span: Array
    present: Array
    titled: Array
    in_unit: Array
    hit: Array


def see(question: QuestionView, view: PassageView, passage: Passage) -> Seen:
    """Holds a question against a passage."""
    hit = matches(question, view)
    count, n = hit.shape
    units = len(view.units)
    weights = question.weights if count else np.zeros(0, np.float32)
    total = max(float(weights.sum()), 1e-6)
    in_unit = np.zeros((count, units), np.float32)
    if n and count:
        for unit in range(units):
            inside = view.unit_of == unit
            if inside.any():
                in_unit[:, unit] = hit[:, inside].max(axis=1)
    cover = weights @ in_unit / total if count else np.zeros(units, np.float32)
    before = np.concatenate([np.zeros((count, 1), np.float32), in_unit[:, :-1]], axis=1)
    after = np.concatenate([in_unit[:, 1:], np.zeros((count, 1), np.float32)], axis=1)
    titled = _titled(question, passage)
    context = np.maximum(titled[:, None], before * 0.8)
    above = weights @ np.maximum(in_unit, context) / total if count else cover
    below = weights @ np.maximum(in_unit, after * 0.8) / total if count else cover
    own = weights.copy()
    if 0 <= question.focus < count:
        own[question.focus] *= 0.5
    rarest = in_unit[int(own.argmax())] if count else np.zeros(units, np.float32)
    names = _share(question.names, weights, in_unit)
    figures = _share(question.figures, weights, in_unit)
    fits = _fits(question, view)
    focus = in_unit[question.focus] if question.focus >= 0 and count else np.zeros(units, np.float32)
    text = passage.text
    differs = np.array(
        [bool(negations(text[start:end], view.language)) != question.negated for start, end in view.units], np.float32
    )
    of_span = view.unit_of[view.first] if n else np.zeros(len(view.first), int)
    present = in_unit.max(axis=1) if count and units else np.zeros(count, np.float32)
    dynamic = _dynamic(
        question, view, hit, weights, total, cover, above, rarest, names, focus, differs, of_span, titled
    )
    spans = np.concatenate([view.static, dynamic], axis=1)
    return Seen(
        spans, cover, above, below, rarest, names, figures, fits, focus, differs, of_span, present, titled, in_unit, hit
    )


def unit_features(seen: Seen, scores: Array, view: PassageView) -> Array:
    """The features of each unit, (units, len(UNIT)); `scores` are those of the spans."""
    units = len(view.units)
    best, mass = np.full(units, scores.min() if len(scores) else 0.0), np.zeros(units)
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    np.maximum.at(best, seen.unit_of_span, scores)
    np.add.at(mass, seen.unit_of_span, shares)
    lengths = np.bincount(view.unit_of, minlength=units) if len(view.words) else np.zeros(units)
    at = np.arange(units)
    return np.stack(
        [
            seen.cover, seen.above, seen.below, seen.cover.max() - seen.cover, seen.cover >= seen.cover.max(),
            seen.rarest,
            seen.names, seen.figures, at / max(units, 1), at == 0, np.minimum(np.log1p(lengths), 4), seen.fits,
            np.log(mass + 1e-4) / 5,
            np.clip(best, -20, 20) / 10, np.clip(best.max() - best, 0, 20) / 10, seen.differs, seen.focus,
        ],
        axis=1,
    ).astype(np.float32)  # fmt: skip


def passage_features(question: QuestionView, seen: Seen, scores: Array, view: PassageView) -> Array:
    """The features of the passage, (len(PASSAGE),)."""
    weights = question.weights
    total = max(float(weights.sum()), 1e-6)
    present, titled = seen.present, np.maximum(seen.present, seen.titled)
    missing = weights * (1 - titled)
    rarest = int(weights.argmax()) if len(weights) else -1
    two = float(np.sort(seen.cover)[-2:].sum()) if len(seen.cover) else 0.0
    order = np.argsort(-scores)
    best = int(order[0])
    unit = int(seen.unit_of_span[best])
    shares = np.exp(scores - scores.max())
    # The runner-up that says something else: a span that overlaps the best one is the same answer, longer or shorter.
    apart = (view.last < view.first[best]) | (view.first > view.last[best])
    other = float(scores[apart].max()) if apart.any() else float(scores.min())
    near = STATIC_AND_DYNAMIC.index("near")
    around = np.maximum(seen.in_unit[:, unit], np.maximum(seen.in_unit[:, max(unit - 1, 0)] * 0.8, seen.titled))
    missed = weights * (1 - around)
    names, figures = question.names, question.figures
    return np.array(
        [
            weights @ present / total, weights @ titled / total, seen.cover.max(), two,
            present[rarest] if rarest >= 0 else 0, titled[rarest] if rarest >= 0 else 0,
            _share(names, weights, titled[:, None])[0], names.any(), _share(figures, weights, titled[:, None])[0],
            figures.any(),
            missing.sum() / 10, missing.max() / 10 if len(missing) else 0, min(float((titled < 0.5).sum()), 6.0) / 6,
            titled[-1] if len(titled) else 0, seen.fits.max(), seen.fits[unit], np.clip(scores[best], -20, 20) / 10,
            np.clip(scores[best] - scores.mean(), 0, 20) / 10, 1 / shares.sum(), np.clip(scores[best] - other, 0,
            10) / 5,
            np.log(shares.sum()) / 5, seen.differs[unit], titled[question.focus] if question.focus >= 0 else 0,
            question.focus >= 0, min(len(weights), 12) / 12, min(len(view.units), 10) / 10, seen.spans[best, near],
            seen.cover[unit], float(((present > 0) & (present < 1)).sum() > 0), view.language != question.language,
            *_together(seen, view, weights, unit), _opposite(question, seen, view, unit), seen.above[unit],
            _share(names, weights, around[:, None])[0], around[rarest] if rarest >= 0 else 0,
            weights @ (present == 1) / total, missed.sum() / 10, missed.max() / 10 if len(missed) else 0,
            seen.spans[best, STATIC_AND_DYNAMIC.index("repeats")], unit == int(seen.cover.argmax()),
            seen.spans[best, TOUCHES].max(),
            *one_hot(question),
        ],
        np.float32,
    )  # fmt: skip


STATIC_AND_DYNAMIC: Final = (*STATIC, *DYNAMIC)
TOUCHES: Final = [STATIC_AND_DYNAMIC.index("touches_left"), STATIC_AND_DYNAMIC.index("touches_right")]


def _together(seen: Seen, view: PassageView, weights: Array, unit: int) -> tuple[float, float]:
    """How near to one another neighbouring words of the question stand: anywhere, and in the unit of the best span."""
    count = len(weights)
    if count < 2 or not len(view.words):
        return 1.0, 1.0
    here = view.unit_of == unit
    total = anywhere = inside = 0.0
    for one in range(count - 1):
        weight = float(min(weights[one], weights[one + 1]))
        total += weight
        left, right = np.flatnonzero(seen.hit[one]), np.flatnonzero(seen.hit[one + 1])
        if len(left) and len(right):
            anywhere += weight * float(view.nearness[left[:, None], right[None, :]].max())
            left, right = left[here[left]], right[here[right]]
            if len(left) and len(right):
                inside += weight * float(view.nearness[left[:, None], right[None, :]].max())
    return anywhere / max(total, 1e-6), inside / max(total, 1e-6)


def _opposite(question: QuestionView, seen: Seen, view: PassageView, unit: int) -> bool:
    """Whether the unit of the best span says the opposite of a word of the question that it lacks."""
    lacking = [stem for row, stem in enumerate(question.stems) if seen.in_unit[row, unit] < 1]
    if not lacking or question.language != view.language:
        return False
    held = {word.stem for word, at in zip(view.words, view.unit_of, strict=True) if at == unit}
    return any(turned_round(stem, held, view.language) for stem in lacking)


def one_hot(question: QuestionView) -> Array:
    """What is asked for, as a vector over `ASKED`."""
    return np.array([one == question.type.asked for one in ASKED], np.float32)


def _share(which: Array, weights: Array, present: Array) -> Array:
    """The share of some of the question's words that each column has; 1 where there are none."""
    if not which.any():
        return np.ones(present.shape[1], np.float32)
    out: Array = (weights[which] @ present[which]) / weights[which].sum()
    return out


def _fits(question: QuestionView, view: PassageView) -> Array:
    wanted = _FITTING.get(question.type.asked)
    if wanted is None:
        return np.ones(len(view.units), np.float32)
    out: Array = view.kinds[:, list(wanted)].max(axis=1).astype(np.float32)
    return out


def _titled(question: QuestionView, passage: Passage) -> Array:
    """Which of the question's words stand in the title, a heading or a known question."""
    heads = _heads((passage.title, *passage.headings, *passage.questions), passage.language)
    return np.array([stem in heads for stem in question.stems], np.float32)


def _heads(heads: Sequence[str], language: str) -> set[str]:
    return {word.stem for head in heads for word in words(head, language) if word.stem}


def _dynamic(
    question: QuestionView, view: PassageView, hit: Array, weights: Array, total: float, cover: Array, above: Array,
    rarest: Array, names: Array, focus: Array, differs: Array, of_span: Array, titled: Array,
) -> Array:  # fmt: skip
    first, last = view.first, view.last
    count, n = hit.shape
    if n == 0 or count == 0:
        return np.zeros((len(first), len(DYNAMIC)), np.float32)
    said = hit * weights[:, None]
    sums = np.concatenate([np.zeros((count, 1), np.float32), np.cumsum(said, axis=1)], axis=1)
    inside = sums[:, last + 1] - sums[:, first]  # (stems, spans)
    repeated = np.minimum(inside, weights[:, None])
    repeats = repeated.sum(axis=0) / total
    length = (last - first + 1).astype(np.float32)
    either = hit.max(axis=0)
    either_sums = np.concatenate([[0.0], np.cumsum(either)])
    share = (either_sums[last + 1] - either_sums[first]) / length
    # For each word of the question, how near its nearest mention is to either end of the span.
    near = view.nearness
    left = np.stack([(near[:, hits] * (np.arange(n)[:, None] > hits)).max(axis=1) if len(hits) else np.zeros(n)
                     for hits in (np.flatnonzero(row) for row in hit)])  # fmt: skip
    right = np.stack([(near[:, hits] * (np.arange(n)[:, None] < hits)).max(axis=1) if len(hits) else np.zeros(n)
                      for hits in (np.flatnonzero(row) for row in hit)])  # fmt: skip
    at_left, at_right = left[:, first], right[:, last]
    near_left, near_right = weights @ at_left / total, weights @ at_right / total
    nearest = weights @ np.maximum(np.maximum(at_left, at_right), 0) / total
    previous, following = np.maximum(first - 1, 0), np.minimum(last + 1, n - 1)
    before_that, after_that = np.maximum(first - 2, 0), np.minimum(last + 2, n - 1)
    touches_left = np.maximum(either[previous] * (first > 0), 0.5 * either[before_that] * (first > 1))
    touches_right = np.maximum(either[following] * (last < n - 1), 0.5 * either[after_that] * (last < n - 2))
    zero = np.zeros(len(first), np.float32)
    at = question.focus
    in_focus = (hit[at] > 0) if at >= 0 else np.zeros(n, bool)
    focus_sums = np.concatenate([[0], np.cumsum(in_focus)])
    focus_inside = (focus_sums[last + 1] - focus_sums[first]) > 0
    columns = [
        repeats, share, focus_inside, in_focus[first], in_focus[last], at_left[at] if at >= 0 else zero,
        at_right[at] if at >= 0 else zero,
        near_left, near_right, nearest, at_left.max(axis=0), at_right.max(axis=0), touches_left, touches_right,
        at_left[0], at_right[0], at_left[-1], at_right[-1],
        cover[of_span], above[of_span], cover.max() - cover[of_span], cover[of_span] >= cover.max(), rarest[of_span],
        names[of_span],
        cover[of_span] - repeats, (repeated * titled[:, None]).sum(axis=0) / total, differs[of_span], focus[of_span],
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)
