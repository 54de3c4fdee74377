"""The nouns of ragcare: frozen, validated, and made so that the wrong thing cannot be built.

Two sorts live here. What crosses a border (a file, a socket, another language) is a frozen pydantic
model that forbids unknown fields. What exists by the hundred thousand inside one process (`Passage`,
`Hit`) is a frozen dataclass with slots. No verb of the library lives here: only what a thing is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, Protocol, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

PUBLIC = "public"
"""The audience that everybody belongs to."""

UNKNOWN_LANGUAGE = "und"
"""ISO 639 for a language that could not be told."""

MAX_QUESTION_CHARACTERS = 4_000

ArticleKind = Literal["faq", "article", "procedure", "tutorial", "thread"]
ReviewStatus = Literal["draft", "validated", "retired"]
Action = Literal["answer", "clarify", "refuse", "escalate"]
Way = Literal["article", "form", "callback", "person"]
PersonalKind = Literal["email", "phone", "iban", "card", "nir", "name", "address", "birth", "licence"]
RefusalReason = Literal["no_source", "weak_source", "unsupported", "conflict", "expired", "out_of_scope"]
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
ReasonCode = Literal["grounded", "ambiguous"] | RefusalReason | EscalationReason | SocialTurn

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Record(BaseModel):
    """A frozen pydantic model that refuses fields it does not know."""

    # NaN and infinity have no place in JSON: what holds them could be written and never read again.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


# --- knowledge ---------------------------------------------------------------------------------------


class Article(Record):
    """One article of the knowledge base, at one version, with the record of its review.

    Attributes:
        body: Markdown; the spans of `Passage`, `Evidence` and `Citation` are offsets into it.
        questions: other ways in which customers ask for it.
        audience: who may read it; one audience in common with the asker is enough.
        version: counts from 1; the knowledge base raises it on each change.
        review_by: the day by which the owner wants to read it again; past it, the article is stale but is still said.
        valid_until: the last day on which it may be said.
    """

    id: Identifier
    title: str = ""
    body: Annotated[str, StringConstraints(min_length=1)]
    questions: tuple[Text, ...] = ()
    language: LanguageCode = UNKNOWN_LANGUAGE
    kind: ArticleKind = "article"
    audience: Annotated[tuple[Text, ...], Field(min_length=1)] = (PUBLIC,)
    tags: tuple[Text, ...] = ()
    url: str | None = None
    owner: str | None = None
    version: Annotated[int, Field(ge=1)] = 1
    status: ReviewStatus = "draft"
    validated_by: Text | None = None
    validated_at: date | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    @field_validator("id")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("an article id is one line of printable characters")
        return value

    @field_validator("body")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("the body is blank: an article must say something")
        return value

    @field_validator("validated_at", "review_by", "valid_from", "valid_until", mode="before")
    @classmethod
    def _day_of_a_moment(cls, value: Any) -> Any:
        """Exports of other tools give moments ("2026-03-12T09:00:00Z") where a day is meant."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, str) and len(value) > 10 and value[10] in "T ":
            return value[:10]
        return value

    @model_validator(mode="after")
    def _review_is_whole(self) -> Self:
        if self.status == "validated" and (self.validated_by is None or self.validated_at is None):
            raise ValueError("a validated article needs validated_by (who) and validated_at (which day)")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise ValueError(f"valid_from {self.valid_from} is after valid_until {self.valid_until}")
        return self

    def in_date(self, day: date) -> bool:
        """Whether `day` lies within valid_from and valid_until, both included."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)

    @property
    def conditions(self) -> tuple[object, ...]:
        """All that `may_be_said` hangs on: of two articles that agree in it, both may be said or neither."""
        return self.status, self.audience, self.valid_from, self.valid_until

    def may_be_said(self, scope: Scope) -> bool:
        """Whether this article may be said to that asker on that day: the one rule, for every leg and surface."""
        return (
            self.status == "validated"
            and not scope.audiences.isdisjoint(self.audience)
            and (scope.as_of is None or self.in_date(scope.as_of))
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """To whom something would be said, and when.

    Attributes:
        as_of: the day; None lifts the dates, to find out that the only source has expired, never to answer.
    """

    audiences: frozenset[str]
    as_of: date | None

    def at_any_date(self) -> Scope:
        """The same audiences, the dates lifted."""
        return Scope(self.audiences, None)


@dataclass(frozen=True, slots=True)
class Passage:
    """About 120 words of an article, cut where a reader would cut.

    Attributes:
        id: stable across rebuilds, and never shared by two articles.
        headings: from the outermost heading down to the one above the text; the title is not one of them.
        start: offset of `text` in the body of the article, in characters; `end` likewise, exclusive.
    """

    id: str
    article_id: str
    version: int
    title: str
    questions: tuple[str, ...]
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    language: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"passage {self.id!r} is blank")
        if self.end - self.start != len(self.text):
            raise ValueError(f"passage {self.id!r}: its span {self.start}–{self.end} is not as long as its text")


# --- question ----------------------------------------------------------------------------------------


class Source(Record):
    """An article that was looked at, named for a person."""

    article_id: str
    title: str
    url: str | None = None


class Turn(Record):
    """One message of a conversation.

    Attributes:
        action: what the assistant did in that turn, where it is known.
        cited: the articles that the assistant quoted in that turn, where they are known.
    """

    role: Literal["customer", "assistant", "agent"]
    text: str
    action: Action | None = None
    cited: tuple[Source, ...] = ()


class Asker(Record):
    """Who asks, as far as what may be said depends on it.

    Attributes:
        audiences: such as ("public", "segment:business"); "public" is always among them.
        reference: the caller's own key for this customer; never read here, handed to the person who takes over.
    """

    audiences: tuple[Text, ...] = (PUBLIC,)
    reference: str | None = None

    @field_validator("audiences")
    @classmethod
    def _everybody_is_public(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({*value, PUBLIC}))


class Question(Record):
    """What a customer asks, when, in which conversation, and as whom.

    Attributes:
        standalone: the same question, to be understood without its history; what is searched for.
    """

    text: Annotated[Text, StringConstraints(max_length=MAX_QUESTION_CHARACTERS)]
    standalone: Annotated[Text, StringConstraints(max_length=MAX_QUESTION_CHARACTERS)] | None = None
    language: LanguageCode = UNKNOWN_LANGUAGE
    history: tuple[Turn, ...] = ()
    asker: Asker = Asker()
    as_of: date = Field(default_factory=date.today)

    @field_validator("text")
    @classmethod
    def _asks_something(cls, value: str) -> str:
        if not value.split():  # blanks that pydantic does not strip, such as U+001C
            raise ValueError("the question is blank")
        return value

    @property
    def sought(self) -> str:
        """What is asked, whole: `standalone`, or the text where it stands by itself."""
        return self.standalone or self.text

    @property
    def point(self) -> str:
        """What is asked in this turn: the end of a question made whole; all that is sought where it was reworded."""
        typed = " ".join(self.text.split())
        return self.text if self.sought.endswith(typed) else self.sought

    @property
    def scope(self) -> Scope:
        """What may be said in reply: to these audiences, on this day."""
        return Scope(frozenset(self.asker.audiences), self.as_of)


# --- retrieval ---------------------------------------------------------------------------------------


class Standing(NamedTuple):
    """Where one leg of the retrieval put a passage: rank from 1, and the leg's own score."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: the score that it is ranked by, and its standing in each leg that found it.

    Attributes:
        score: in 0..1: fused of the legs; with a reranker pooled with its opinion; of a follow-up that of its place.
    """

    passage: Passage
    score: float
    legs: Mapping[str, Standing]

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError(f"no leg found passage {self.passage.id!r}: what shares nothing with the query is no hit")
        object.__setattr__(self, "legs", MappingProxyType(dict(self.legs)))


class Library(Protocol):
    """Where whole articles can be read again, as they stood when the hits were found."""

    def article(self, article_id: str) -> Article:
        """The article as indexed."""
        ...

    def passages(self, article_id: str) -> Sequence[Passage]:
        """Its passages, in reading order."""
        ...


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The hits for a question, best first.

    Attributes:
        library: the articles of the hits.
        expired: the best hit among the articles that could be said to this asker until some day before `as_of`, where
            it stands clearly above all hits. It explains a refusal; nothing of it is ever said.
    """

    question: Question
    hits: tuple[Hit, ...]
    library: Library
    expired: Hit | None = None

    def __post_init__(self) -> None:
        if any(first.score < second.score for first, second in zip(self.hits, self.hits[1:], strict=False)):
            raise ValueError("hits must stand best first")

    def best_of_each_article(self) -> Iterator[Hit]:
        """The best hit of each article, in order: an article counts once however many of its passages were found."""
        seen: set[str] = set()
        for hit in self.hits:
            if hit.passage.article_id not in seen:
                seen.add(hit.passage.article_id)
                yield hit


