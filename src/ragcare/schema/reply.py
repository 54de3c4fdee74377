"""What goes back to the customer: never a dead end, and nothing in it that its action does not promise."""

from __future__ import annotations

from typing import Self, get_args

from pydantic import model_validator

from ragcare.schema.answering import Answer, Citation, Evidence, Refusal
from ragcare.schema.asking import Question, Source, Turn
from ragcare.schema.codes import SocialTurn
from ragcare.schema.deciding import Decision
from ragcare.schema.handoff import Handoff
from ragcare.schema.records import Record, Text
from ragcare.schema.trace import Trace


class Choice(Record):
    """One way to understand a question that has several: an article, and how to ask for it."""

    article_id: str
    title: str


class Reply(Record):
    """What goes back to the customer, and all that stands behind it.

    Attributes:
        citations: one for each quote, in the order of the sentences; empty unless this is an answer.
        choices: two or three, if this asks which of several subjects is meant; none if it returns a greeting.
        nearest: for a refusal, the validated articles that come close to what was asked, where there are any.
        left_open: what a question of several parts asked besides, and the answer does not say.
        handoff: never None unless this is a whole answer: no reply is a dead end.

    Raises:
        pydantic.ValidationError: it does not hold what its action promises, or holds what another one does.
    """

    question: Question
    decision: Decision
    text: Text
    answer: Answer | None = None
    refusal: Refusal | None = None
    choices: tuple[Choice, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Source, ...] = ()
    left_open: tuple[Text, ...] = ()
    handoff: Handoff | None = None
    trace: Trace

    @model_validator(mode="after")
    def _holds_what_its_action_promises(self) -> Self:
        action = self.decision.action
        if (action == "answer") != (self.answer is not None) or (action == "answer") != bool(self.citations):
            raise ValueError("an answer, and only an answer, carries sentences and their citations")
        if self.answer is not None and [_place(one) for one in self.citations] != [
            _place(piece) for sentence in self.answer.sentences for piece in sentence.evidence
        ]:
            raise ValueError(
                "the citations are the evidence of the answer, each quote once, in the order of its sentences"
            )
        if (action == "refuse") != (self.refusal is not None):
            raise ValueError("a refusal, and only a refusal, carries its typed reason")
        asks_which = action == "clarify" and self.decision.reasons[0].code not in get_args(SocialTurn)
        if len(self.choices) not in ((2, 3) if asks_which else (0,)):
            raise ValueError("a clarification, and only a clarification, carries two or three choices")
        if self.nearest and action != "refuse":
            raise ValueError("only a refusal names the nearest articles: an answer cites its own")
        if self.left_open and action != "answer":
            raise ValueError("only an answer can leave a part of the question open")
        if (action != "answer" or self.left_open) and self.handoff is None:
            raise ValueError("a reply that is not a whole answer must carry a way to a person")
        if action == "escalate" and self.handoff is not None and self.handoff.when != "now":
            raise ValueError("an escalation goes to a person now")
        return self

    @property
    def quoted(self) -> tuple[Source, ...]:
        """The articles that the answer quotes, each once, in the order of its sentences."""
        by_article = {
            one.article_id: Source(article_id=one.article_id, title=one.title or one.article_id, url=one.url)
            for one in self.citations
        }
        return tuple(by_article.values())

    @property
    def turn(self) -> Turn:
        """This reply as a turn of the conversation, for the history of the next question."""
        return Turn(role="assistant", text=self.text, action=self.decision.action, cited=self.quoted)


def _place(quote: Evidence | Citation) -> tuple[str, int, int, int, str]:
    """Which words of which version of which article are quoted."""
    return quote.article_id, quote.version, quote.start, quote.end, quote.quote
