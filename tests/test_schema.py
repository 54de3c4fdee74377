"""The nouns: the wrong thing cannot be built, and what was built does not change on its way over a border."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ragcare.schema import (
    MAX_QUESTION_CHARACTERS,
    PUBLIC,
    Action,
    Answer,
    Article,
    Asker,
    Choice,
    Citation,
    Contact,
    Decision,
    EscalationReason,
    Evidence,
    Handoff,
    Hit,
    HitTrace,
    Moved,
    Passage,
    Question,
    Reason,
    ReasonCode,
    Record,
    Refusal,
    RefusalReason,
    Reply,
    Retrieved,
    ReviewStatus,
    Scope,
    Sentence,
    SocialTurn,
    Source,
    Standing,
    Suggestion,
    Trace,
    Turn,
)
from ragcare.testing import HandMadeLibrary

DAY = date(2026, 3, 2)
TEXT = "Le retour est gratuit. Il prend 5 jours."

ARTICLE: dict[str, Any] = {
    "id": "fr-retour",
    "title": "Retourner un article",
    "body": TEXT,
    "language": "fr",
    "status": "validated",
    "validated_by": "Claire Montel",
    "validated_at": date(2026, 1, 5),
}
PASSAGE: dict[str, Any] = {
    "id": "fr-retour#1",
    "article_id": "fr-retour",
    "version": 1,
    "title": "Retourner un article",
    "questions": (),
    "headings": (),
    "text": TEXT,
    "start": 10,
    "end": 10 + len(TEXT),
    "language": "fr",
}
EVIDENCE: dict[str, Any] = {
    "passage_id": "fr-retour#1",
    "article_id": "fr-retour",
    "version": 1,
    "quote": "Le retour est gratuit.",
    "start": 10,
    "end": 32,
}
SENTENCE: dict[str, Any] = {"text": "Le retour est gratuit.", "evidence": [EVIDENCE]}
ANSWER: dict[str, Any] = {"kind": "answer", "sentences": [SENTENCE], "language": "fr"}
CITATION: dict[str, Any] = {
    "article_id": "fr-retour",
    "version": 1,
    "title": "Retourner un article",
    "headings": ["Frais"],
    "quote": "Le retour est gratuit.",
    "start": 10,
    "end": 32,
    "url": None,
    "validated_by": "Claire Montel",
    "validated_at": date(2026, 1, 5),
    "valid_until": None,
    "language": "fr",
}
DECISION: dict[str, Any] = {
    "action": "answer",
    "probability": 0.8,
    "threshold": 0.5,
    "reasons": [{"code": "grounded"}],
}
TURN: dict[str, Any] = {"role": "customer", "text": "Le retour est-il gratuit ?"}
HANDOFF: dict[str, Any] = {
    "when": "if_accepted",
    "reasons": ["weak_source"],
    "urgency": "low",
    "queue": "customer-care",
    "question": "Le retour est-il gratuit ?",
    "summary": "Le client demande si le retour est gratuit.",
    "transcript": [TURN],
    "sources_tried": [{"article_id": "fr-retour", "title": "Retourner un article", "url": None}],
    "language": "fr",
    "asker": {"audiences": [PUBLIC]},
}
QUESTION: dict[str, Any] = {"text": "Le retour est-il gratuit ?", "language": "fr", "as_of": DAY}
TRACE: dict[str, Any] = {
    "id": "0001",
    "language": "fr",
    "hits": [
        {"passage_id": "fr-retour#1", "article_id": "fr-retour", "score": 0.9, "legs": {"keyword": [1, 2.5]}},
    ],
    "signals": {"anger": 0.2},
    "features": {"coverage": 0.5},
    "draft": ANSWER,
    "fingerprint": "0123456789abcdef",
    "calibration_is_stale": False,
    "milliseconds": {"retrieve": 1.5},
}
ANSWERED: dict[str, Any] = {
    "question": QUESTION,
    "decision": DECISION,
    "text": "Le retour est gratuit.",
    "answer": ANSWER,
    "citations": [CITATION],
    "trace": TRACE,
}
CHOICES = [{"article_id": f"fr-{number}", "title": f"Choix {number}"} for number in range(4)]

RIGHT: list[tuple[type[Record], dict[str, Any]]] = [
    (Article, ARTICLE),
    (Turn, TURN),
    (Asker, {"audiences": ["segment:business"], "reference": "C-1"}),
    (Question, {**QUESTION, "history": [TURN]}),
    (Evidence, EVIDENCE),
    (Sentence, SENTENCE),
    (Answer, ANSWER),
    (Refusal, {"reason": "conflict", "sources": ["a", "b"]}),
    (Citation, CITATION),
    (Reason, {"code": "fraud", "detail": "on a volé ma carte"}),
    (Decision, DECISION),
    (Source, {"article_id": "a", "title": "A"}),
    (Handoff, {**HANDOFF, "id": "0001"}),
    (Contact, {"open": False, "opens_at": "2026-11-23T09:00:00+01:00", "ways": ["callback"], "said": "Demain."}),
    (Choice, CHOICES[0]),
    (Suggestion, {"article_id": "fr-retour", "text": "Retourner un article", "highlights": ((0, 3), (13, 14))}),
    (HitTrace, TRACE["hits"][0]),
    (Moved, {"feature": "coverage", "value": 0.8, "usual": 0.6, "pull": 0.4}),
    (Trace, TRACE),
    (Trace, {**TRACE, "draft": {"kind": "refusal", "reason": "no_source"}}),
    (Reply, ANSWERED),
]
IDS = [f"{one.__name__}-{at}" for at, (one, _) in enumerate(RIGHT)]


# --- what every record keeps -------------------------------------------------------------------------


@pytest.mark.parametrize(("record", "fields"), RIGHT, ids=IDS)
def test_a_record_is_the_same_after_a_trip_through_json(record: type[Record], fields: dict[str, Any]) -> None:
    built = record.model_validate(fields)
    assert record.model_validate_json(built.model_dump_json()) == built
    assert record.model_validate(built.model_dump()) == built


@pytest.mark.parametrize(("record", "fields"), RIGHT, ids=IDS)
def test_a_record_refuses_a_field_that_it_does_not_know(record: type[Record], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        record.model_validate({**fields, "scor": 1})


@pytest.mark.parametrize(("record", "fields"), RIGHT, ids=IDS)
def test_a_record_does_not_change(record: type[Record], fields: dict[str, Any]) -> None:
    built = record.model_validate(fields)
    for name in record.model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(built, name, getattr(built, name))


@pytest.mark.parametrize(("record", "fields"), RIGHT, ids=IDS)
def test_a_record_holds_no_list_that_could_grow(record: type[Record], fields: dict[str, Any]) -> None:
    built = record.model_validate(fields)
    assert not [name for name in record.model_fields if isinstance(getattr(built, name), list | set)]


def test_every_record_of_the_schema_is_tried_here() -> None:
    from ragcare import schema

    records = {one for one in vars(schema).values() if isinstance(one, type) and issubclass(one, Record)}
    assert {record for record, _ in RIGHT} == records - {Record}


@pytest.mark.parametrize("plain", [Passage, Hit, Retrieved, Scope])
def test_what_exists_by_the_thousand_is_slotted_and_frozen(plain: type) -> None:
    assert "__slots__" in vars(plain)
    assert plain.__dataclass_params__.frozen  # type: ignore[attr-defined]
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
        Passage(**PASSAGE).text = "autre chose"  # type: ignore[misc]


# --- what cannot be built ----------------------------------------------------------------------------

WRONG: list[tuple[type[Record], dict[str, Any], dict[str, Any], str]] = [
    (Article, ARTICLE, {"validated_by": None}, "validated_by (who) and validated_at"),
    (Article, ARTICLE, {"validated_at": None}, "validated_by (who) and validated_at"),
    (Article, ARTICLE, {"validated_by": "  "}, "at least 1 character"),
    (Article, ARTICLE, {"body": ""}, "at least 1 character"),
    (Article, ARTICLE, {"body": " \n\t"}, "must say something"),
    (Article, ARTICLE, {"id": "  "}, "at least 1 character"),
    (Article, ARTICLE, {"id": "a\nb"}, "one line of printable characters"),
    (Article, ARTICLE, {"id": "a\x00b"}, "one line of printable characters"),
    (Article, ARTICLE, {"id": "x" * 201}, "at most 200 characters"),
    (Article, ARTICLE, {"language": "French"}, "String should match pattern"),
    (Article, ARTICLE, {"language": "FR"}, "String should match pattern"),
    (Article, ARTICLE, {"kind": "page"}, "'faq', 'article', 'procedure', 'tutorial' or 'thread'"),
    (Article, ARTICLE, {"status": "published"}, "'draft', 'validated' or 'retired'"),
    (Article, ARTICLE, {"audience": []}, "at least 1 item"),
    (Article, ARTICLE, {"audience": [" "]}, "at least 1 character"),
    (Article, ARTICLE, {"questions": [""]}, "at least 1 character"),
    (Article, ARTICLE, {"version": 0}, "greater than or equal to 1"),
    (Article, ARTICLE, {"valid_from": "2026-02-02", "valid_until": "2026-02-01"}, "is after valid_until"),
    (Article, ARTICLE, {"review_by": "soon"}, "valid date"),
    (Turn, TURN, {"role": "user"}, "'customer', 'assistant' or 'agent'"),
    (Asker, {}, {"audiences": [""]}, "at least 1 character"),
    (Question, QUESTION, {"text": ""}, "at least 1 character"),
    (Question, QUESTION, {"text": " \n "}, "at least 1 character"),
    (Question, QUESTION, {"text": "\u200b\ufeff"}, "at least 1 character"),
    (Question, QUESTION, {"text": "x" * (MAX_QUESTION_CHARACTERS + 1)}, "at most 4000 characters"),
    (Evidence, EVIDENCE, {"quote": ""}, "at least 1 character"),
    (Evidence, EVIDENCE, {"end": 31}, "does not fill its span"),
    (Evidence, EVIDENCE, {"start": 11}, "does not fill its span"),
    (Evidence, EVIDENCE, {"start": -1, "end": 21}, "greater than or equal to 0"),
    (Evidence, EVIDENCE, {"quote": "  ", "end": 12}, "does not fill its span"),
    (Sentence, SENTENCE, {"evidence": []}, "at least 1 item"),
    (Sentence, SENTENCE, {"text": " "}, "at least 1 character"),
    (Sentence, SENTENCE, {"starts": "anywhere"}, "'inline', 'line' or 'paragraph'"),
    (Answer, ANSWER, {"sentences": []}, "at least 1 item"),
    (Answer, ANSWER, {"kind": "refusal"}, "'answer'"),
    (Refusal, {"reason": "no_source"}, {"reason": "tired"}, "'no_source', 'weak_source'"),
    (Refusal, {"reason": "no_source"}, {"reason": "grounded"}, "'no_source', 'weak_source'"),
    (Reason, {"code": "anger"}, {"code": "bored"}, "'grounded'"),
    (Decision, DECISION, {"probability": 0.49}, "an answer at probability 0.490 needs 0.500"),
    (Decision, DECISION, {"probability": 1.01}, "less than or equal to 1"),
    (Decision, DECISION, {"probability": -0.01, "action": "refuse"}, "greater than or equal to 0"),
    (Decision, DECISION, {"probability": float("nan"), "action": "refuse"}, "finite number"),
    (Decision, DECISION, {"threshold": 1.5}, "less than or equal to 1"),
    (Decision, DECISION, {"reasons": []}, "at least 1 item"),
    (Decision, DECISION, {"action": "wait"}, "'answer', 'clarify', 'refuse' or 'escalate'"),
    (Handoff, HANDOFF, {"transcript": []}, "at least 1 item"),
    (Handoff, HANDOFF, {"reasons": []}, "at least 1 item"),
    (Handoff, HANDOFF, {"reasons": ["whim"]}, "'grounded'"),
    (Handoff, HANDOFF, {"queue": " "}, "at least 1 character"),
    (Handoff, HANDOFF, {"question": " "}, "at least 1 character"),
    (Handoff, HANDOFF, {"summary": ""}, "at least 1 character"),
    (Handoff, HANDOFF, {"urgency": "extreme"}, "'low', 'normal' or 'high'"),
    (Handoff, HANDOFF, {"when": "later"}, "'now' or 'if_accepted'"),
    (Trace, TRACE, {"draft": {"kind": "guess"}}, "'answer', 'refusal'"),
    (Reply, ANSWERED, {"text": " "}, "at least 1 character"),
    (Reply, ANSWERED, {"citations": []}, "an answer, and only an answer"),
    (Reply, ANSWERED, {"answer": None}, "an answer, and only an answer"),
    (Reply, ANSWERED, {"refusal": {"reason": "no_source"}}, "a refusal, and only a refusal"),
    (Reply, ANSWERED, {"choices": CHOICES[:2]}, "a clarification, and only a clarification"),
]


@pytest.mark.parametrize(
    ("record", "right", "change", "words"), WRONG, ids=[f"{one[0].__name__}-{at}" for at, one in enumerate(WRONG)]
)
def test_the_wrong_thing_cannot_be_built(
    record: type[Record], right: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    record.model_validate(right)  # it is the change that makes it wrong
    with pytest.raises(ValidationError) as caught:
        record.model_validate({**right, **change})
    assert words in str(caught.value)


@pytest.mark.parametrize("missing", sorted(HANDOFF))
def test_a_handoff_lacks_nothing_that_the_next_person_needs(missing: str) -> None:
    with pytest.raises(ValidationError, match=f"{missing}\\n.*Field required"):
        Handoff.model_validate({key: value for key, value in HANDOFF.items() if key != missing})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": " \n", "end": 12}, "is blank"),
        ({"text": "", "end": 10}, "is blank"),
        ({"end": 11}, "its span 10–11 is not as long as its text"),
        ({"start": 11}, "is not as long as its text"),
    ],
)
def test_a_passage_stands_at_its_span(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        Passage(**{**PASSAGE, **change})
    assert "fr-retour#1" in str(caught.value)


def test_a_hit_that_no_leg_found_is_no_hit() -> None:
    with pytest.raises(ValueError, match="no leg found passage 'fr-retour#1'"):
        Hit(Passage(**PASSAGE), 0.5, {})


def test_the_standing_of_a_hit_is_its_own_and_is_never_overwritten() -> None:
    legs = {"keyword": Standing(1, 2.5)}
    hit = Hit(Passage(**PASSAGE), 0.5, legs)
    legs["keyword"] = Standing(9, 0.0)
    assert hit.legs == {"keyword": Standing(1, 2.5)}
    with pytest.raises(TypeError):
        hit.legs["keyword"] = Standing(2, 0.0)  # type: ignore[index]


def test_hits_stand_best_first() -> None:
    question = Question(text="retour")
    low, high = (Hit(Passage(**PASSAGE), score, {"keyword": Standing(1, score)}) for score in (0.1, 0.9))
    assert Retrieved(question, (high, high, low), HandMadeLibrary()).hits[0] is high
    with pytest.raises(ValueError, match="best first"):
        Retrieved(question, (low, high), HandMadeLibrary())


def test_an_article_counts_once_however_many_of_its_passages_were_found() -> None:
    def hit(article: str, number: int, score: float) -> Hit:
        passage = Passage(**{**PASSAGE, "id": f"{article}#{number}", "article_id": article})
        return Hit(passage, score, {"keyword": Standing(1, score)})

    hits = (hit("a", 1, 0.9), hit("a", 2, 0.8), hit("b", 1, 0.7), hit("a", 3, 0.6), hit("c", 1, 0.5))
    best = Retrieved(Question(text="retour"), hits, HandMadeLibrary()).best_of_each_article()
    assert [one.passage.id for one in best] == ["a#1", "b#1", "c#1"]


# --- article, scope, question ------------------------------------------------------------------------

DAYS = [None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]


@pytest.mark.parametrize("status", get_args(ReviewStatus))
@pytest.mark.parametrize("lifted", [False, True])
def test_an_article_may_be_said_if_validated_in_date_and_allowed(status: str, lifted: bool) -> None:
    tried = 0
    for since, until, audience, asker in product(
        DAYS, DAYS, [(PUBLIC,), ("internal",), (PUBLIC, "internal")], [{PUBLIC}, {PUBLIC, "internal"}, {"other"}]
    ):
        if since and until and since > until:
            continue
        article = Article.model_validate(
            {**ARTICLE, "status": status, "valid_from": since, "valid_until": until, "audience": audience}
        )
        in_date = (since is None or since <= DAY) and (until is None or until >= DAY)
        expected = status == "validated" and (lifted or in_date) and bool(asker & set(audience))
        scope = Scope(frozenset(asker), DAY)
        assert article.may_be_said(scope.at_any_date() if lifted else scope) is expected
        assert article.in_date(DAY) is in_date
        tried += 1
    assert tried > 100


def test_lifting_the_dates_leaves_the_audiences() -> None:
    scope = Scope(frozenset({PUBLIC, "internal"}), DAY)
    assert scope.at_any_date() == Scope(frozenset({PUBLIC, "internal"}), None)
    assert scope.as_of == DAY
    assert hash(scope) == hash(Scope(frozenset({"internal", PUBLIC}), DAY))


@pytest.mark.parametrize("moment", ["2026-03-02T09:00:00Z", "2026-03-02 09:00:00", datetime(2026, 3, 2, 23, 59)])
def test_a_moment_is_taken_for_its_day(moment: object) -> None:
    assert Article.model_validate({**ARTICLE, "validated_at": moment}).validated_at == DAY


def test_a_draft_needs_no_reviewer_and_may_be_retired_without_one() -> None:
    assert Article(id="a", body="b").status == "draft"
    assert Article(id="a", body="b", status="retired").validated_by is None


def test_everybody_is_public_and_audiences_are_compared_without_order() -> None:
    assert Asker(audiences=()).audiences == (PUBLIC,)
    assert Asker(audiences=("b", "a", "b")) == Asker(audiences=("a", PUBLIC, "b"))


def test_a_question_is_asked_today_by_the_public_unless_it_says_otherwise() -> None:
    before = date.today()
    question = Question(text="  Où ?\n")
    assert question.text == "Où ?"
    assert before <= question.as_of <= date.today()
    assert question.scope == Scope(frozenset({PUBLIC}), question.as_of)


def test_what_a_customer_typed_is_kept_as_articles_are() -> None:
    typed = "\ufeffre\u0301si\u00adlier mon for\u200bfait"
    assert Question(text=typed).text == Turn(role="customer", text=typed).text == "résilier mon forfait"
    assert len(Question(text="e\u0301" * MAX_QUESTION_CHARACTERS).text) == MAX_QUESTION_CHARACTERS


def test_a_question_may_be_as_long_as_the_limit() -> None:
    assert len(Question(text="é" * MAX_QUESTION_CHARACTERS).text) == MAX_QUESTION_CHARACTERS


@given(st.builds(dict, title=st.text(), body=st.text(min_size=1), language=st.sampled_from(["fr", "en", "und"])))
def test_whatever_text_an_article_holds_it_survives_json(fields: dict[str, str]) -> None:
    try:
        article = Article.model_validate({**ARTICLE, **fields})
    except ValidationError:
        assert not fields["body"].strip()
    else:
        assert article.body == fields["body"]  # offsets point into it: not a character may move
        assert Article.model_validate_json(article.model_dump_json()) == article


# --- evidence and answers ----------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=60), st.integers(0, 50), st.integers(-5, 65), st.integers(-5, 65))
def test_evidence_that_was_cut_is_verbatim_or_was_refused(text: str, offset: int, start: int, end: int) -> None:
    if not text.strip():
        return
    passage = Passage(**{**PASSAGE, "text": text, "start": offset, "end": offset + len(text)})
    try:
        piece = Evidence.cut(passage, start, end)
    except ValueError:
        assert not 0 <= start < end <= len(text) or not text[start:end].strip()
    else:
        body = "x" * offset + text
        assert piece.quote == text[start:end] == body[piece.start : piece.end]
        assert (piece.passage_id, piece.article_id, piece.version) == (passage.id, passage.article_id, 1)
        assert piece.is_verbatim_in(passage)
        assert Evidence.model_validate_json(piece.model_dump_json()) == piece


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "Le retour est payant! "},
        {"quote": "le retour est gratuit."},
        {"passage_id": "fr-retour#2"},
        {"start": 11, "end": 33},
        {"start": 0, "end": 22},
        {"start": 40, "end": 62},
        {"start": 999, "end": 1021},
    ],
)
def test_a_quote_is_verbatim_only_letter_for_letter_at_its_span(change: dict[str, Any]) -> None:
    passage = Passage(**PASSAGE)
    assert Evidence.model_validate(EVIDENCE).is_verbatim_in(passage)
    assert not Evidence.model_validate({**EVIDENCE, **change}).is_verbatim_in(passage)


@pytest.mark.parametrize(
    ("start", "end", "other", "held"),
    [
        (0, 22, {}, True),
        (3, 9, {}, True),
        (3, 23, {}, False),
        (23, 40, {}, False),
        (3, 9, {"version": 2}, False),
        (3, 9, {"article_id": "en-return"}, False),
    ],
)
def test_a_quote_holds_another_within_its_span_of_the_same_version(
    start: int, end: int, other: dict[str, Any], held: bool
) -> None:
    passage = Passage(**PASSAGE)
    whole, within = Evidence.cut(passage, 0, 22), Evidence.cut(passage, start, end).model_copy(update=other)
    assert whole.holds(within) is held


def test_an_answer_is_laid_out_as_its_sentences_start() -> None:
    starts = ["paragraph", "inline", "line", "paragraph"]
    sentences = [{**SENTENCE, "text": f"{number}.", "starts": one} for number, one in enumerate(starts)]
    answer = Answer.model_validate({**ANSWER, "sentences": sentences})
    assert answer.text == "0. 1.\n2.\n\n3."


# --- decision and reply ------------------------------------------------------------------------------


@given(st.sampled_from(get_args(Action)), st.floats(0, 1), st.floats(0, 1))
def test_nothing_is_answered_below_the_threshold(action: Action, probability: float, threshold: float) -> None:
    fields = {**DECISION, "action": action, "probability": probability, "threshold": threshold}
    if action == "answer" and probability < threshold:
        with pytest.raises(ValidationError, match="an answer at probability"):
            Decision.model_validate(fields)
    else:
        assert Decision.model_validate(fields).action == action


@given(
    st.sampled_from(get_args(Action)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 4),
    st.sampled_from([None, "now", "if_accepted"]),
)
def test_a_reply_holds_what_its_action_promises_and_is_never_a_dead_end(
    action: Action, answer: bool, cited: bool, refusal: bool, choices: int, when: str | None
) -> None:
    fields = {
        **ANSWERED,
        "decision": {**DECISION, "action": action},
        "answer": ANSWER if answer else None,
        "citations": [CITATION] if cited else [],
        "refusal": {"reason": "no_source"} if refusal else None,
        "choices": CHOICES[:choices],
        "handoff": {**HANDOFF, "when": when} if when else None,
    }
    promised = {
        "answer": (answer, cited, refusal, choices) == (True, True, False, 0),
        "clarify": (answer, cited, refusal) == (False, False, False) and choices in (2, 3) and when is not None,
        "refuse": (answer, cited, refusal) == (False, False, True) and choices == 0 and when is not None,
        "escalate": (answer, cited, refusal) == (False, False, False) and choices == 0 and when == "now",
    }
    try:
        reply = Reply.model_validate(fields)
    except ValidationError:
        assert not promised[action]
    else:
        assert promised[action]
        assert action == "answer" or reply.handoff is not None


@pytest.mark.parametrize("other", [{"article_id": "another"}, {"version": 9}, {"start": 1, "end": 22}])
def test_the_citations_shown_are_the_evidence_of_the_answer(other: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="the citations are the evidence of the answer"):
        Reply.model_validate({**ANSWERED, "citations": [{**CITATION, **other}]})
    with pytest.raises(ValidationError, match="the citations are the evidence of the answer"):
        Reply.model_validate({**ANSWERED, "citations": [CITATION, CITATION]})


def test_the_reason_codes_are_all_there_is() -> None:
    codes = set(get_args(ReasonCode))
    others = {*get_args(RefusalReason), *get_args(EscalationReason), *get_args(SocialTurn)}
    assert codes == {"grounded", "ambiguous", "handed_over", *others}


@pytest.mark.parametrize(
    "build",
    [
        lambda: Evidence.cut(Passage(**PASSAGE), -1, 5),
        lambda: Evidence.cut(Passage(**PASSAGE), 5, 5),
        lambda: Evidence.cut(Passage(**PASSAGE), 0, len(TEXT) + 1),
    ],
)
def test_a_span_that_leaves_its_passage_is_refused_by_name(build: Callable[[], Evidence]) -> None:
    with pytest.raises(ValueError, match="leaves passage 'fr-retour#1'"):
        build()