# --- answering ---------------------------------------------------------------------------------------


class Evidence(Record):
    """A verbatim quote and where it stands; made by `Evidence.cut`, which cannot misquote.

    Attributes:
        start: offset in the body of the article, in characters; `end` likewise, exclusive.
    """

    passage_id: str
    article_id: str
    version: int
    quote: Annotated[str, StringConstraints(min_length=1)]
    start: Annotated[int, Field(ge=0)]
    end: int

    @model_validator(mode="after")
    def _quote_fills_its_span(self) -> Self:
        if not self.quote.strip() or self.end - self.start != len(self.quote):
            raise ValueError(f"the quote does not fill its span {self.start}–{self.end}")
        return self

    @classmethod
    def cut(cls, passage: Passage, start: int, end: int) -> Self:
        """Quotes `passage.text[start:end]`.

        Raises:
            ValueError: if the span leaves the passage or holds nothing.
        """
        if not 0 <= start < end <= len(passage.text):
            raise ValueError(f"the span {start}–{end} leaves passage {passage.id!r}")
        return cls(
            passage_id=passage.id,
            article_id=passage.article_id,
            version=passage.version,
            quote=passage.text[start:end],
            start=passage.start + start,
            end=passage.start + end,
        )

    def is_verbatim_in(self, passage: Passage) -> bool:
        """Whether the quote stands in that passage, letter for letter, at its span."""
        at = self.start - passage.start
        return (
            self.passage_id == passage.id
            and 0 <= at <= len(passage.text)
            and passage.text[at : at + len(self.quote)] == self.quote
        )


