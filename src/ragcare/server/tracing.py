"""OpenTelemetry spans with the names of its conventions for generative AI, where its API is installed.

Which exporter takes them is the SDK's to say (`opentelemetry-instrument`, `OTEL_*`). They hold ids, the decision and
times; never a question, an answer or an address. https://opentelemetry.io/docs/specs/semconv/gen-ai/
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ragcare.schema import Reply

try:
    from opentelemetry import trace
except ImportError:  # it is optional, and nothing else hangs on it
    trace = None  # type: ignore[assignment]

MODEL = "ragcare"


@contextmanager
def answering(conversation: str | None = None) -> Iterator[Callable[[Reply], None]]:
    """A span around the answering of one question; what it gives is to be told the reply."""
    if trace is None:
        yield lambda _: None
        return
    with trace.get_tracer("ragcare.server").start_as_current_span(f"chat {MODEL}", kind=trace.SpanKind.SERVER) as span:
        span.set_attributes(
            {"gen_ai.operation.name": "chat", "gen_ai.provider.name": MODEL, "gen_ai.request.model": MODEL}
        )
        if conversation is not None:
            # A digest: who knows the id of a session may go on with it.
            span.set_attribute("gen_ai.conversation.id", hashlib.sha256(conversation.encode()).hexdigest()[:16])

        def tell(reply: Reply) -> None:
            span.set_attributes(
                {
                    "gen_ai.response.id": reply.trace.id,
                    "gen_ai.response.model": MODEL,
                    "gen_ai.response.finish_reasons": ("stop",),
                    "ragcare.action": reply.decision.action,
                    "ragcare.probability": reply.decision.probability,
                    "ragcare.language": reply.question.language,
                }
            )

        yield tell
