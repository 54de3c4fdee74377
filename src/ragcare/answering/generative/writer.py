"""Writing with a language model: what it cannot prove is told to it once, and then cut or refused."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ragcare.answering.evidence import Selection
from ragcare.answering.extractive import ExtractiveWriter
from ragcare.answering.generative.asking import LanguageModel
from ragcare.answering.generative.budget import Budget, Cancelled, OutOfTime, Written
from ragcare.answering.generative.prompt import pieces_at, prompt_for, repair_request
from ragcare.answering.generative.reply import ModelReply, read_reply
from ragcare.answering.grounding import check_sentence, is_still_the_answer
from ragcare.answering.writers import Draft
from ragcare.language.blocks import is_item_or_row
from ragcare.language.sentences import ends_as_question, sentence_spans
from ragcare.language.unprintable import one_line
from ragcare.schema import Evidence, Passage, Question, Sentence
from ragcare.settings import WritingSettings

_log: Final = logging.getLogger(__name__)
_MARKUP: Final = re.compile(
    r"<[^\s<>][^<>]*>?|&#?\w+;|!?\[[^\]]*\]\([^)]*\)?|\b[a-z][a-z+.-]*://\S+|\b(?:www\.|javascript:|data:)\S*|```",
    re.IGNORECASE,
)
"""Tags, entities and links: nothing that plain words need, and all that a page might obey."""

Verify = Callable[[Sentence, Sequence[Passage], str], str | None]
"""What is wrong with a sentence over these passages, in that language, as a code; None where it is supported."""


class LLMWriter:
    """Has a language model say the evidence in words that suit the question, and believes nothing of what it says.

    The model must point to the pieces of evidence that prove each sentence, by their numbers; they become its quotes,
    as the article has them. A sentence that points nowhere is dropped. What fails the check is told to the model once,
    with the reason. The draft that comes out of this is checked like any other: what still fails is cut or refused.

    Nothing of a question, an article or a reply is ever logged.

    Args:
        llm: any llama-index `LLM`, or a name that `load_llm` knows; the one of the settings if None.
        how: tone, budgets, and what is done where the model fails; the defaults if None.
        verify: what sentences are checked by before the model is asked again; the rules of the grounding check if None.

    Raises:
        BadInput: there is no such kind of model, or none is named.
        MissingExtra: what that kind needs is not installed.
        ModelUnavailable: it cannot be loaded here.
    """

    def __init__(self, llm: Any = None, how: WritingSettings | None = None, *, verify: Verify | None = None) -> None:
        from ragcare.answering.generative.models import load_llm

        how = how or WritingSettings()
        named = llm if llm is not None else how.llm
        self._model = LanguageModel(load_llm(named, how) if named is None or isinstance(named, str) else named)
        # What a reply hangs on is told by its settings, also where the model came as an object.
        self.how = how.model_copy(
            update={"writer": "llm", "llm": named if isinstance(named, str) else self._model.name}
        )
        self._verify = verify or _fault_by_rules
        self._fallback = ExtractiveWriter()

    def write(self, question: Question, selection: Selection) -> Draft:
        """A draft in the language of the evidence; one without sentences where there is nothing that may be said.

        It never raises for what a model or a server does: see `WritingSettings.on_failure`.
        """
        budget = Budget(self.how.seconds, self.how.tokens)
        try:
            return Draft(self._written(question, selection, budget), selection.language)
        except Cancelled:
            _log.info("%s: cancelled by the caller", self._model.name)
            return Draft((), selection.language)
        except OutOfTime:
            _log.warning(
                "%s: no answer in %g s (writing.seconds); on_failure=%s",
                self._model.name,
                self.how.seconds,
                self.how.on_failure,
            )
        except Exception as error:  # each client has errors of its own; their messages may hold what was asked
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            _log.warning("%s: failed with %s; %s", self._model.name, kind, self.how.on_failure)
        if self.how.on_failure == "extract":
            return self._fallback.write(question, selection)
        return Draft((), selection.language)

    def _written(self, question: Question, selection: Selection, budget: Budget) -> tuple[Sentence, ...]:
        prompt = prompt_for(question, selection, self.how)
        messages = [("system", prompt.system), ("user", prompt.user)]
        written = self._model.ask(messages, budget)
        reading = self._read(written, selection)
        if reading.faults:
            _log.info("%s: asked again, for %s", self._model.name, [code for _, code in reading.faults])
            messages += [("assistant", written.text), ("user", repair_request(reading.faults, selection))]
            repaired = self._read(self._model.ask(messages, budget), selection)
            # A second reply that cannot be read takes nothing back of a first one that could.
            reading = repaired if repaired.readable else reading
        return () if reading.gap else reading.sentences

    def _read(self, written: Written, selection: Selection) -> _Reading:
        reply = read_reply(written.text, whole=written.whole)
        if not isinstance(reply, ModelReply):
            return _Reading((), (("", reply),), gap=True, readable=False)
        if reply.cannot_answer:
            return _Reading((), (), gap=True)
        sentences: list[Sentence] = []
        faults: list[tuple[str, str]] = []
        kept: dict[str, bool] = {}
        for one in {one_line(one.text): one for one in reply.sentences}.values():  # a model in a loop repeats itself
            text, evidence = one_line(one.text), pieces_at(one.proof, selection)
            fault = "markup" if _has_foreign_markup(text, evidence) else None
            if not text or _only_asks(text, evidence, selection.language):
                continue
            if not evidence or fault:
                faults.append((text, fault or "unproven"))
                kept[text] = False
                continue
            kept[text] = True
            sentence = Sentence(text=text, evidence=evidence, starts=_starts(text, evidence))
            sentences.append(sentence)  # also one that falls: what may be said without it is for the checker to tell
            fault = self._verify(sentence, selection.passages, selection.language)
            if fault is not None:
                faults.append((text, fault))
        gap = not is_still_the_answer(list(kept), list(kept.values()), selection.language)
        return _Reading(tuple(sentences), tuple(faults), gap=gap)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was understood of a reply.

    Attributes:
        sentences: those that point to evidence, whether this proves them or not.
        faults: sentence and code of all that is wrong.
        gap: whether what was dropped for want of evidence leaves another answer than the one that was written.
        readable: whether it was a reply at all.
    """

    sentences: tuple[Sentence, ...]
    faults: tuple[tuple[str, str], ...]
    gap: bool
    readable: bool = True


def _fault_by_rules(sentence: Sentence, passages: Sequence[Passage], language: str) -> str | None:
    verdict = check_sentence(sentence, passages, language)
    return None if verdict.supported else verdict.reason or "other"


def _has_foreign_markup(text: str, evidence: Sequence[Evidence]) -> bool:
    return any(not any(match[0] in piece.quote for piece in evidence) for match in _MARKUP.finditer(text))


def _only_asks(text: str, evidence: Sequence[Evidence], language: str) -> bool:
    """Whether every sentence is a question of the model's own: no quote can prove what claims nothing."""
    quoted = one_line(" ".join(piece.quote for piece in evidence))
    asks = all(ends_as_question(text[start:end]) for start, end in sentence_spans(text, language))
    return asks and text not in quoted


def _starts(text: str, evidence: Sequence[Evidence]) -> Any:
    return "line" if is_item_or_row(text) or is_item_or_row(evidence[0].quote) else "inline"
