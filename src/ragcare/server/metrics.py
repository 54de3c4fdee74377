"""What Prometheus is told: counts and times, of all workers together, and never a word of a customer.

`ragcare serve` names the folder in which the workers count together (PROMETHEUS_MULTIPROC_DIR) before this is imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from ragcare.schema import Reply

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_TOGETHER = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
"""Looked up once, when the counters are made, as prometheus-client does."""

_REGISTRY = CollectorRegistry()
_requests = Counter("ragcare_requests", "Requests", ("route", "status"), registry=_REGISTRY)
_seconds = Histogram("ragcare_request_seconds", "Until the last byte", ("route",), buckets=_SECONDS, registry=_REGISTRY)
_replies = Counter("ragcare_replies", "Replies by what was done", ("action", "language"), registry=_REGISTRY)
_stages = Histogram("ragcare_stage_seconds", "Of a reply", ("stage",), buckets=_SECONDS, registry=_REGISTRY)
_away = Counter(
    "ragcare_turned_away", "Questions not answered: busy, slow, left, too often", ("why",), registry=_REGISTRY
)
_feedback = Counter("ragcare_feedback", "Feedback", ("useful", "resolved"), registry=_REGISTRY)
_handoffs = Counter("ragcare_handoffs", "Handoffs put into the outbox", registry=_REGISTRY)
_outbox = Gauge(
    "ragcare_outbox_handoffs",
    "Handoffs in the outbox by state: behind each that failed a customer waits",
    ("state",),
    registry=_REGISTRY,
    multiprocess_mode="mostrecent",  # one outbox of them all: whoever looked last knows
)
_reloads = Counter("ragcare_index_reloads", "Loads of a new index: done, refused", ("outcome",), registry=_REGISTRY)
_working = Gauge(
    "ragcare_questions_under_way", "Being answered or waiting", registry=_REGISTRY, multiprocess_mode="livesum"
)
# The parent of the workers loads this too, and has no articles: the least of all would be its 0.
_articles = Gauge("ragcare_articles", "Articles that may be said", registry=_REGISTRY, multiprocess_mode="mostrecent")


def request(route: str, status: int, seconds: float) -> None:
    """Counts a request, by the pattern of its path."""
    _requests.labels(route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def replied(reply: Reply) -> None:
    """Counts a reply, and how long each of its stages took."""
    _replies.labels(reply.decision.action, reply.question.language).inc()
    for stage, milliseconds in reply.trace.milliseconds.items():
        _stages.labels(stage).observe(milliseconds / 1000)


def turned_away(why: str) -> None:
    """Counts a question that was not answered."""
    _away.labels(why).inc()


def judged(useful: bool | None, resolved: bool | None) -> None:
    """Counts a feedback."""
    _feedback.labels(_word(useful), _word(resolved)).inc()


def handed_over() -> None:
    """Counts a handoff."""
    _handoffs.inc()


def outbox(counts: Mapping[str, int]) -> None:
    """Where all handoffs stand now."""
    for state, count in counts.items():
        _outbox.labels(state).set(count)


def reloaded(outcome: str) -> None:
    """Counts a load of a new index."""
    _reloads.labels(outcome).inc()


def working(change: int) -> None:
    """A question came in or went out."""
    _working.inc(change)


def articles(count: int) -> None:
    """How many articles there are now."""
    _articles.set(count)


def page() -> bytes:
    """All of it, of every worker, as Prometheus reads it."""
    if _TOGETHER is None:
        return generate_latest(_REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together, path=_TOGETHER)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def _word(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "unsaid"}[value]
