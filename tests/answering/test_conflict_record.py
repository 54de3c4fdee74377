"""Contradictions are noted once for their owners, or settled for the newest article."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ragcare.assistant import Assistant
from ragcare.errors import BadInput
from ragcare.schema import Article
from ragcare.settings import AnsweringSettings, RetrievalSettings, Settings
from ragcare.testing import DAY, validated

QUESTION = "Combien coûte l'ouverture d'un compte postal ? mon mail : jeanne.petit@example.fr"


def postal(article_id: str, price: str, validated_at: date) -> Article:
    body = f"L'ouverture d'un compte postal coûte {price}."
    fields = {"title": "Compte postal", "language": "fr", "owner": f"owner of {article_id}"}
    return validated(article_id, body, validated_at=validated_at, **fields)


def assistant(articles: list[Article], how: AnsweringSettings) -> Assistant:
    return Assistant.over(articles, settings=Settings(retrieval=RetrievalSettings(embedder="hash"), answering=how))


OLD, NEW = postal("old", "12 €", date(2025, 1, 1)), postal("new", "15 €", date(2026, 1, 1))


def test_a_contradiction_is_noted_once_with_owners_and_quotes_and_nothing_personal(tmp_path: Path) -> None:
    record = tmp_path / "contradictions.jsonl"
    for _ in range(2):  # another assistant, as after a restart
        asked = assistant([OLD, NEW], AnsweringSettings(conflict_record=record))
        for _ in range(2):
            reply = asked.ask(QUESTION, as_of=DAY)
            assert reply.refusal is not None
            assert reply.refusal.reason == "conflict"
            assert {piece.article_id for piece in reply.refusal.evidence} == {"old", "new"}
    (line,) = record.read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert {one["owner"] for one in told["articles"]} == {"owner of old", "owner of new"}
    assert {one["quote"] for one in told["articles"]} == {OLD.body, NEW.body}
    assert "jeanne" not in line


def test_the_newest_article_is_said_where_the_settings_want_it(tmp_path: Path) -> None:
    record = tmp_path / "contradictions.jsonl"
    asked = assistant([OLD, NEW], AnsweringSettings(conflict="newest", conflict_record=record))
    draft = asked.ask(QUESTION, as_of=DAY).trace.draft
    assert draft.sources == ("new",)
    assert record.exists()


def test_of_two_validated_on_one_day_neither_is_said() -> None:
    twin = postal("twin", "18 €", date(2026, 1, 1))
    reply = assistant([NEW, twin], AnsweringSettings(conflict="newest")).ask(QUESTION, as_of=DAY)
    assert reply.refusal is not None
    assert reply.refusal.reason == "conflict"


def test_a_record_that_cannot_be_one_is_refused_at_once(tmp_path: Path) -> None:
    other = tmp_path / "notes.jsonl"
    other.write_text('{"shopping": "milk"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"notes\.jsonl:1"):
        assistant([OLD], AnsweringSettings(conflict_record=other))
    with pytest.raises(BadInput, match="no such folder"):
        assistant([OLD], AnsweringSettings(conflict_record=tmp_path / "missing" / "notes.jsonl"))


def test_a_record_that_cannot_be_written_keeps_nobody_from_a_reply(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = tmp_path / "contradictions.jsonl"
    asked = assistant([OLD, NEW], AnsweringSettings(conflict_record=record))
    record.mkdir()
    assert asked.ask(QUESTION, as_of=DAY).refusal is not None
    assert "could not be recorded" in caplog.text
