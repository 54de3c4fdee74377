"""The judge: what each kind of reply was worth against each kind of label, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.rows import HEAD, judged, label, reply, said_by

from ragcare.assistant import Assistant
from ragcare.deciding.confidence import Calibration
from ragcare.evaluation.judge import Agreement, Judgement, Outcome, ReferenceJudge, judge_log, judge_row
from ragcare.evaluation.questions.labelled import LabelledQuestion
from ragcare.evaluation.run.log import RunLog, RunRow
from ragcare.odds import Weight
from ragcare.schema import Action, Answer, Evidence, Question, Reason, ReasonCode, Reply, Sentence
from ragcare.settings import PolicySettings, RetrievalSettings, Settings
from ragcare.testing import DAY, small_knowledge

ACTIONS: tuple[Action, ...] = get_args(Action)


def judgement(asked: LabelledQuestion, action: Action, **how: Any) -> Judgement:
    return judged(asked, action, **how).judgement


def changed(said: Reply, reasons: Sequence[ReasonCode]) -> Reply:
    decision = said.decision.model_copy(update={"reasons": tuple(Reason(code=code) for code in reasons)})
    return said.model_copy(update={"decision": decision})


def judge_of(asked: LabelledQuestion, said: Reply, *verbatim: bool) -> Judgement:
    row = RunRow(number=0, label=asked, reply=said, verbatim=verbatim, seconds=0.1)
    return judge_row(row, ReferenceJudge(HEAD.token_f1))


# --- an answer ---------------------------------------------------------------------------------------


def test_an_answer_that_cites_and_says_what_it_must_is_correct() -> None:
    one = judgement(label("a"), "answer", cites="art-a")
    assert (one.outcome, one.answered) == ("correct", True)
    assert one.why == "cites art-a; contains a reference answer"
    assert (one.drafted, one.draft_right, one.by_threshold, one.cites, one.agrees) == (True,) * 5
    assert (one.exact_match, one.token_f1, one.grounded, one.reason_right) == (1, 1, 1, None)


def test_without_reference_answers_the_source_alone_decides() -> None:
    one = judgement(label("a", answers=()), "answer", cites="art-a")
    assert (one.outcome, one.why) == ("correct", "cites art-a; there is no reference answer")
    assert (one.agrees, one.exact_match, one.token_f1) == (None, None, None)


def test_one_of_several_sources_and_one_of_several_answers_is_enough() -> None:
    asked = label("a", relevant_ids=("other", "art-a"), answers=("Something else.", "on Monday"))
    one = judgement(asked, "answer", cites="art-a")
    assert (one.outcome, one.why) == ("correct", "cites art-a; contains a reference answer")
    assert one.exact_match == 0
    assert one.token_f1 is not None
    assert 0 < one.token_f1 < 1


def test_enough_tokens_in_common_are_as_good_as_containing() -> None:
    asked = label("a", answers=("The parcel a arrives by Monday evening.",))
    row = judged(asked, "answer", cites="art-a", says="The parcel a arrives on Monday.").row
    one = judge_row(row, ReferenceJudge(0.5))
    assert one.outcome == "correct"
    assert one.why == "cites art-a; token F1 0.67 with the nearest reference answer"
    strict = judge_row(row, ReferenceJudge(0.7))
    assert (strict.outcome, strict.agrees, strict.token_f1) == ("wrong", False, one.token_f1)


def test_an_answer_that_says_something_else_is_wrong() -> None:
    one = judgement(label("a"), "answer", cites="art-a", says="Nothing of the sort.")
    assert (one.outcome, one.draft_right, one.cites, one.agrees) == ("wrong", False, True, False)
    assert one.why == "cites art-a; token F1 0.00 with the nearest reference answer"


def test_the_right_words_from_another_article_are_wrong() -> None:
    one = judgement(label("a"), "answer", cites="elsewhere", says=said_by("art-a"))
    assert (one.outcome, one.draft_right, one.cites, one.agrees) == ("wrong", False, False, True)
    assert one.why == "cites elsewhere; the answer is in art-a"
    several = judgement(label("a", relevant_ids=("x", "y"), near_ids=("elsewhere",)), "answer", cites="elsewhere")
    assert several.why == "cites elsewhere (only near); the answer is in x, y"


def test_a_label_that_names_no_article_makes_no_answer_right() -> None:
    one = judgement(label("a", relevant_ids=()), "answer", cites="art-a")
    assert (one.outcome, one.why) == ("wrong", "cites art-a; the label names no article")


@pytest.mark.parametrize("expects", ["clarify", "refuse", "escalate"])
def test_an_answer_where_none_was_expected_is_wrong_even_from_the_right_article(expects: Action) -> None:
    asked = label("a", expects, relevant_ids=("art-a",), near_ids=(), answers=(said_by("art-a"),))
    one = judgement(asked, "answer", cites="art-a")
    assert (one.outcome, one.draft_right) == ("wrong", False)
    assert one.why == f"answered from art-a; expects {expects}"
    assert (one.cites, one.agrees, one.by_threshold) == (True, True, True)


def test_an_answer_from_a_near_article_is_told_apart() -> None:
    one = judgement(label("a", "refuse"), "answer", cites="art-a")
    assert one.why == "answered from art-a (only near); expects refuse"


# --- no answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "expects"), list(product(ACTIONS[1:], ACTIONS)))
def test_what_is_no_answer_is_right_where_it_is_expected_and_only_there(action: Action, expects: Action) -> None:
    one = judgement(label("a", expects), action, probability=0.25)
    said = {"clarify": "clarified", "refuse": "refused", "escalate": "escalated"}[action]
    assert one.outcome == f"{said}_{'rightly' if action == expects else 'wrongly'}"
    assert one.outcome in get_args(Outcome)
    assert (one.answered, one.drafted, one.draft_right, one.by_threshold, one.cites) == (False,) * 5
    assert (one.agrees, one.exact_match, one.token_f1, one.grounded) == (None,) * 4
    assert one.why.startswith(f"{said} (")
    assert one.why.endswith(f") at probability 0.25; expects {expects}")


def test_a_draft_that_was_not_said_is_judged_too() -> None:
    one = judgement(label("a"), "refuse", cites="art-a", probability=0.31)
    assert (one.outcome, one.draft_right, one.by_threshold) == ("refused_wrongly", True, True)
    assert one.why == "refused (weak_source) at probability 0.31, though the draft was right; expects answer"
    assert (one.drafted, one.cites, one.agrees, one.exact_match, one.grounded) == (True, True, True, 1, 1)

    wrong = judgement(label("a"), "refuse", cites="elsewhere", probability=0.31)
    assert (wrong.outcome, wrong.draft_right, wrong.by_threshold) == ("refused_wrongly", False, True)
    assert wrong.why == "refused (weak_source) at probability 0.31; expects answer"


def test_a_refusal_that_looked_at_the_near_article_is_right_all_the_same() -> None:
    one = judgement(label("a", "refuse"), "refuse", cites="art-a", found=("art-a",))
    assert (one.outcome, one.draft_right, one.cites) == ("refused_rightly", False, False)


@pytest.mark.parametrize(
    ("must", "reasons", "right", "why"),
    [
        (None, ["anger"], None, "escalated (anger) at probability 0.75; expects escalate"),
        ("anger", ["anger"], True, "escalated (anger) at probability 0.75; expects escalate"),
        ("fraud", ["anger", "fraud"], True, "escalated (anger, fraud) at probability 0.75; expects escalate"),
        ("fraud", ["anger"], False, "escalated (anger) at probability 0.75; expects escalate for fraud"),
    ],
)
def test_an_escalation_must_have_the_reason_of_its_label(
    must: ReasonCode | None, reasons: list[ReasonCode], right: bool | None, why: str
) -> None:
    asked = label("a", "escalate", reason=must)
    one = judge_of(asked, changed(reply(asked, "escalate"), reasons))
    assert (one.outcome, one.reason_right, one.why) == ("escalated_rightly", right, why)


@pytest.mark.parametrize(
    ("action", "reason", "right"),
    [("refuse", "expired", True), ("refuse", "weak_source", False), ("escalate", "legal", False)],
)
def test_a_refusal_must_have_the_reason_of_its_label(action: Action, reason: ReasonCode, right: bool) -> None:
    asked = label("a", "refuse", reason="expired")
    assert judgement(asked, action, reason=reason).reason_right is right
    assert judgement(asked, "answer", cites="art-a").reason_right is False


def test_every_outcome_can_come_about() -> None:
    seen = {judgement(label("a", expects), action).outcome for action, expects in product(ACTIONS[1:], ACTIONS)}
    seen |= {judgement(label("a"), "answer", cites=cites).outcome for cites in ("art-a", "elsewhere")}
    assert seen == set(get_args(Outcome))


# --- what was said counts, not what was only drafted -------------------------------------------------


def test_where_what_is_said_is_not_what_was_drafted_it_is_judged() -> None:
    asked = label("a")
    right, wrong = reply(asked, "answer", cites="art-a"), reply(asked, "answer", cites="elsewhere")
    crossed = right.model_copy(update={"trace": wrong.trace})
    assert judge_of(asked, crossed, True).outcome == "correct"
    crossed = wrong.model_copy(update={"trace": right.trace})
    assert judge_of(asked, crossed, True).outcome == "wrong"


# --- groundedness ------------------------------------------------------------------------------------


def sentence(text: str, *quotes: str) -> Sentence:
    pieces = [
        Evidence(passage_id="art-a#0", article_id="art-a", version=1, quote=quote, start=0, end=len(quote))
        for quote in quotes or (text,)
    ]
    return Sentence(text=text, evidence=tuple(pieces))


def grounded(language: str, *said: tuple[Sentence, bool]) -> float | None:
    asked = label("a")
    answer = Answer(sentences=tuple(one for one, _ in said), language=language)
    refused = reply(asked, "refuse", cites="art-a")
    drafted = refused.model_copy(update={"trace": refused.trace.model_copy(update={"draft": answer})})
    return judge_of(asked, drafted, *(verbatim for _, verbatim in said)).grounded


def test_a_sentence_is_grounded_if_its_quotes_stand_and_hold_all_that_it_says() -> None:
    quoted = sentence("Le retour est gratuit.")
    otherwise = sentence("Vous avez deux semaines.", "Vous avez 14 jours.")
    together = sentence("Le retour est gratuit sous 14 jours.", "Le retour est gratuit.", "Vous avez 14 jours.")
    invented = sentence("Vous avez 15 jours.", "Vous avez 14 jours.")
    turned = sentence("Le retour n'est pas gratuit.", "Le retour est gratuit.")
    assert grounded("fr", (quoted, True)) == 1
    assert grounded("fr", (quoted, False)) == 0
    assert grounded("fr", (otherwise, True)) == 1
    assert grounded("fr", (invented, True)) == grounded("fr", (turned, True)) == 0
    assert grounded("fr", (quoted, True), (invented, True), (otherwise, True), (quoted, False)) == 0.5
    assert grounded("fr", (together, True)) == 1
    assert grounded("fr", (sentence("Retour gratuit, 14 jours.", "Retour gratuit.", "14 jours."), True)) == 1


def test_an_answer_is_held_to_the_rules_of_its_own_language_not_of_the_question() -> None:
    english = sentence("You cannot return it.", "You can not return it.")
    assert label("a").lang == "en"
    assert grounded("en", (english, True)) == 1
    french = sentence("Le colis est remboursé.", "Colis remboursé")  # "le" and "est" say nothing, in French
    assert grounded("fr", (french, True)) == 1
    assert grounded("en", (french, True)) == 0


# --- which decisions another threshold would change --------------------------------------------------

WORDS = "comment annuler commande retour livraison jours professionnels remise soldes order cancel return free human"


@pytest.fixture(scope="module")
def at_each_threshold(tmp_path_factory: pytest.TempPathFactory) -> list[Assistant]:
    """One assistant at the thresholds 0, ½ and 1; it clarifies readily."""
    path = tmp_path_factory.mktemp("calibration") / "calibration.json"
    coverage = {"coverage": Weight(mean=0.5, scale=0.25, weight=2.0)}
    Calibration(fingerprint="", fitted_on={}, intercept=0.0, features=coverage).write(path)
    made = []
    for answer_at in (0.0, 0.5, 1.0):
        policy = PolicySettings(answer_at=answer_at, clarify_at=min(0.3, answer_at), close=1, calibration=path)
        settings = Settings(retrieval=RetrievalSettings(embedder="hash"), policy=policy)
        made.append(Assistant.over(small_knowledge(), settings=settings))
    return made


def judged_at(assistants: Sequence[Assistant], text: str) -> list[tuple[Action, Judgement]]:
    found = []
    for assistant in assistants:
        said = assistant.ask(Question(text=text, language="fr", as_of=DAY))
        draft = said.trace.draft
        verbatim = (True,) * len(draft.sentences) if isinstance(draft, Answer) else ()
        found.append((said.decision.action, judge_of(label("a"), said, *verbatim)))
    return found


@given(words=st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=5))
def test_the_threshold_decides_over_all_that_would_be_said_at_nought_and_nothing_else(
    at_each_threshold: list[Assistant], words: list[str]
) -> None:
    found = judged_at(at_each_threshold, " ".join(words))
    actions = [action for action, _ in found]
    decides = actions[0] == "answer"
    assert [one.by_threshold for _, one in found] == [decides] * 3
    assert [one.answered for _, one in found] == [action == "answer" for action in actions]
    assert decides or len(set(actions)) == 1


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("comment annuler ma commande", ["answer", "answer", "refuse"]),
        ("quel jour livraison marseille lyon paris", ["answer", "refuse", "refuse"]),
        ("jours", ["clarify"] * 3),
        ("Quel est le code des soldes d'été ?", ["refuse"] * 3),
        ("Je veux parler à un conseiller !", ["escalate"] * 3),
        ("xyzzy", ["refuse"] * 3),
    ],
)
def test_on_every_path_of_the_policy(at_each_threshold: list[Assistant], text: str, actions: list[Action]) -> None:
    found = judged_at(at_each_threshold, text)
    assert [action for action, _ in found] == actions
    assert [one.by_threshold for _, one in found] == ["answer" in actions] * 3


def test_whoever_answers_for_a_reason_of_their_own_does_so_by_their_threshold() -> None:
    asked = label("a")
    assert judge_of(asked, changed(reply(asked, "answer", cites="art-a"), ["ambiguous"]), True).by_threshold


# --- a whole log -------------------------------------------------------------------------------------


class Lenient:
    """Whatever is said agrees."""

    name = "lenient"

    def __init__(self) -> None:
        self.compared: list[tuple[str, str]] = []

    def compare(self, label: LabelledQuestion, answer: str) -> Agreement:
        self.compared.append((label.id, answer))
        return Agreement(True, "is said")


def log(least_f1: float = 0.5) -> RunLog:
    replies = [
        judged(label("right"), "answer", cites="art-right"),
        judged(label("near", answers=("The parcel arrives by Monday evening.",)), "answer", cites="art-near"),
        judged(label("unsaid"), "refuse", cites="art-unsaid"),
        judged(label("nothing"), "refuse"),
        judged(label("no"), "answer", cites="art-no"),
        judged(label("bare", answers=()), "answer", cites="art-bare"),
        judged(label("person", "escalate", reason="fraud"), "escalate"),
    ]
    rows = tuple(one.row.model_copy(update={"number": number}) for number, one in enumerate(replies))
    head = HEAD.model_copy(update={"token_f1": least_f1}).sealed([row.label for row in rows])
    return RunLog(head=head, rows=rows)


def test_the_same_log_is_judged_the_same_read_or_not(tmp_path: Path) -> None:
    log().write(tmp_path / "log.jsonl")
    assert judge_log(log()) == judge_log(log()) == judge_log(RunLog.read(tmp_path / "log.jsonl"))
    assert [one.row for one in judge_log(log())] == list(log().rows)


def test_the_suite_says_how_much_must_agree() -> None:
    assert [one.judgement.outcome for one in judge_log(log(0.5))][1] == "correct"
    assert [one.judgement.outcome for one in judge_log(log(0.99))][1] == "wrong"
    assert ReferenceJudge(0.5).name == "citation and reference answer (contained, or token F1 of at least 0.5)"


def test_another_judge_has_the_last_word_on_wording_and_on_nothing_else() -> None:
    lenient = Lenient()
    with_it, without = judge_log(log(0.99), lenient), judge_log(log(0.99))
    assert with_it[1].judgement.why == "cites art-near; is said"
    assert [one.judgement.outcome for one in with_it if one.row.label.id == "near"] == ["correct"]
    wording = {"outcome", "why", "draft_right", "agrees"}
    for one, other in zip(with_it, without, strict=True):
        assert one.judgement.model_dump(exclude=wording) == other.judgement.model_dump(exclude=wording)
    asked = {name for name, _ in lenient.compared}
    assert asked == {"right", "near", "unsaid", "no"}, "all that was drafted, where there are reference answers"
