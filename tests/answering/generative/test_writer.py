"""The writer: what it may say reaches the answer, what it may not never does, whatever the model replies."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.answering.generative.evidence import DAYS_FR, ENGLISH, FRENCH, REFUND_FR, asked, said, selection_of

from ragcare import Assistant
from ragcare.answering.extractive import ExtractiveWriter
from ragcare.answering.generative import LLMWriter
from ragcare.answering.grounding import GroundingCheck
from ragcare.answering.writers import Draft
from ragcare.errors import BadInput
from ragcare.schema import Answer, Refusal
from ragcare.settings import Settings, WritingSettings
from ragcare.testing import DAY, HashEmbedder, scripted_llm, small_knowledge

NOTHING: dict[str, Any] = {"sentences": [], "cannot_answer": True}
UNSUPPORTED = Refusal(reason="unsupported", sources=("a",))


def answer_of(*replies: Any, text: str = FRENCH, language: str = "fr", **how: Any) -> tuple[Answer | Refusal, Any]:
    """What the check lets through of what the writer makes of these replies, and the model that replied."""
    llm = scripted_llm(*replies)
    selection = selection_of(text, language)
    draft = LLMWriter(llm, WritingSettings(**how)).write(asked(language=language), selection)
    return GroundingCheck().check(draft, selection), llm


def text_of(answer: Answer | Refusal) -> str:
    return answer.text if isinstance(answer, Answer) else answer.reason


# --- what may be said --------------------------------------------------------------------------------


def test_what_is_proven_is_said_in_the_models_order_and_asked_for_once() -> None:
    answer, llm = answer_of(said((REFUND_FR, 3), (DAYS_FR, 2)))
    assert text_of(answer) == f"{REFUND_FR} {DAYS_FR}"
    assert len(llm.sent) == 1


def test_a_sentence_in_other_words_stands_on_the_articles_own() -> None:
    answer, _ = answer_of(said(("Vous avez deux semaines pour retourner un article.", 2)))
    assert isinstance(answer, Answer)
    assert answer.text == "Vous avez deux semaines pour retourner un article."
    assert [piece.quote for piece in answer.sentences[0].evidence] == [DAYS_FR]


def test_a_sentence_may_stand_on_several_pieces() -> None:
    both = "Vous avez 14 jours pour retourner un article et le remboursement arrive sous 5 jours."
    answer, _ = answer_of(said((both, 3, 2, 3, 99)))
    assert isinstance(answer, Answer)
    assert [piece.quote for piece in answer.sentences[0].evidence] == [REFUND_FR, DAYS_FR]


def test_a_row_stands_with_the_head_of_its_table() -> None:
    rows = [
        "| Formule | Prix par mois | Franchise |",
        "| Essentielle | 4,99 € | 75 € |",
        "| Intégrale | 8,99 € | 45 € |",
    ]
    table = "\n".join([rows[0], "|---|---|---|", *rows[1:]])
    answer, _ = answer_of(said(("La franchise de la formule Intégrale est de 45 €.", 3)), text=table)
    assert isinstance(answer, Answer)
    assert [piece.quote for piece in answer.sentences[0].evidence] == [rows[0], rows[2]]


def test_english_is_answered_in_english() -> None:
    answer, llm = answer_of(
        said(("You have two weeks to return an item.", 2)),
        text=ENGLISH,
        language="en",
    )
    assert text_of(answer) == "You have two weeks to return an item."
    assert llm.sent[0][0][1].startswith("You write, in English")


def test_steps_stand_on_lines_of_their_own() -> None:
    steps = ["1. Ouvrez « Mes commandes ».", "2. Choisissez la commande."]
    answer, _ = answer_of(said(("Ouvrez « Mes commandes ».", 1), ("Choisissez la commande.", 2)), text="\n".join(steps))
    assert text_of(answer) == "Ouvrez « Mes commandes ».\nChoisissez la commande."


def test_a_model_that_repeats_itself_is_heard_once() -> None:
    answer, _ = answer_of(said(*[(DAYS_FR, 2)] * 5))
    assert text_of(answer) == DAYS_FR


@pytest.mark.parametrize(
    "wrapped",
    [
        "```json\n{}\n```",
        "<think>Le client veut {{un retour}}.</think>\n{}",
        "Voici la réponse :\n{}\nBonne journée !",
        "\ufeff  {}  ",
    ],
)
def test_what_stands_around_the_object_is_no_matter(wrapped: str) -> None:
    import json

    reply = wrapped.replace("{{", "<").replace("}}", ">").replace("{}", json.dumps(said((DAYS_FR, 2))))
    answer, _ = answer_of(reply)
    assert text_of(answer) == DAYS_FR


def test_a_sentence_that_only_asks_says_nothing() -> None:
    answer, llm = answer_of(said(("Souhaitez-vous retourner un article ?", 2), (DAYS_FR, 2)))
    assert text_of(answer) == DAYS_FR
    assert len(llm.sent) == 1
    answer, _ = answer_of(said(("Vous avez un article à retourner ? Vous avez 14 jours ?", 2)))
    assert text_of(answer) == "unsupported"
    answer, _ = answer_of(said(("Would you like to return an item?", 2)), text=ENGLISH, language="en")
    assert text_of(answer) == "unsupported"


def test_a_question_of_the_article_is_said_as_it_stands() -> None:
    asks = "Le retour est-il gratuit ?"
    answer, _ = answer_of(said((asks, 1), (DAYS_FR, 2)), text=f"{asks} {DAYS_FR}")
    assert text_of(answer) == f"{asks} {DAYS_FR}"


# --- what may not ------------------------------------------------------------------------------------

OTHER_ARTICLE = "Les professionnels règlent leurs factures à 30 jours."
ATTACKS: dict[str, Any] = {
    "an invented sentence": said(("Un bon de 20 € vous attend.", 1, 2, 3)),
    "a wrong number": said(("Vous avez 30 jours pour retourner un article.", 2)),
    "a true sentence that points nowhere": said((DAYS_FR, 4)),
    "a sentence of another article": said((OTHER_ARTICLE, 2)),
    "a negation left out": said(("Le retour est gratuit.", 1)),
    "half a number": said(("Le retour coûte 90 € à domicile.", 1)),
    "the instructions themselves": said(("Tu rédiges, en français, la réponse d'un service client.", 1)),
    "HTML": said((f"<b onmouseover=alert(1)>{DAYS_FR}</b>", 2)),
    "a script": said((f"{DAYS_FR}<script>alert(1)</script>", 2)),
    "a link": said((f"[{DAYS_FR}](https://evil.example/?a=1)", 2)),
    "a bare link": said((f"{DAYS_FR} https://evil.example/14", 2)),
    "a picture that tells on the customer": said((f"{DAYS_FR} ![](https://evil.example/14)", 2)),
    "an empty sentence": said(("", 2)),
    "no number": said((DAYS_FR,)),
    "no list of numbers": {"sentences": [{"text": DAYS_FR}], "cannot_answer": False},
    "a number that is none": {"sentences": [{"text": DAYS_FR, "proof": ["a"]}]},
    "numbers that nobody gave out": said((DAYS_FR, 0, -1, 4, 10**30)),
    "another object": {"answer": DAYS_FR},
    "a list": [DAYS_FR],
    "prose": DAYS_FR,
    "nothing": "",
    "invalid JSON": '{"sentences": [{{{"text": ',
    "a nest without end": '{"sentences":' + "[" * 5000,
    "a nest": '{"sentences":' + "[" * 5000 + "]" * 5000 + "}",
    "no end": '{"sentences": [{"text": "' + DAYS_FR + '", "proof": [2]},',
    "huge": '{"sentences": [{"text": "' + "x" * 3_000_000,
    "sentences without number": said(*[(f"{DAYS_FR} {n}", 2) for n in range(500)]),
    "it cannot, and does": said((DAYS_FR, 2), cannot_answer=True),
}


@pytest.mark.parametrize("reply", ATTACKS.values(), ids=list(ATTACKS))
def test_what_is_not_proven_ends_as_a_refusal(reply: Any) -> None:
    answer, llm = answer_of(reply, reply)
    assert answer == UNSUPPORTED
    assert len(llm.sent) == (1 if isinstance(reply, dict) and "sentences" in reply and not _faulty(reply) else 2)


def _faulty(reply: dict[str, Any]) -> bool:
    """Whether there is something to tell the model; not if it gave up, or wrote nothing."""
    return not reply.get("cannot_answer") and any(one["text"] for one in reply["sentences"])


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_what_is_not_proven_is_put_right_when_the_model_can(attack: Any) -> None:
    if isinstance(attack, dict) and "sentences" in attack and not _faulty(attack):
        return
    answer, _ = answer_of(attack, said((DAYS_FR, 2)))
    assert text_of(answer) == DAYS_FR


def test_the_second_reply_is_cut_where_it_still_fails() -> None:
    bad = "Vous avez 30 jours pour retourner un article."
    reply = said((REFUND_FR, 3), (DAYS_FR, 2), (bad, 2))
    answer, llm = answer_of(reply, reply, {})
    assert text_of(answer) == f"{REFUND_FR} {DAYS_FR}"
    assert len(llm.sent) == 2


def test_a_second_reply_that_cannot_be_read_takes_nothing_back() -> None:
    bad = "Vous avez 30 jours pour retourner un article."
    answer, _ = answer_of(said((REFUND_FR, 3), (DAYS_FR, 2), (bad, 2)), "Je ne sais pas.")
    assert text_of(answer) == f"{REFUND_FR} {DAYS_FR}"


def test_a_second_reply_that_gives_up_is_a_refusal() -> None:
    bad = "Vous avez 30 jours pour retourner un article."
    assert answer_of(said((REFUND_FR, 3), (bad, 2)), NOTHING)[0] == UNSUPPORTED


@pytest.mark.parametrize(
    "reply",
    [
        said(("Oui, bien sûr !",), (DAYS_FR, 2), (REFUND_FR, 3)),
        said((REFUND_FR, 3), (DAYS_FR, 2), ("Ce n'est pas possible en boutique.",)),
        said((REFUND_FR, 3), ("Autre chose.",), ("Encore autre chose.",)),
    ],
    ids=["what answers first", "what takes back", "most of it"],
)
def test_an_answer_is_not_given_without_what_was_dropped_from_it(reply: Any) -> None:
    assert answer_of(reply, reply)[0] == UNSUPPORTED


def test_the_model_is_told_what_fell_and_why() -> None:
    bad = "Vous avez 30 jours pour retourner un article."
    _, llm = answer_of(said((REFUND_FR, 3), (bad, 2), ("Merci <b>!", 1), ("Voilà.",)), NOTHING)
    roles = [role for role, _ in llm.sent[1]]
    assert roles == ["system", "user", "assistant", "user"]
    told = llm.sent[1][-1][1]
    assert f"- « {bad} » : un" in told  # number, or duration
    assert "- « Merci ‹b›! » : elle contient un lien ou des balises" in told
    assert "- « Voilà. » : elle ne donne le numéro" in told
    assert REFUND_FR not in told


# --- what goes wrong ---------------------------------------------------------------------------------


class _ServerError(Exception):
    status_code = 503


FAULTS = [RuntimeError("secret"), KeyError("choices"), ValueError("secret"), MemoryError()]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_failing_model_falls_back_on_the_extract(fault: Exception) -> None:
    answer, llm = answer_of(fault)
    selection = selection_of(FRENCH)
    assert isinstance(answer, Answer)
    assert answer.sentences == ExtractiveWriter().write(asked(), selection).sentences
    assert len(llm.sent) == 1
    assert answer_of(fault, on_failure="refuse")[0] == UNSUPPORTED


@pytest.mark.parametrize("fault", [ConnectionError(), TimeoutError(), _ServerError()], ids=["down", "slow", "busy"])
def test_a_fault_of_the_line_is_tried_again(fault: Exception) -> None:
    answer, llm = answer_of(fault, fault, said((DAYS_FR, 2)))
    assert text_of(answer) == DAYS_FR
    assert len(llm.sent) == 3
    answer, llm = answer_of(*[fault] * 4, on_failure="refuse")
    assert (answer, len(llm.sent)) == (UNSUPPORTED, 3)


def test_a_line_that_breaks_in_the_middle_is_tried_again_from_the_start() -> None:
    def breaks(_: object) -> Any:
        yield '{"sentences": ['
        raise ConnectionError

    assert text_of(answer_of(breaks, said((DAYS_FR, 2)))[0]) == DAYS_FR


def test_nothing_of_what_is_said_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="ragcare"):
        answer_of(RuntimeError(DAYS_FR))
        answer_of(said(("Vous avez 30 jours.", 2)), NOTHING)
        answer_of("nonsense 14", "nonsense 14")
    assert "builtins.RuntimeError" in caplog.text
    assert "asked again, for ['" in caplog.text
    for word in ("jours", "retour", "nonsense", "14", "30"):
        assert word not in caplog.text


# --- as a part of the assistant ----------------------------------------------------------------------


def test_an_assistant_says_what_the_model_proves_and_cites_the_article() -> None:
    index = Assistant.over(small_knowledge(), embedder=HashEmbedder()).index
    stands = "Vous avez 14 jours après la livraison pour retourner un article."
    assistant = Assistant(index, writer=LLMWriter(scripted_llm(said((stands, 1)))))
    reply = assistant.ask("Comment renvoyer un produit ?", as_of=DAY)
    assert isinstance(reply.trace.draft, Answer)
    assert reply.trace.draft.text == stands
    assert reply.trace.draft.sources == ("fr-return",)


def test_an_assistant_refuses_what_the_model_cannot_answer() -> None:
    index = Assistant.over(small_knowledge(), embedder=HashEmbedder()).index
    reply = Assistant(index, writer=LLMWriter(scripted_llm(NOTHING))).ask("Comment renvoyer un produit ?", as_of=DAY)
    assert reply.trace.draft == Refusal(reason="unsupported", sources=("fr-return",))
    assert reply.decision.action != "answer"
    assert reply.handoff is not None


def test_what_a_reply_hangs_on_names_the_model_and_its_manner() -> None:
    index = Assistant.over(small_knowledge(), embedder=HashEmbedder()).index
    told = {
        Assistant(index, writer=LLMWriter(scripted_llm(), WritingSettings(tone=tone))).fingerprints()["stages"]
        for tone in ("neutral", "warm")
    }
    assert len(told) == 2
    assert all("scripted/script" in one for one in told)
    assert Settings().digest() != Settings(writing=WritingSettings(writer="llm")).digest()


def test_the_settings_choose_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    llm = scripted_llm(NOTHING)
    monkeypatch.setattr("ragcare.answering.generative.models.load_llm", lambda *_: llm)
    monkeypatch.setenv("RAGCARE_WRITING__WRITER", "llm")
    monkeypatch.setenv("RAGCARE_WRITING__LLM", "ollama:m")
    reply = Assistant.over(small_knowledge(), embedder=HashEmbedder()).ask("Comment renvoyer un produit ?", as_of=DAY)
    assert isinstance(reply.trace.draft, Refusal)
    assert len(llm.sent) == 1


def test_what_is_no_model_is_told_at_once() -> None:
    with pytest.raises(BadInput, match="no language model"):
        LLMWriter(object())
    with pytest.raises(BadInput, match="no language model is named"):
        LLMWriter()


def test_evidence_of_nothing_is_a_draft_of_nothing() -> None:
    selection = selection_of(FRENCH)
    assert LLMWriter(scripted_llm(NOTHING)).write(asked(), selection) == Draft((), "fr")
