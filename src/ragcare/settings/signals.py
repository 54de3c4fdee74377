"""What is done about what a message tells besides its question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo

from ragcare.schema import LanguageCode, Text
from ragcare.settings.table import Table


class SignalRule(Table):
    """What is done about one kind of signal.

    Attributes:
        action: "escalate" hands over to a person; "offer" answers and offers one beside the answer; "note" answers, and
            counts only for urgency and queue if a person takes over for another reason; "ignore" is none of these.
        threshold: from this probability on. A signal that is less likely than not is never told.
    """

    action: Literal["escalate", "offer", "note", "ignore"] = "escalate"
    threshold: Annotated[float, Field(ge=0.5, le=1)] = 0.5


class TopicSettings(SignalRule):
    """A company's own topic, known by examples of what its customers write.

    Attributes:
        examples: three or more messages, in the languages of the customers; the more varied, the better it is known.
        queue: where its conversations go; if None, where those go that have no queue of their own.
    """

    action: Literal["escalate", "offer", "note", "ignore"] = "offer"
    examples: Annotated[tuple[Text, ...], Field(min_length=3)]
    queue: Text | None = None


class SignalSettings(Table):
    """What is done about what a message tells besides its question. What a table leaves out keeps its default.

    Attributes:
        by_meaning: read messages by their meaning too; else by rules alone, which know seven kinds, in plain words.
        embedder: which packaged embedder reads the meaning: "e5+light" hears more, and costs nothing more for a short
            question that is searched for by e5 anyway; "light" takes 3 ms, for who searches by `light` to be quick.
        asks_person: asks for a person.
        anger: is angry with the company.
        distress: is in despair or in danger.
        bereavement: someone has died.
        fraud: money, account or identity are being misused.
        health: an illness, an injury, harm by a product, a life that depends on the service.
        legal: threatens with the law.
        data_protection: exercises a right over their own data, or tells of a leak.
        minor: is a child, or a child is harmed.
        complaint: complains, or claims redress.
        cancellation: may leave.
        account_specific: nothing but a look into their account can tell.
        repeated_failure: has tried again and again.
        topics: the company's own, by name.
        emergency_text: said after the words of a distress, by language: whom to call, in the country of the customers.
    """

    by_meaning: bool = True
    embedder: Literal["e5+light", "light"] = "e5+light"
    asks_person: SignalRule = SignalRule(threshold=0.6)
    anger: SignalRule = SignalRule(threshold=0.7)
    distress: SignalRule = SignalRule(threshold=0.6)
    bereavement: SignalRule = SignalRule(threshold=0.7)
    fraud: SignalRule = SignalRule(threshold=0.8)
    health: SignalRule = SignalRule(action="offer")
    legal: SignalRule = SignalRule(threshold=0.8)
    data_protection: SignalRule = SignalRule(threshold=0.8)
    minor: SignalRule = SignalRule(threshold=0.7)
    complaint: SignalRule = SignalRule(threshold=0.9)
    cancellation: SignalRule = SignalRule(action="note")
    account_specific: SignalRule = SignalRule(action="offer")
    repeated_failure: SignalRule = SignalRule(action="offer")
    topics: dict[Text, TopicSettings] = {}
    emergency_text: dict[LanguageCode, Text] = {}

    @model_validator(mode="before")
    @classmethod
    def _keep_defaults_left_out(cls, value: Any) -> Any:
        """A kind of which only the threshold is set keeps its action."""
        if not isinstance(value, Mapping):
            return value
        return {name: _over_default(cls.model_fields.get(name), given) for name, given in value.items()}

    def rule_for(self, kind: str, topic: str = "") -> SignalRule:
        """What is done about a signal: of a topic that is set, or of a kind; nothing about any other."""
        rule = self.topics.get(topic) if kind == "topic" else getattr(self, kind, None)
        return rule if isinstance(rule, SignalRule) else SignalRule(action="ignore")


def _over_default(field: FieldInfo | None, given: Any) -> Any:
    default = field.default if field is not None else None
    if isinstance(default, SignalRule) and isinstance(given, Mapping):
        return {**default.model_dump(), **given}
    return given
