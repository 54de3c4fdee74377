"""The assistant: the whole way of a question, from top to bottom."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from pydantic import BaseModel

from ragcare.answering.conflict import find_conflict, without_the_older
from ragcare.answering.conflict_record import ConflictRecord
from ragcare.answering.evidence import Selection, Selector, SentenceSelector
from ragcare.answering.grounding import Checker, GroundingCheck
from ragcare.answering.writers import Writer, writer_for
from ragcare.conversation.choosing import declined, each_chosen
from ragcare.conversation.hearing import hear
from ragcare.conversation.subjects import other_readings
from ragcare.conversation.whole import each_asked, language_of, made_whole, spelled_out
from ragcare.deciding.confidence import Calibration, Confidence, Estimate, Estimator
from ragcare.deciding.explaining import explain
from ragcare.deciding.policy import Policy
from ragcare.deciding.signals import Signal
from ragcare.errors import BadInput, IndexMissing, NothingValidated
from ragcare.replying.composing import compose
from ragcare.replying.events import Event, events_of
from ragcare.replying.joining import join
from ragcare.retrieval.search import HybridRetriever, Retriever
from ragcare.schema import (
    UNKNOWN_LANGUAGE,
    Answer,
    Article,
    Asker,
    Evidence,
    HitTrace,
    Question,
    Refusal,
    Reply,
    Retrieved,
    Scope,
    Suggestion,
    Trace,
    Turn,
)
from ragcare.settings import Settings

if TYPE_CHECKING:
    from ragcare.index.embedders import Embedder
    from ragcare.index.seam import Index

T = TypeVar("T")


class Assistant:
    """Answers from validated articles, proves each sentence, and hands over to a person.

    Each argument after the index is a stage with one verb, and can be any object that has it; only the policy has two,
    for it also names the articles to choose from. `Assistant.over` puts the default ones together.
    """

    def __init__(
        self,
        index: Index,
        *,
        retriever: Retriever | None = None,
        selector: Selector | None = None,
        writer: Writer | None = None,
        checker: Checker | None = None,
        confidence: Estimator | None = None,
        policy: Policy | None = None,
    ) -> None:
        from ragcare.retrieval.suggestions import Suggester

        settings = index.settings
        self.index = index
        self.settings = settings
        self.calibration = _calibration(settings)
        stages = (retriever, selector, writer, checker, confidence, policy)
        self._given = [stage for stage in stages if stage is not None]
        self._suggester = Suggester(index)
        self._retriever = retriever or HybridRetriever(index, settings.retrieval)
        self._selector = selector or SentenceSelector(settings.answering)
        self._writer = writer or writer_for(settings.writing)
        self._checker = checker or GroundingCheck()
        self._confidence = confidence or Confidence(self.calibration)
        self._policy = policy or Policy(settings.policy, settings.signals)
        record = settings.answering.conflict_record
        self._conflicts = ConflictRecord(record) if record is not None else None

    @classmethod
    def over(
        cls,
        knowledge: Iterable[Article],
        *,
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
        progress: bool = False,
    ) -> Self:
        """An assistant over a knowledge base, its articles indexed in memory as they are now.

        Later changes of the knowledge base are taken in by `follow`.

        Args:
            knowledge: a `KnowledgeBase`, or any articles.
            settings: `Settings.load()` if None.
            embedder: a name, an `Embedder` or a llama-index embedding; the one of the settings if None.
            progress: show a progress bar on stderr while indexing.

        Raises:
            NothingValidated: not one of the articles is validated.
        """
        from ragcare.index.hybrid import HybridIndex

        articles = list(knowledge)
        if not any(article.status == "validated" for article in articles):
            raise NothingValidated(
                f"none of the {len(articles)} articles is validated, so none may be said. Mend: give them status, "
                "validated_by and validated_at; or ragcare validate; or load them with assume_validated=NAME"
            )
        return cls(HybridIndex.build(articles, settings, embedder, progress=progress))

    def follow(self, knowledge: Iterable[Article], *, progress: bool = False) -> None:
        """Says from now on what the knowledge base holds now: call it after articles were changed or retired.

        Questions under way are answered from the state that they began with.
        """
        self.index.follow(knowledge, progress=progress)

    @classmethod
    def open(
        cls,
        folder: Path | str = ".ragcare",
        *,
        settings: Settings | None = None,
        embedder: str | Embedder | Any | None = None,
    ) -> Self:
        """An assistant over the index that `ragcare index` wrote into a folder.

        Raises:
            IndexMissing: there is none.
            IndexCorrupt: it is damaged.
            IndexMismatch: it was built in another way than the settings or the embedder ask for.
        """
        from ragcare.index.hybrid import HybridIndex

        home = Path(folder) / "index"
        if not home.is_dir():
            raise IndexMissing(f"there is no index in {folder}. Mend: ragcare index SOURCE -o {folder}")
        return cls(HybridIndex.load(home, settings, embedder))

    def ask(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn] = (),
        asker: Asker | None = None,
        as_of: date | None = None,
    ) -> Reply:
        """Answers, clarifies, refuses or hands over.

        Args:
            question: what the customer wrote; or a whole `Question`, which says the rest itself.
            history: the turns before this one, oldest first.
            asker: which audiences the customer belongs to; the public if None.
            as_of: the day on which what is said must hold; today if None.

        Raises:
            pydantic.ValidationError: the question is blank or too long.
            BadInput: a whole `Question` is given, and beside it what it says itself.
        """
        question = understand(question, history=history, asker=asker, as_of=as_of)
        parts = each_chosen(question) or each_asked(question)
        heard = cache(partial(hear, question, self.settings.signals))
        replies = [self._reply_to(part, heard) for part in parts]
        if len(replies) == 1:
            return replies[0]
        return join(question, replies, self.index.now, self.settings) or self._reply_to(question, heard)

    def stream(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn] = (),
        asker: Asker | None = None,
        as_of: date | None = None,
    ) -> Iterator[Event]:
        """The same as `ask`, told event by event: the decision, each sentence with its citations, the way to a person.

        No sentence leaves before the whole answer has been checked: what is cut at its end may be what takes its
        beginning back.
        """
        return events_of(self.ask(question, history=history, asker=asker, as_of=as_of))

    def _reply_to(self, question: Question, heard: Callable[[], tuple[Signal, ...]]) -> Reply:
        """The reply to a part of a question; what is told beside two of them is heard as it is beside one."""
        lap = _Stopwatch()
        signals = lap("signals", heard())
        first = self._drafted(question, lap)
        others = (self._drafted(other, lap) for other in other_readings(first.retrieved))
        retrieved, draft, estimate = max((first, *others), key=lambda one: one.estimate.probability)
        decision = lap("decide", self._policy.decide(retrieved, draft, signals, estimate))
        choices = self._policy.choices(retrieved) if decision.action == "clarify" else ()
        trace = self._trace(retrieved, draft, signals, estimate, lap.milliseconds)
        trace = trace.model_copy(update={"why": explain(decision, trace, self.settings)})
        return compose(retrieved, draft, decision, choices, trace, self.settings)

    def _drafted(self, question: Question, lap: _Stopwatch) -> _Drafted:
        """What one way to understand a question finds, what can be said of it, and how sure that is."""
        retrieved = lap("retrieve", self._retriever.search(question))
        selection = lap("select", self._select(retrieved))
        draft = lap("write", self._write(question, selection))
        read = selection if isinstance(selection, Selection) else None
        return _Drafted(retrieved, draft, lap("estimate", self._confidence.estimate(retrieved, read)))

    def search(self, question: str | Question, *, asker: Asker | None = None, as_of: date | None = None) -> Retrieved:
        """Only finds: the hits for a question, with their rank and score in each leg.

        Args:
            question: what the customer wrote; or a whole `Question`, which says the rest itself.
            asker: which audiences the customer belongs to; the public if None.
            as_of: the day on which what is found must hold; today if None.

        Raises:
            pydantic.ValidationError: the question is blank or too long.
            BadInput: a whole `Question` is given, and beside it what it says itself.
        """
        return self._retriever.search(understand(question, asker=asker, as_of=as_of))

    def suggest(
        self, text: str, *, asker: Asker | None = None, as_of: date | None = None, k: int = 5
    ) -> tuple[Suggestion, ...]:
        """What the customer may be about to write: titles and known questions, best first, as the text is typed.

        The word at the end is taken to be unfinished; typing errors, accents and capitals do not matter.

        Args:
            text: what is typed so far; nothing is suggested for nothing.
            asker: which audiences the customer belongs to; the public if None.
            as_of: the day on which what is suggested must hold; today if None.
            k: how many at most, each of another article.

        Raises:
            BadInput: k is less than 1.
        """
        scope = Scope(frozenset((asker or Asker()).audiences), as_of or date.today())
        return self._suggester.suggest(text, scope, k)

    def fingerprints(self) -> dict[str, str]:
        """A digest of each thing that a reply depends on, for whoever must know whether two replies may differ."""
        return {
            "settings": self.settings.digest(),
            "stages": " ".join(map(_described, self._given)) or "default",
            "scores": self.index.fingerprint(),
            "articles": self.index.content(),
            "calibration": getattr(self._confidence, "calibration", self.calibration).digest(),
        }

    def _select(self, retrieved: Retrieved) -> Selection | Refusal:
        if none_meant := declined(retrieved.question.text, retrieved.question.history):
            return Refusal(reason=none_meant)
        selection = self._selector.select(retrieved)
        if selection is None:
            return Refusal(reason="no_source")
        conflict = find_conflict(retrieved, selection)
        if conflict is None:
            return selection
        if self._conflicts is not None:
            self._conflicts.add(retrieved.question, conflict, retrieved.library)
        newer = without_the_older(retrieved, conflict) if self.settings.answering.conflict == "newest" else None
        return self._select(newer) if newer is not None else conflict

    def _write(self, question: Question, selection: Selection | Refusal) -> Answer | Refusal:
        if isinstance(selection, Refusal):
            return selection
        draft = self._checker.check(self._writer.write(question, selection), selection)
        return _marked(draft, selection.asked_fact) if isinstance(draft, Answer) else draft

    def _trace(
        self,
        retrieved: Retrieved,
        draft: Answer | Refusal,
        signals: Sequence[Signal],
        estimate: Estimate,
        milliseconds: dict[str, float],
    ) -> Trace:
        return Trace(
            id=uuid.uuid4().hex,
            language=retrieved.question.language,
            hits=tuple(
                HitTrace(
                    passage_id=hit.passage.id,
                    article_id=hit.passage.article_id,
                    score=hit.score,
                    legs=dict(hit.legs),
                )
                for hit in retrieved.hits
            ),
            signals={signal.kind: signal.probability for signal in signals},
            features=dict(estimate.features),
            draft=draft,
            fingerprint=self.index.fingerprint(),
            calibration_is_stale=estimate.fitted_under != self.index.fingerprint(),
            milliseconds=milliseconds,
            moved=estimate.moved,
        )


def understand(
    question: str | Question,
    *,
    history: Sequence[Turn] = (),
    asker: Asker | None = None,
    as_of: date | None = None,
) -> Question:
    """The question as a whole: its choices spelled out, its language told, its asker and day filled in, made whole.

    Raises:
        pydantic.ValidationError: the question is blank or too long.
        BadInput: a whole `Question` is given, and beside it what it says itself.
    """
    if isinstance(question, Question) and (history or asker is not None or as_of is not None):
        raise BadInput("a Question says its history, asker and day itself. Mend: put them into it, or give the text")
    if isinstance(question, str):
        question = Question(text=question, history=tuple(history), asker=asker or Asker(), as_of=as_of or date.today())
    question = spelled_out(question)
    if question.language == UNKNOWN_LANGUAGE:
        question = question.model_copy(update={"language": language_of(question)})
    return made_whole(question)


def _marked(answer: Answer, fact: Evidence | None) -> Answer:
    """The answer with the asked fact marked, if what is left of it after the check still quotes it."""
    quotes = (piece for sentence in answer.sentences for piece in sentence.evidence)
    said = fact is not None and any(one.holds(fact) for one in quotes)
    return answer.model_copy(update={"highlight": fact}) if said else answer


def _calibration(settings: Settings) -> Calibration:
    if settings.policy.calibration is not None:
        return Calibration.read(settings.policy.calibration)
    return Calibration.shipped_for(settings.retrieval.embedder)


def _described(stage: object) -> str:
    """A stage by its class, and by its settings where it shows any; a calibration file has a fingerprint of its own."""
    how = getattr(stage, "how", None)
    told = how.model_dump_json(exclude={"calibration"}) if isinstance(how, BaseModel) else ""
    return f"{type(stage).__module__}.{type(stage).__qualname__}{told}"


class _Drafted(NamedTuple):
    """What was found for a question, what could be said of it, and how sure that is."""

    retrieved: Retrieved
    draft: Answer | Refusal
    estimate: Estimate


@dataclass(slots=True)
class _Stopwatch:
    """Passes a stage's result through and notes the time since the stage before it, all times of a stage together."""

    milliseconds: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def __call__(self, stage: str, result: T) -> T:
        now = time.perf_counter()
        self.milliseconds[stage] = self.milliseconds.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now
        return result
