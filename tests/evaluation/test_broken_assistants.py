"""Assistants that are broken on purpose, asked for real: a suite run, judged and measured from end to end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ragcare.assistant import Assistant
from ragcare.deciding.confidence import Calibration
from ragcare.evaluation.judge import Judged, Outcome, judge_log
from ragcare.evaluation.metrics import measure
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.report import Report
from ragcare.evaluation.run import Asked, run
from ragcare.evaluation.run.log import RunLog
from ragcare.odds import Weight
from ragcare.schema import Answer, Evidence, Question, Reason, Reply
from ragcare.settings import PolicySettings, RetrievalSettings, Settings
from ragcare.testing import DAY, small_knowledge

ANSWERABLE = [
    ("fr", "Comment annuler ma commande ?", "fr-cancel", "tant qu'elle n'est pas expédiée"),
    ("fr", "Comment retourner un article ?", "fr-return", "14 jours"),
    ("fr", "La livraison est-elle offerte ?", "fr-delivery", "dès 49 €"),
    ("en", "How do I cancel my order?", "en-cancel", "until it is shipped"),
    ("en", "How many days to return an item?", "en-return", "two weeks"),
    ("en", "Is delivery free?", "en-delivery", "free from 49 euros"),
]
TO_REFUSE = [
    ("fr", "Quel est le code des soldes d'été ?", "expired"),
    ("en", "What does the summer sale give on swimwear?", "expired"),
    ("fr", "xyzzy", "no_source"),
]
FOR_A_PERSON = [("en", "I want to speak to a human being!"), ("fr", "Je veux parler à un conseiller !")]
N, N_ANSWERABLE = 11, 6


def labels() -> list[LabelledQuestion]:
    rows: list[dict[str, object]] = [
        {
            "lang": lang,
            "question": text,
            "answerable": True,
            "expects": "answer",
            "relevant_ids": [article_id],
            "answers": [reference],
        }
        for lang, text, article_id, reference in ANSWERABLE
    ]
    rows += [
        {"lang": lang, "question": text, "answerable": False, "expects": "refuse", "reason": reason}
        for lang, text, reason in TO_REFUSE
    ]
    rows += [
        {"lang": lang, "question": text, "answerable": False, "expects": "escalate", "reason": "asks_person"}
        for lang, text in FOR_A_PERSON
    ]
    return [LabelledQuestion.model_validate({"id": f"q{number}", **row}) for number, row in enumerate(rows)]


@pytest.fixture
def suite(tmp_path: Path) -> QuestionSet:
    questions = "".join(one.model_dump_json() + "\n" for one in labels())
    (tmp_path / "questions.jsonl").write_text(questions, encoding="utf-8")
    articles = "".join(article.model_dump_json() + "\n" for article in small_knowledge())
    (tmp_path / "corpus.jsonl").write_text(articles, encoding="utf-8")
    (tmp_path / "suite.toml").write_text(f'name = "small"\nas_of = {DAY.isoformat()}\n', encoding="utf-8")
    return QuestionSet.load(tmp_path)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """As it should be: sure where the best article holds the words of the question."""
    path = tmp_path_factory.mktemp("calibration") / "calibration.json"
    coverage = {"coverage": Weight(mean=0.5, scale=0.25, weight=2.0)}
    Calibration(fingerprint="", fitted_on={}, intercept=1.0, features=coverage).write(path)
    settings = Settings(
        retrieval=RetrievalSettings(embedder="hash"), policy=PolicySettings(calibration=path, close=0.02)
    )
    return Assistant.over(small_knowledge(), settings=settings)


class Broken:
    """The sound assistant, every reply spoilt on its way out."""

    def __init__(self, sound: Assistant, spoil: Callable[[Assistant, Reply], Reply]) -> None:
        self._sound, self._spoil = sound, spoil

    def ask(self, question: Question) -> Reply:
        return self._spoil(self._sound, self._sound.ask(question))


def saying(sound: Assistant, reply: Reply, article_id: str, change: Callable[[str], str] = str) -> Reply:
    """Answers with the first sentence of an article, as `change` quotes it, and is sure of it."""
    article = sound.index.articles[article_id]
    (passage,) = sound.index.now.passages(article_id)
    quote = Evidence.cut(passage, 0, passage.text.index(".") + 1)
    changed = change(quote.quote)
    quote = quote.model_copy(update={"quote": changed, "end": len(changed)})
    answer = Answer.model_validate(
        {"sentences": [{"text": changed, "evidence": [quote.model_dump()]}], "language": article.language}
    )
    citation = {
        **article.model_dump(include={"title", "url", "validated_by", "validated_at", "valid_until", "language"}),
        **quote.model_dump(include={"article_id", "version", "quote", "start", "end"}),
        "headings": (),
    }
    sure = {"action": "answer", "probability": 1.0, "threshold": 0.0, "reasons": [Reason(code="grounded")]}
    whole = {"answer": answer, "text": answer.text, "citations": [citation], "decision": sure}
    spoilt = {"handoff": None, "refusal": None, "choices": ()}
    return Reply.model_validate({**dict(reply), **whole, **spoilt})


def answers_everything(sound: Assistant, reply: Reply) -> Reply:
    """From the best article that was found or, where none was, from any."""
    found = next((hit.article_id for hit in reply.trace.hits), "fr-cancel")
    return saying(sound, reply, found)


def refuses_everything(sound: Assistant, reply: Reply) -> Reply:
    refused = sound.ask(Question(text="xyzzy", language="fr", as_of=DAY))
    return refused.model_copy(update={"trace": reply.trace, "question": reply.question})


def cites_a_random_article(sound: Assistant, reply: Reply) -> Reply:
    """Never the right one: the next in the order of their ids."""
    ids = [one for one, article in sound.index.articles.items() if article.audience == ("public",)]
    best = next((hit.article_id for hit in reply.trace.hits), ids[0])
    return saying(sound, reply, ids[(ids.index(best) + 1) % len(ids)])


def misquotes(sound: Assistant, reply: Reply) -> Reply:
    """Where the sound assistant answers; with twice the figures, and without what is not so."""
    if reply.answer is None:
        return reply
    article_id = reply.citations[0].article_id
    return saying(sound, reply, article_id, lambda quote: quote.replace("14", "28").replace("can", "cannot") + " Sûr.")


def judged(assistant: Asked, suite: QuestionSet) -> tuple[RunLog, tuple[Judged, ...]]:
    log = run(assistant, suite, workers=2)
    return log, judge_log(log)


def report(assistant: Asked, suite: QuestionSet) -> Report:
    log, rows = judged(assistant, suite)
    return measure(log.head, rows, judge="citation and reference answer")


def counts(assistant: Asked, suite: QuestionSet) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in report(assistant, suite).outcomes.items() if count}


def value(figures: object, name: str) -> float:
    assert isinstance(figures, dict)
    return float(figures[name].value)


def test_the_sound_one_does_all_that_the_labels_ask_for(sound: Assistant, suite: QuestionSet) -> None:
    said = report(sound, suite)
    assert {outcome: count for outcome, count in said.outcomes.items() if count} == {
        "correct": 6,
        "refused_rightly": 3,
        "escalated_rightly": 2,
    }
    assert value(said.answering, "accuracy") == value(said.answering, "groundedness") == 1
    assert value(said.deciding, "safe_deflection") == value(said.answering, "coverage") == pytest.approx(6 / 11)
    assert value(said.answering, "wrong_answer_rate") == 0
    assert value(said.deciding, "escalation_precision") == value(said.deciding, "refusal_precision") == 1


def test_one_that_answers_everything_is_wrong_wherever_it_should_have_kept_silent(
    sound: Assistant, suite: QuestionSet
) -> None:
    broken = Broken(sound, answers_everything)
    _, rows = judged(broken, suite)
    said = report(broken, suite)
    for row, one in rows:
        if row.label.expects != "answer":
            assert one.outcome == "wrong"
            assert one.why.endswith(f"; expects {row.label.expects}")
            assert one.reason_right is False
    assert value(said.answering, "coverage") == 1
    assert value(said.answering, "groundedness") == 1, "it quotes well; it does not know when"
    assert value(said.answering, "wrong_answer_rate") >= 0.4545
    assert value(said.answering, "accuracy") == value(said.deciding, "safe_deflection") <= 0.5455
    assert value(said.deciding, "escalation_recall") == value(said.deciding, "refusal_recall") == 0


def test_one_that_refuses_everything_gets_nothing_for_its_silence(sound: Assistant, suite: QuestionSet) -> None:
    broken = Broken(sound, refuses_everything)
    said = report(broken, suite)
    assert counts(broken, suite) == {"refused_rightly": 3, "refused_wrongly": 8}
    assert value(said.deciding, "safe_deflection") == value(said.answering, "coverage") == 0
    assert value(said.deciding, "refusal_recall") == 1
    assert value(said.deciding, "refusal_precision") == pytest.approx(3 / 11)
    assert value(said.deciding, "deflection") == 1, "which is why deflection is not the headline"
    assert "accuracy" not in said.answering
    _, rows = judged(broken, suite)
    unsaid = [one for row, one in rows if row.label.expects == "answer"]
    assert all(one.draft_right and "though the draft was right" in one.why for one in unsaid)


def test_one_that_cites_a_random_article_is_never_right_however_well_it_quotes(
    sound: Assistant, suite: QuestionSet
) -> None:
    broken = Broken(sound, cites_a_random_article)
    said = report(broken, suite)
    assert counts(broken, suite) == {"wrong": N}
    assert value(said.answering, "accuracy") == value(said.deciding, "safe_deflection") == 0
    assert value(said.answering, "wrong_answer_rate") == 1
    assert value(said.answering, "groundedness") == 1
    _, rows = judged(broken, suite)
    for row, one in rows:
        if row.label.expects == "answer":
            assert one.why.endswith(f"; the answer is in {row.label.relevant_ids[0]}")


def test_one_that_misquotes_is_not_grounded_though_it_cites_the_right_article(
    sound: Assistant, suite: QuestionSet
) -> None:
    broken = Broken(sound, misquotes)
    log, rows = judged(broken, suite)
    answered = [(row, one) for row, one in rows if one.answered]
    assert len(answered) == N_ANSWERABLE
    assert all(one.cites and one.grounded == 0 and row.verbatim == (False,) for row, one in answered)
    by_question = {row.label.question: one for row, one in answered}
    assert by_question["Comment retourner un article ?"].outcome == "wrong", "28 jours is not 14 jours"
    assert value(report(broken, suite).answering, "groundedness") == 0
    assert log.is_whole


def test_a_broken_one_is_judged_the_same_from_its_file(sound: Assistant, suite: QuestionSet, tmp_path: Path) -> None:
    for spoil in (answers_everything, refuses_everything, cites_a_random_article, misquotes):
        path = tmp_path / f"{spoil.__name__}.jsonl"
        log = run(Broken(sound, spoil), suite, log=path)
        again = RunLog.read(path)
        assert judge_log(again) == judge_log(log)
        assert measure(again.head, judge_log(again), judge="j") == measure(log.head, judge_log(log), judge="j")