class Sentence(Record):
    """A sentence of an answer, and what proves it.

    Attributes:
        starts: how it follows the one before: on the same line, on a line of its own (steps, rows), or after a gap.
    """

    text: Text
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    starts: Literal["inline", "line", "paragraph"] = "inline"


_BEFORE = {"inline": " ", "line": "\n", "paragraph": "\n\n"}


class Answer(Record):
    """Sentences, each proven.

    Attributes:
        language: the language of the sentences, which is that of their source.
        highlight: the shortest words that answer, within one of the quotes, for whoever shows them marked; None where
            none stand out.
    """

    kind: Literal["answer"] = "answer"
    sentences: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    language: LanguageCode
    highlight: Evidence | None = None

    @model_validator(mode="after")
    def _highlights_what_it_quotes(self) -> Self:
        marked = self.highlight
        if marked is not None and not any(
            (piece.article_id, piece.version) == (marked.article_id, marked.version)
            and piece.start <= marked.start <= marked.end <= piece.end
            for sentence in self.sentences
            for piece in sentence.evidence
        ):
            raise ValueError("the highlight stands in none of the quotes")
        return self

    @property
    def text(self) -> str:
        """The sentences, laid out."""
        return "".join(_BEFORE[sentence.starts] + sentence.text for sentence in self.sentences).strip()

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of the articles that it quotes, each once, in the order of the sentences."""
        return tuple(dict.fromkeys(piece.article_id for one in self.sentences for piece in one.evidence))


class Refusal(Record):
    """Why nothing was answered: a value, never an exception.

    Attributes:
        sources: ids of the articles it speaks of, such as the two that contradict each other; never a restricted one.
        evidence: the quotes that contradict each other, for the owners of their articles; never shown to a customer.
    """

    kind: Literal["refusal"] = "refusal"
    reason: RefusalReason
    sources: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Citation(Record):
    """One source of an answer, as shown to the customer.

    Attributes:
        start: offset of the quote in the body of that version of the article; `end` likewise, exclusive.
    """

    article_id: str
    version: int
    title: str
    headings: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None
    validated_by: str
    validated_at: date
    valid_until: date | None
    language: str


# --- deciding ----------------------------------------------------------------------------------------


class Reason(Record):
    """A typed reason for a decision, and the same in plain words for whoever reads the trace."""

    code: ReasonCode
    detail: str = ""


class Decision(Record):
    """What to do with a question.

    Attributes:
        probability: that the drafted answer is right, in 0..1.
        threshold: the probability that an answer needed.
        reasons: at least one, the weightiest first.
    """

    action: Action
    probability: Annotated[float, Field(ge=0, le=1)]
    threshold: Annotated[float, Field(ge=0, le=1)]
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _answers_only_above_the_threshold(self) -> Self:
        if self.action == "answer" and self.probability < self.threshold:
            raise ValueError(f"an answer at probability {self.probability:.3f} needs {self.threshold:.3f}")
        return self


class Contact(Record):
    """How people can be reached, as it stood when the handoff was prepared.

    Attributes:
        open: whether the team is there.
        opens_at: when it is there next, with its offset from UTC; None if it is there, or if its hours do not say.
        ways: what to offer, first to last; where all else is shut, "person" means that the request waits for one.
        form: where the form is, if that is one of the ways.
        said: one or two sentences for the customer; empty where the team is there and speaks their language.
    """

    open: bool = True
    opens_at: datetime | None = None
    ways: Annotated[tuple[Way, ...], Field(min_length=1)] = ("person",)
    form: str | None = None
    said: str = ""


class Handoff(Record):
    """All that the person who takes over needs, so that the customer repeats nothing.

    Attributes:
        id: the idempotency key: of this one handoff, wherever it is sent and however often.
        when: "now" where the conversation goes to a person; "if_accepted" where that is offered.
        question: the customer's question in one line, personal data masked as the settings say.
        summary: what was asked, why it stopped and what was looked at, in two or three sentences.
        transcript: the whole conversation, personal data masked as the settings say, the last question included.
        sources_tried: the articles that were looked at, best first.
        already_read: the articles that earlier replies of this conversation cited.
        already_tried: what the customer said they have tried, in their words, masked likewise.
        drafted: what would have been answered; words of articles, so nothing in it is masked.
        why_not: why it was not, in words.
        contact: how people can be reached.
        asker: as the caller named them; the reference is passed on as it is.
    """

    id: Identifier = Field(default_factory=lambda: uuid.uuid4().hex)
    when: Literal["now", "if_accepted"]
    reasons: Annotated[tuple[ReasonCode, ...], Field(min_length=1)]
    urgency: Literal["low", "normal", "high"]
    queue: Text
    question: Text
    summary: Text
    transcript: Annotated[tuple[Turn, ...], Field(min_length=1)]
    sources_tried: tuple[Source, ...]
    already_read: tuple[Source, ...] = ()
    already_tried: tuple[Text, ...] = ()
    drafted: Text | None = None
    why_not: str = ""
    contact: Contact = Contact()
    language: LanguageCode
    asker: Asker


class Choice(Record):
    """One way to understand a question that has several: an article, and how to ask for it."""

    article_id: str
    title: str


class Suggestion(Record):
    """What somebody may be about to write: a title or a known question of an article.

    Attributes:
        highlights: the spans of `text` that match what was typed, in order and apart: offsets in characters, the end
            exclusive.
    """

    article_id: str
    text: Text
    highlights: tuple[tuple[int, int], ...] = ()

    @model_validator(mode="after")
    def _highlights_stand_in_the_text(self) -> Self:
        edges = [0, *(edge for span in self.highlights for edge in span), len(self.text)]
        if edges != sorted(edges) or any(start == end for start, end in self.highlights):
            raise ValueError(f"the highlights {self.highlights} do not stand in order within {self.text!r}")
        return self


# --- reply -------------------------------------------------------------------------------------------


class HitTrace(Record):
    """A hit, as kept in a trace: the passage by its id, the score that it is ranked by, its standing in each leg."""

    passage_id: str
    article_id: str
    score: float
    legs: dict[str, Standing]


class Moved(Record):
    """How one feature moved the probability of an answer.

    Attributes:
        usual: its mean where the confidence was fitted.
        pull: by how much it moved the log odds, against its usual value; above 0 towards an answer.
    """

    feature: str
    value: float
    usual: float
    pull: float


class Trace(Record):
    """Everything that led to a reply, for whoever has to explain it.

    Attributes:
        features: the numbers that the probability was estimated from.
        moved: how each of them moved it, the strongest first; none where the estimator does not say.
        why: the decision in plain words, and what would have changed it, in the language of the question; in another
            language by `ragcare.deciding.explaining.explain`.
        signals: what the message told besides its question, each with its probability.
        fingerprint: of settings, models, analyser and index, which the calibration is bound to.
        calibration_is_stale: the confidence was fitted under another fingerprint; its probability promises nothing.
        milliseconds: spent in each stage.
        parts: where a question asked several things at once, the trace of each; the features above are then those of
            the part that was answered with the least confidence.
    """

    id: str
    language: LanguageCode
    hits: tuple[HitTrace, ...]
    signals: dict[str, float]
    features: dict[str, float]
    draft: Answer | Refusal = Field(discriminator="kind")
    fingerprint: str
    calibration_is_stale: bool
    milliseconds: dict[str, float]
    parts: tuple[Trace, ...] = ()
    moved: tuple[Moved, ...] = ()
    why: tuple[str, ...] = ()


class Reply(Record):
    """What goes back to the customer, and all that stands behind it.

    Attributes:
        citations: one for each quote, in the order of the sentences; empty unless this is an answer.
        choices: two or three, if this asks which of several subjects is meant; none if it returns a greeting.
        nearest: for a refusal, the validated articles that come close to what was asked, where there are any.
        left_open: what a question of several parts asked besides, and the answer does not say.
        handoff: never None unless this is a whole answer: no reply is a dead end.
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
