"""Reranking: where the fusion leaves doubt, a model that reads question and passage together judges its first hits.

It is one more leg: its rank and score stand on each hit beside those of the others. The score of a hit is the
logarithmic pool of both opinions (Genest & Zidek 1986): the weighted mean of their log-odds, so that what one of them
is sure of is not lost among the half-sure. A hit that was not read counts as the least of those that were, so none can
overtake one that was read. (Nogueira & Cho 2019 for the cross-encoder.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from ragcare.errors import BadInput, MissingExtra, ModelUnavailable
from ragcare.hub import from_here_or_hub
from ragcare.index.senses import embedded_text
from ragcare.odds import log_odds, pooled
from ragcare.schema import Hit, Passage, Question, Standing
from ragcare.settings import RetrievalSettings

if TYPE_CHECKING:
    from ragcare.reader import CrossEncoder as OwnReader

RERANKER: Final = "reranker"
"""Its name as a leg, in `Hit.legs`."""

_CROSS_ENCODER = "cross-encoder:"
_LEAST = 0.01  # surer than this neither the fusion nor the reranker is taken to be


@runtime_checkable
class Reranker(Protocol):
    """Reads a question and some passages together."""

    def judge(self, question: Question, passages: Sequence[Passage]) -> Sequence[float]:
        """How likely each passage is to be what is asked for, in 0..1, in the order of the passages."""
        ...


def as_reranker(name: str) -> Reranker:
    """The reranker of that name.

    Raises:
        BadInput: no reranker has that name.
        MissingExtra: it needs an extra that is not installed.
        ModelUnavailable: its model is neither on this machine nor to be fetched, or is no reranker.
    """
    if name.startswith(_CROSS_ENCODER):
        return CrossEncoderReranker(name.removeprefix(_CROSS_ENCODER))
    from ragcare.reader import named  # loads numpy, which no import of ours may do unasked

    reader = named(name)
    if reader is not None:
        return ReaderReranker(reader)
    raise BadInput(
        f'there is no reranker "{name}". Mend: "reader", "reader:FILE" or "{_CROSS_ENCODER}FOLDER-OR-HUB-NAME"'
    )


def reranked(question: Question, hits: Sequence[Hit], reranker: Reranker, how: RetrievalSettings) -> tuple[Hit, ...]:
    """The hits, best first, after the reranker has read the first ones of them, if their order is in doubt.

    Raises:
        BadInput: it gave another number of judgements than it was given passages, or one outside 0..1.
    """
    read, unread = hits[: how.reranked], hits[how.reranked :]
    if lead(hits) >= how.rerank_below:
        return tuple(hits)
    judged = [float(one) for one in reranker.judge(question, [hit.passage for hit in read])]
    if len(judged) != len(read) or not all(0 <= one <= 1 for one in judged):
        raise BadInput(
            f"{type(reranker).__name__} was given {len(read)} passages and gave {judged}. "
            "Mend: give one number in 0..1 for each of them"
        )
    order = sorted(range(len(read)), key=lambda at: (-judged[at], at))
    ranks = {at: rank for rank, at in enumerate(order, 1)}
    again = [
        replace(
            hit,
            score=pooled(hit.score, judged[at], how.reranker_weight, _LEAST),
            legs={**hit.legs, RERANKER: Standing(ranks[at], judged[at])},
        )
        for at, hit in enumerate(read)
    ]
    least = min(judged)
    again += [replace(hit, score=pooled(hit.score, least, how.reranker_weight, _LEAST)) for hit in unread]
    # Stable: among equals the order of the fusion decides.
    return tuple(sorted(again, key=lambda hit: -hit.score))


def lead(hits: Sequence[Hit]) -> float:
    """How far the first hit stands above the best one of another article, in log-odds; infinite without such a one."""
    if not hits:
        return math.inf
    first = hits[0]
    others = (hit.score for hit in hits if hit.passage.article_id != first.passage.article_id)
    next_best = next(others, None)
    return math.inf if next_best is None else log_odds(first.score, _LEAST) - log_odds(next_best, _LEAST)


class ReaderReranker:
    """The reader that `training/` makes, asked how relevant a passage is (extra `reader`)."""

    def __init__(self, reader: OwnReader) -> None:
        self._reader = reader

    def judge(self, question: Question, passages: Sequence[Passage]) -> list[float]:
        """How likely each passage is to be what is asked for."""
        return self._reader.scores(question.sought, [embedded_text(passage) for passage in passages])


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers, by local folder or hub name (extra `local`).

    It must give one figure a pair, whose sigmoid is taken whatever activation the model names: published ones differ
    in whether they give logits or probabilities.

    Args:
        model: a folder on this machine, or a name on the Hugging Face hub.
        device: such as "cpu" or "cuda"; the library chooses if None.

    Raises:
        MissingExtra: sentence-transformers is not installed.
        ModelUnavailable: there is no such folder, the hub has no such model or cannot be reached, or the model gives
            several figures a pair, as one that tells entailment from contradiction does.
    """

    def __init__(self, model: str | Path, *, device: str | None = None) -> None:
        try:
            import sentence_transformers  # noqa: F401 (tells a missing extra from a missing model)
        except ImportError:
            raise MissingExtra("a cross-encoder", "local") from None
        self._model = from_here_or_hub("cross-encoder", str(model), partial(_load, str(model), device))
        labels = int(self._model.config.num_labels)
        if labels != 1:
            raise ModelUnavailable(
                f'"{model}" gives {labels} figures for a question and a passage. '
                "Mend: name a cross-encoder that was trained to rank, which gives one"
            )

    def judge(self, question: Question, passages: Sequence[Passage]) -> list[float]:
        """How likely each passage is to be what is asked for: the sigmoid of the model's one figure."""
        from torch.nn import Sigmoid

        pairs = [(question.sought, embedded_text(passage)) for passage in passages]
        judged = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False) if pairs else []
        return [float(one) for one in judged]


def _load(model: str, device: str | None, here: bool) -> Any:
    from sentence_transformers import CrossEncoder

    return CrossEncoder(model, device=device, local_files_only=here)
