"""The words fixed once: what is done with a question and why, what is offered besides, what is masked."""

from __future__ import annotations

from typing import Literal

Action = Literal["answer", "clarify", "refuse", "escalate"]
"""What is done with a question."""
Way = Literal["article", "form", "callback", "person"]
"""What a customer is offered where an answer is not enough."""
PersonalKind = Literal[
    "email", "phone", "iban", "account", "card", "nir", "name", "address", "birth", "licence", "secret"
]
"""A kind of personal data that can be found and masked."""
RefusalReason = Literal["no_source", "weak_source", "unsupported", "conflict", "expired", "out_of_scope"]
"""Why nothing was answered."""
EscalationReason = Literal[
    "asks_person",
    "anger",
    "distress",
    "bereavement",
    "fraud",
    "health",
    "legal",
    "data_protection",
    "minor",
    "complaint",
    "cancellation",
    "account_specific",
    "repeated_failure",
    "topic",
]
"""What a message tells besides its question; the settings say which of it takes a person. "topic": a company's own."""
SocialTurn = Literal["greeting", "thanks", "goodbye", "acknowledgement"]
"""A message that is nothing but good manners, and is returned in kind."""
ReasonCode = Literal["grounded", "ambiguous", "handed_over", RefusalReason, EscalationReason, SocialTurn]
"""Why a decision was taken, whichever it was. "handed_over": a person has the question already."""
