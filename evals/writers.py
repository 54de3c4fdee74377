"""Measures a language model as the writer: what it writes, what the check cuts of it, and whether rightly.

    python evals/writers.py --llm gguf:PATH   asks the model what it was not asked yet, then writes the page
    python evals/writers.py                   asks nothing: reads the replies that are kept, as the code stands now
    python evals/writers.py --llm … --replies FILE --dry-run    another model, printed

Replies are kept in evals/writers/replies.jsonl as they come, so that a run goes on where it was killed, and a change of
the check is measured without a model. Whether a sentence is supported was read by hand: evals/writers/judged.jsonl.
Written to evals/WRITERS.md, and sentence by sentence to .ragcare/runs/writers.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, ChatResponseGen, LLMMetadata
from llama_index.core.llms import MockLLM
from pydantic import Field, PrivateAttr
from tqdm import tqdm
from writers_page import Case, Outcome, Told, page_of

from ragcare.answering.evidence import Selection, SentenceSelector
from ragcare.answering.extractive import ExtractiveWriter
from ragcare.answering.generative import LLMWriter
from ragcare.answering.generative.models import load_llm
from ragcare.answering.generative.prompt import numbered, pieces_at
from ragcare.answering.generative.reply import ModelReply, read_reply
from ragcare.answering.grounding import GroundingCheck, check_sentence
from ragcare.errors import RagcareError
from ragcare.evaluation.questions import LabelledQuestion, QuestionSet
from ragcare.evaluation.run.suite_index import suite_index
from ragcare.index.hybrid import HybridIndex
from ragcare.language.unprintable import one_line
from ragcare.retrieval.search import HybridRetriever
from ragcare.schema import Answer, Sentence
from ragcare.settings import Settings, WritingSettings
from retrieval import HERE, INDEXES

REPLIES: Final = HERE / "writers" / "replies.jsonl"
JUDGED: Final = HERE / "writers" / "judged.jsonl"
PAGE: Final = HERE / "WRITERS.md"
SENTENCES: Final = HERE.parent / ".ragcare" / "runs" / "writers.jsonl"
HOW: Final = WritingSettings(seconds=3600, tokens=400, on_failure="refuse")
SAMPLE: Final = {
    ("demo", "fr"): 10,
    ("demo", "en"): 10,
    ("covidfaq_fr", "fr"): 6,
    ("covidfaq_en", "en"): 8,
    ("spf_fr", "fr"): 4,
}
"""How many questions that have an answer, by suite and language."""
NEAR_MISSES: Final = 6
"""How many that have none, in each language, of the demo suite."""
MISSES: Final = {"near_miss", "draft", "internal", "business_only", "expired", "future"}
MOST_WORDS: Final = 90
"""Of evidence: a small model on a busy machine reads ten tokens a second."""
SEED: Final = 11


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file; none where there is no file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


class Kept(MockLLM):
    """A language model whose replies are kept: asked once for each question and turn, and never again.

    Attributes:
        heard: the replies to the question that `about` named, as they are kept.
        missing: whether a reply was wanted that is not kept; nothing is replied then, so that the first one stands.
    """

    heard: list[dict[str, Any]] = Field(default_factory=list)
    missing: bool = False
    _model: Any = PrivateAttr()
    _file: Path = PrivateAttr()
    _rows: dict[tuple[str, int], dict[str, Any]] = PrivateAttr()
    _id: str = PrivateAttr("")
    _turns: int = PrivateAttr(0)

    def __init__(self, model: Any, file: Path) -> None:
        super().__init__()
        self._model, self._file = model, file
        self._rows = {(row["id"], row["turn"]): row for row in rows_of(file)}

    @classmethod
    def class_name(cls) -> str:
        """That of a model which is held to the schema of a reply."""
        return "ragcare_gguf"

    @property
    def metadata(self) -> LLMMetadata:
        """What llama-index asks of any LLM."""
        return LLMMetadata(model_name="kept", is_chat_model=True)

    def about(self, question_id: str, turns: int = 0) -> None:
        """Which question the next replies are to, and how many the model may be asked for."""
        self._id, self._turns, self.heard, self.missing = question_id, turns, [], False

    def stream_chat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponseGen:
        """The reply that is kept, or that of the model, which is kept from then on."""
        key = (self._id, len(messages) // 2)
        if key not in self._rows:
            if self._model is None or key[1] > self._turns:
                self.missing = True
                return self._told({"reply": "", "ended": "stop"})
            self._rows[key] = self._ask(key, messages, options)
            self._file.parent.mkdir(exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self._rows[key], ensure_ascii=False) + "\n")
        self.heard = [*self.heard, self._rows[key]]
        return self._told(self._rows[key])

    def _told(self, row: dict[str, Any]) -> ChatResponseGen:
        raw = {"choices": [{"finish_reason": row["ended"]}]}
        yield ChatResponse(message=ChatMessage(role="assistant", content=row["reply"]), delta=row["reply"], raw=raw)

    def _ask(self, key: tuple[str, int], messages: Sequence[ChatMessage], options: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        *_, last = self._model.stream_chat(messages, **options)
        raw = last.raw if isinstance(last.raw, dict) else {}
        took = raw.get("timings", {})
        return {
            "id": key[0],
            "turn": key[1],
            "reply": last.message.content or "",
            "ended": (raw.get("choices") or [{}])[0].get("finish_reason"),
            "seconds": round(time.monotonic() - began, 1),
            "read": took.get("prompt_n"),
            "remembered": took.get("cache_n"),
            "wrote": took.get("predicted_n"),
        }


def cases_of(name: str, settings: Settings) -> tuple[QuestionSet, HybridIndex, list[LabelledQuestion]]:
    """A suite, its index, and its dev questions in an order of chance."""
    suite = QuestionSet.load(HERE / name)
    rows = [row for row in suite.only(split="dev").questions if not row.history]
    random.Random(SEED).shuffle(rows)
    return suite, suite_index(suite, settings, INDEXES, progress=True), rows


def sample(settings: Settings) -> list[Case]:
    """The questions, those of all suites in turn, so that a run that ends early has seen some of each."""
    groups: list[list[Case]] = []
    for name in dict.fromkeys(name for name, _ in SAMPLE):
        suite, index, rows = cases_of(name, settings)
        find, select = HybridRetriever(index, settings.retrieval), SentenceSelector(settings.answering)
        wanted = {(language, True): most for (one, language), most in SAMPLE.items() if one == name}
        if name == "demo":
            wanted |= dict.fromkeys([("fr", False), ("en", False)], NEAR_MISSES)
        for (language, answerable), most in wanted.items():
            group: list[Case] = []
            for row in rows:
                right = row.expects == "answer" if answerable else row.expects == "refuse" and row.kind in MISSES
                if len(group) == most or row.lang != language or row.answerable != answerable or not right:
                    continue
                question = row.to_question(suite.as_of)
                selection = select.select(find.search(question))
                if selection and sum(len(one.quote.split()) for one in selection.evidence) <= MOST_WORDS:
                    group.append(Case(name, row, question, selection))
            groups.append(group)
    # One language after the other within a share of each: what instructions begin with is remembered that long.
    order = [
        (4 * at // len(group), case.row.lang, n, case)
        for n, group in enumerate(groups)
        for at, case in enumerate(group)
    ]
    return [case for *_, case in sorted(order, key=lambda one: one[:3])]


def outcome_of(case: Case, llm: Kept, judged: Mapping[tuple[str, str], bool]) -> Outcome | None:
    """What the code as it stands makes of the replies that are kept; None where one is missing."""
    key = f"{case.suite} {case.row.id}"
    llm.about(key)
    check, selection = GroundingCheck(), case.selection
    draft = LLMWriter(llm, HOW).write(case.question, selection)
    if not llm.heard:
        return None
    answer = check.check(draft, selection)
    extract = check.check(ExtractiveWriter().write(case.question, selection), selection)
    said = {one.text for one in answer.sentences} if isinstance(answer, Answer) else set()
    replies = [read_reply(row["reply"], whole=row["ended"] != "length") for row in llm.heard]
    read = [one for one in replies if isinstance(one, ModelReply)]
    told = [
        _told(one, selection, said, {text: right for (of, text), right in judged.items() if of == key}) for one in read
    ]
    every = {one.text: one for ones in told for one in ones}
    gave_up = bool(read) and read[-1].cannot_answer
    return Outcome(
        case, told[-1] if told else [], list(every.values()), answer, extract, llm.heard, llm.missing, gave_up
    )


def _told(reply: ModelReply, selection: Selection, said: Container[str], judged: Mapping[str, bool]) -> list[Told]:
    whole = "\n".join(one_line(one.text) for one in reply.sentences)
    told = []
    for text, proof in {one_line(one.text): one.proof for one in reply.sentences}.items():
        fault: str = "unproven"
        if evidence := pieces_at(proof, selection):
            sentence = Sentence(text=text, evidence=evidence)
            fault = check_sentence(sentence, selection.passages, selection.language, whole).reason or ""
        told.append(Told(text, fault, text in said, judged.get(text)))
    return told


def keep(outcomes: Sequence[Outcome]) -> None:
    """Every sentence beside its evidence, for whoever judges them."""
    SENTENCES.parent.mkdir(parents=True, exist_ok=True)
    with SENTENCES.open("w", encoding="utf-8") as file:
        for one in outcomes:
            row = {
                "id": f"{one.case.suite} {one.case.row.id}",
                "question": one.case.question.text,
                "evidence": [piece.quote for piece in numbered(one.case.selection)],
                "answer": one.answer.text if isinstance(one.answer, Answer) else one.answer.reason,
                "sentences": [told._asdict() for told in one.every],
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    """Asks, judges, writes."""
    told = argparse.ArgumentParser()
    told.add_argument("--llm", help='as in the settings, such as "gguf:PATH"; none is asked if it is left out')
    told.add_argument("--replies", type=Path, default=REPLIES, help="where they are kept: a file for each model")
    told.add_argument("--turns", type=int, nargs="+", default=[1, 2], help="1: first replies; 2: those after a fault")
    told.add_argument("--dry-run", action="store_true", help="print the page only")
    given = told.parse_args()
    try:
        llm = Kept(load_llm(given.llm, HOW) if given.llm else None, given.replies)
    except RagcareError as error:
        sys.exit(str(error))
    cases = sample(Settings())
    for turn in given.turns if given.llm else ():  # the first replies to all, for a run that is ended early
        for case in tqdm(cases, desc=f"reply {turn}"):
            llm.about(f"{case.suite} {case.row.id}", turn)
            LLMWriter(llm, HOW).write(case.question, case.selection)
    judged = {(row["id"], row["text"]): row["supported"] for row in rows_of(JUDGED)}
    outcomes = [one for case in cases if (one := outcome_of(case, llm, judged)) is not None]
    keep(outcomes)
    page = page_of(outcomes, len(cases), MOST_WORDS)
    if given.dry_run:
        sys.stdout.write(page)
    else:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
