"""`ragcare ask`, `search` and `chat`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from ragcare.schema import Reply

Run = Callable[..., Result]
Write = Callable[..., Path]

HOURS = "Quels sont les horaires de la boutique ?"
A_PERSON = "Je veux parler à un conseiller !"


# --- ask ---------------------------------------------------------------------------------------------


def test_an_answer_stands_with_its_sources(run: Run, home: Path, sure: Path) -> None:
    result = run("ask", HOURS, "--index", home, "--settings", sure)

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith("La boutique est ouverte de 9 h à 18 h")
    assert "[1] Quels sont les horaires de la boutique ?\n    https://aide.example/fr/horaires" in result.stdout
    assert "validé par Claire Montel le 2024-05-02, valable jusqu’au 2030-12-31" in result.stdout


def test_the_reply_as_json(run: Run, home: Path, sure: Path) -> None:
    reply = Reply.model_validate_json(run("ask", HOURS, "--index", home, "--settings", sure, "--json").stdout)

    assert reply.decision.action == "answer"
    assert {citation.article_id for citation in reply.citations} == {"fr-horaires"}


def test_a_person_is_shown_in_the_language_asked(run: Run, home: Path) -> None:
    result = run("ask", A_PERSON, "--index", home)
    french = result.stdout
    english = run("ask", "I want to speak to a human agent, please!", "--index", home).stdout

    assert "nobody is told from the command line" in result.stderr
    assert "Une personne prend le relais : file customer-care, urgence normale" in french
    assert "A person takes over: queue customer-care, urgency normal" in english


def test_a_refusal_shows_the_way_to_a_person(run: Run, home: Path) -> None:
    result = run("ask", "xylophone", "--index", home)

    assert result.exit_code == 0
    assert "A person can take over" in result.stdout or "Une personne peut prendre" in result.stdout


def test_the_question_comes_from_stdin(run: Run, home: Path) -> None:
    result = run("ask", "-", "--index", home, "--json", stdin=f"{HOURS}\n")

    assert Reply.model_validate_json(result.stdout).question.text == HOURS


def test_stdin_that_is_no_text_is_refused(run: Run, home: Path) -> None:
    result = run("ask", "-", "--index", home, stdin="café".encode("latin-1"))

    assert result.exit_code == 2
    assert "stdin is not UTF-8" in result.stderr


def test_the_trace_explains_in_plain_words(run: Run, home: Path, sure: Path) -> None:
    shown = run("ask", HOURS, "--index", home, "--settings", sure, "--as-of", "2026-06-01", "--trace").stdout

    for words in (
        "warning      the confidence was fitted under other settings",
        "language     fr",
        "as of        2026-06-01, for public",
        "decision     answer, because grounded",
        "the 0.000 that an answer needs",
        "feature      coverage = ",
        "time         signals ",
        "fr-horaires#",
        "keyword",
        "vector",
    ):
        assert words in shown


def test_audience_and_day_decide_what_may_be_said(run: Run, home: Path, sure: Path) -> None:
    def cited(question: str, *words: str) -> set[str]:
        result = run("ask", question, "--index", home, "--settings", sure, "--json", *words)
        return {citation.article_id for citation in Reply.model_validate_json(result.stdout).citations}

    assert "en-static-ip" not in cited("Price of a static address")
    assert "en-static-ip" in cited("Price of a static address", "--audience", "segment:business")
    assert "en-winter" not in cited("Winter discount code SNOW")
    assert "en-winter" in cited("Winter discount code SNOW", "--as-of", "2025-01-15")


def test_an_index_without_a_validated_article_is_told(run: Run, write: Write, tmp_path: Path) -> None:
    drafts = write("drafts.jsonl", {"id": "a", "body": "We open at 9.", "language": "en"})
    run("index", drafts, "-o", tmp_path / "home", "--embedder", "hash")

    result = run("ask", "When do you open?", "--index", tmp_path / "home")

    assert result.exit_code == 0
    assert "no article" in result.stderr
    assert "Mend: ragcare validate ARTICLE_ID" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("   ",), "this is no valid question: text:"),
        (("x" * 4001,), "at most 4000 characters"),
        ((HOURS, "--as-of", "tomorrow"), "write it as 2026-06-01"),
        ((HOURS, "--audience", " "), "this is no valid asker"),
        ((), "QUESTION"),
    ],
)
def test_a_bad_question(run: Run, home: Path, words: tuple[str, ...], told: str) -> None:
    result = run("ask", *words, "--index", home)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr


def test_settings_that_do_not_fit_the_index_are_refused(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('[retrieval]\nembedder = "light"\n')

    result = run("ask", HOURS, "--index", home, "--settings", "other.toml")

    assert result.exit_code == 2
    assert "retrieval.embedder" in result.stderr


@pytest.mark.parametrize("verb", ["ask", "search", "chat"])
def test_no_index(run: Run, verb: str) -> None:
    result = run(verb, *([] if verb == "chat" else [HOURS]))

    assert result.exit_code == 2
    assert "there is no index in .ragcare. Mend: ragcare index SOURCE -o .ragcare" in result.stderr


def test_an_article_gives_no_orders_to_the_terminal(run: Run, write: Write, sure: Path, tmp_path: Path) -> None:
    title = "Opening [red]hours[/red]"
    hostile = {
        "id": "a",
        "title": title,
        "body": "We open at 9 \x1b]0;pwned\x07 and\x9b2J close at \u202e18.",
        "language": "en",
    }
    source = write("a.jsonl", hostile)
    run("index", source, "-o", tmp_path / "home", "--embedder", "hash", "--assume-validated", "Ann Lee")

    shown = run("ask", "opening hours", "--index", tmp_path / "home", "--settings", sure).stdout

    assert "We open at 9" in shown
    assert title in shown
    assert not set(shown) & set("\x1b\x07\x9b\u202e")


# --- search ------------------------------------------------------------------------------------------


def test_search_shows_rank_and_score_in_each_leg(run: Run, home: Path) -> None:
    result = run("search", "delivery abroad", "--index", home, "-k", "1")

    assert result.exit_code == 0
    header, first, second = result.stdout.rstrip().splitlines()
    assert header.split() == ["#", "article", "headings", "score", "keyword", "vector", "begins"]
    assert first.split()[:3] == ["1", "en-delivery", "Abroad"]
    assert first.count("#1") == 2
    assert "Delivery abroad takes" in first
    assert second.split()[:2] == ["2", "en-delivery"], "the other passage of that one article"
    assert second.count("#2") == 2


def test_as_many_articles_are_shown_as_were_asked_for(run: Run, home: Path) -> None:
    def found(*words: str) -> list[str]:
        document = json.loads(run("search", "delivery abroad boutique", "--index", home, "--json", *words).stdout)
        return [hit["article_id"] for hit in document["hits"]]

    assert len(found()) > 2
    assert set(found("-k", "1")) == {found()[0]}
    assert len(set(found("-k", "2"))) == 2
    assert found("-k", "9") == found()


def test_search_as_json(run: Run, home: Path) -> None:
    document = json.loads(run("search", "delivery abroad", "--index", home, "--json").stdout)

    first = document["hits"][0]
    assert document["question"]["text"] == "delivery abroad"
    assert (first["rank"], first["article_id"], first["headings"]) == (1, "en-delivery", ["Abroad"])
    assert first["legs"]["keyword"]["rank"] == first["legs"]["vector"]["rank"] == 1
    assert [hit["rank"] for hit in document["hits"]] == list(range(1, len(document["hits"]) + 1))


def test_nothing_found_is_an_empty_result(run: Run, home: Path) -> None:
    assert json.loads(run("search", "zzzz", "--index", home, "--audience", "public", "--json").stdout)["hits"] == []

    words = run("search", "zzzz", "--index", home)
    assert (words.exit_code, words.stdout) == (0, "")
    assert "nothing was found" in words.stderr


def test_no_hits_are_refused(run: Run, home: Path) -> None:
    assert run("search", "x", "--index", home, "-k", "0").exit_code == 2


# --- chat --------------------------------------------------------------------------------------------


def replies_of(result: Result) -> list[Reply]:
    assert result.exit_code == 0, result.stderr
    return [Reply.model_validate_json(line) for line in result.stdout.split("\n") if line]


def test_a_conversation_through_a_pipe_keeps_its_history(run: Run, home: Path) -> None:
    said = f"{HOURS}\n\nMerci !\n/person\n/quit\nnever read\n"

    first, second, third = replies_of(run("chat", "--index", home, "--json", stdin=said))

    assert first.question.history == ()
    assert [turn.role for turn in second.question.history] == ["customer", "assistant"]
    assert [turn.text for turn in second.question.history] == [HOURS, first.text]
    assert third.decision.action == "escalate"
    assert third.question.text == "Je voudrais parler à un conseiller."
    assert third.handoff is not None
    assert [turn.text for turn in third.handoff.transcript] == [
        HOURS,
        first.text,
        "Merci !",
        second.text,
        third.question.text,
    ]


def test_a_person_who_is_asked_for_at_once(run: Run, home: Path) -> None:
    (only,) = replies_of(run("chat", "--index", home, "--json", stdin="/person\n"))

    assert only.decision.action == "escalate"
    assert only.question.text == "I would like to speak to an adviser."


def test_a_number_takes_one_of_the_choices(run: Run, write: Write, unsure: Path) -> None:
    plans = [
        {"id": "mobile", "title": "Cancel a mobile plan", "body": "Cancel a mobile plan in the app.", "language": "en"},
        {"id": "fibre", "title": "Cancel a fibre plan", "body": "Cancel a fibre plan by letter.", "language": "en"},
    ]
    run("index", write("a.jsonl", *plans), "-o", "home", "--embedder", "hash", "--assume-validated", "Ann Lee")

    replies = replies_of(run("chat", "--index", "home", "--settings", unsure, "--json", stdin="cancel my plan\n2\n9\n"))

    assert replies[0].decision.action == "clarify"
    assert replies[1].question.text == replies[0].choices[1].title
    assert replies[2].question.text == "9"


def test_the_trace_of_the_last_reply(run: Run, home: Path) -> None:
    result = run("chat", "--index", home, stdin=f"/trace\n{HOURS}\n/trace\n/what\n")

    assert result.exit_code == 0
    assert result.stdout.count("How this reply came about") == 1
    assert "there is no reply yet" in result.stderr
    assert "/person asks for a person" in result.stderr


def test_a_message_that_is_too_long_does_not_end_the_conversation(run: Run, home: Path) -> None:
    result = run("chat", "--index", home, "--json", stdin=f"{'x' * 5000}\n{A_PERSON}\n")

    assert [reply.decision.action for reply in replies_of(result)] == ["escalate"]
    assert "at most 4000 characters" in result.stderr
