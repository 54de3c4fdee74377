"""`ragcare check`, `doctor`, `schema`, `demo`, and the help of each verb."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from typer.testing import Result

from ragcare.evaluation.questions import QuestionSet
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import Article, Reply
from ragcare.settings import Settings

Run = Callable[..., Result]
Write = Callable[..., Path]

DEMO = Path(__file__).parents[2] / "evals" / "demo"
VERBS = (
    *("demo", "index", "ask", "chat", "search", "suggest", "check"),
    *("eval", "compare", "tune"),
    *("validate", "retire", "schema", "doctor"),
)


# --- check -------------------------------------------------------------------------------------------


def test_an_expired_article_is_an_error(run: Run, source: Path) -> None:
    result = run("check", source, "--on", "2026-06-01", "--json")

    assert result.exit_code == 1
    document = json.loads(result.stdout)
    found = {(row["severity"], row.get("code"), row["where"]) for row in document["findings"]}
    assert ("error", "expired", "en-winter") in found
    assert ("warning", "draft", "fr-retour") in found
    assert document["errors"] == sum(row["severity"] == "error" for row in document["findings"])
    assert all(row["what"] and row["mend"] for row in document["findings"])


def test_the_day_decides(run: Run, source: Path) -> None:
    result = run("check", source, "--on", "2025-01-01")

    assert result.exit_code == 0
    assert "warning fr-retour: it waits as a draft" in result.stdout
    assert "0 errors" in result.stderr


def test_what_many_articles_share_is_told_of_the_first_and_counted(run: Run, write: Write) -> None:
    rows = [
        {"id": f"a{at}", "title": f"Matter {at}", "body": f"Number {at} is open.", "language": "en"} for at in range(9)
    ]
    unowned = write("many.jsonl", *rows)
    lines = run("check", unowned, "--assume-validated", "Ann Lee").stdout.splitlines()
    assert [line for line in lines if "nobody owns it" in line] == [
        f"info    a{at}: nobody owns it. Mend: name in owner who keeps it right" for at in range(3)
    ]
    assert any('6 more "no_owner", articles a3, a4, a5, a6, a7, a8' in line for line in lines)
    told = json.loads(run("check", unowned, "--assume-validated", "Ann Lee", "--json").stdout)["findings"]
    assert sum(row["code"] == "no_owner" for row in told) == len(rows)


def test_who_vouches_for_all_of_a_source_is_told_of_no_draft(run: Run, write: Write) -> None:
    drafts = write("drafts.jsonl", {"id": "a", "title": "Returns", "body": "Within 14 days.", "language": "en"})
    waiting, vouched = (run("check", drafts, *more).stdout for more in ((), ("--assume-validated", "Ann Lee")))
    assert "it waits as a draft" in waiting
    assert "it waits as a draft" not in vouched


def test_unreadable_rows_are_findings(run: Run, write: Write) -> None:
    bad = write("bad.jsonl", {"id": "a", "body": "Fine.", "language": "en"}, {"id": "b"})

    result = run("check", bad)

    assert result.exit_code == 1
    assert f"error   {bad}:2" in result.stdout


def test_the_folder_of_an_index_is_checked_as_its_knowledge_base(run: Run, home: Path) -> None:
    for path in (home, home / "knowledge"):
        rows = json.loads(run("check", path, "--on", "2026-06-01", "--json").stdout)["findings"]
        assert ("en-winter", "expired") in {(row["article_id"], row["code"]) for row in rows}


def test_a_damaged_knowledge_base_is_a_finding(run: Run, home: Path) -> None:
    for file in (home / "knowledge").rglob("1.md"):
        file.write_text("not what was written")

    result = run("check", home)

    assert result.exit_code == 1
    assert "checksum" in result.stdout


def test_the_demo_suite_is_right(run: Run) -> None:
    result = run("check", DEMO, "--json")

    assert (result.exit_code, json.loads(result.stdout)["kind"]) == (0, "suite"), result.stdout


def test_a_suite_with_a_bad_row(run: Run, write: Write, source: Path, tmp_path: Path) -> None:
    source.rename(tmp_path / "corpus.jsonl")
    right = {"id": "q1", "question": "Bonjour ?", "lang": "fr", "answerable": False, "expects": "refuse"}
    write("questions.jsonl", right, {**right, "id": "q2", "expects": "anwser"})

    for path in (tmp_path, tmp_path / "questions.jsonl"):
        result = run("check", path)
        assert result.exit_code == 1
        assert "questions.jsonl:2" in result.stdout


def test_of_many_unreadable_files_of_a_suite_the_last_are_named(run: Run, write: Write, tmp_path: Path) -> None:
    write("questions.jsonl", {"id": "q", "question": "How?", "lang": "en", "answerable": False, "expects": "refuse"})
    (tmp_path / "articles").mkdir()
    for number in range(30):
        page = tmp_path / "articles" / f"{number:02}.html"
        page.write_text('<meta charset="utf-7"><p>How to return', encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 1
    last = result.stdout.splitlines()[-1]
    assert last.startswith(f'error   {tmp_path}: 10 more "unreadable", files ')
    assert "20.html" in last


def test_a_folder_without_articles_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "readme.rst").write_text("Nothing that is read.", encoding="utf-8")

    result = run("check", tmp_path)

    assert result.exit_code == 1
    assert result.stdout == f"error   {tmp_path}: holds no article. Mend: name the file or folder of your articles\n"


def test_nothing_there_to_check(run: Run) -> None:
    result = run("check", "nowhere")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere does not exist" in result.stderr


# --- doctor ------------------------------------------------------------------------------------------


def findings_of(result: Result) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"ok": [], "warning": [], "wrong": []}
    for row in json.loads(result.stdout)["findings"]:
        found[row["level"]].append(f"{row['what']} | {row['mend']}")
    return found


def test_doctor_of_a_sound_index(run: Run, home: Path) -> None:
    result = run("doctor", "--index", home, "--json")

    assert result.exit_code == 0, result.stdout
    document = json.loads(result.stdout)
    assert (document["index"]["articles"], document["index"]["passages"]) == (4, 5)
    assert document["index"]["embedder"] == "hash/256"
    assert document["index"]["analysers"].keys() == {"en", "fr"}
    found = findings_of(result)
    assert any("sound" in row for row in found["ok"])
    assert any("1 draft" in row and "ragcare validate" in row for row in found["warning"])
    assert any("expired: en-winter" in row for row in found["warning"])
    assert any("fitted under another fingerprint" in row for row in found["warning"])


def test_doctor_of_settings_whose_calibration_is_stale(run: Run, home: Path, tmp_path: Path) -> None:
    settings = tmp_path / "care.toml"
    settings.write_text("[retrieval]\nk1 = 1.5\n")
    as_built = json.loads(run("doctor", "--index", home, "--json").stdout)
    result = run("doctor", "--index", home, "--settings", settings, "--json")
    told = json.loads(result.stdout)
    assert told["index"]["fingerprint"] not in (told["index"]["calibration"], as_built["index"]["fingerprint"])
    assert any("under another fingerprint" in row for row in findings_of(result)["warning"])


def test_doctor_of_a_calibration_that_is_not_there(run: Run, home: Path, tmp_path: Path) -> None:
    settings = tmp_path / "care.toml"
    settings.write_text('[policy]\ncalibration = "nowhere.json"\n')
    result = run("doctor", "--index", home, "--settings", settings)
    assert result.exit_code == 1
    assert "no calibration" in result.stdout


def test_doctor_tries_the_channel_of_handoffs(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "desk.toml"
    settings.write_text('[handoff]\nchannel = "webhook:https://care.example/handoffs"\n', encoding="utf-8")
    monkeypatch.delenv("HANDOFF_WEBHOOK_SECRET", raising=False)
    assert "HANDOFF_WEBHOOK_SECRET" in run("doctor", "--settings", settings).stdout
    monkeypatch.setenv("HANDOFF_WEBHOOK_SECRET", "s" * 32)
    assert "the channel of handoffs has all that it needs" in run("doctor", "--settings", settings).stdout


def test_doctor_in_words(run: Run, home: Path) -> None:
    result = run("doctor", "--index", home)

    assert result.exit_code == 0
    assert result.stdout.startswith("ragcare ")
    assert 'ok       embedder "hash": hash/256' in result.stdout
    assert "fingerprint" in result.stdout


def test_doctor_finds_a_damaged_file(run: Run, home: Path) -> None:
    (file,) = (home / "index" / "generations").glob("*/vectors.faiss")
    file.write_bytes(b"")

    result = run("doctor", "--index", home, "--json")

    assert result.exit_code == 1
    (wrong,) = findings_of(result)["wrong"]
    assert "vectors.faiss" in wrong
    assert "build the index again" in wrong


def test_doctor_finds_an_index_that_is_behind(run: Run, home: Path) -> None:
    KnowledgeBase.open(home / "knowledge").retire("en-delivery", by="somebody who was killed")

    result = run("doctor", "--index", home, "--json")

    assert result.exit_code == 1
    assert findings_of(result)["wrong"] == [f"the index is behind the knowledge base | ragcare index SOURCE -o {home}"]


def test_doctor_without_an_index(run: Run) -> None:
    assert run("doctor", "--json").exit_code == 0
    named = run("doctor", "--index", "nowhere", "--json")

    assert named.exit_code == 1
    assert len(findings_of(named)["wrong"]) == 2


def test_doctor_reads_the_settings_without_an_index_too(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "nowhere.toml"
    for index in ((), ("--index", "nowhere")):
        named = run("doctor", "--settings", nowhere, *index, "--json")
        assert named.exit_code == 1
        (wrong,) = [row for row in findings_of(named)["wrong"] if "nowhere.toml" in row]
        assert "no such settings file" in wrong
    monkeypatch.setenv("RAGCARE_RETRIEVAL__K", "many")
    assert any("RAGCARE_RETRIEVAL__K" in row for row in findings_of(run("doctor", "--json"))["wrong"])


def test_doctor_tells_packages_and_extras_apart(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["pydantic>=2", "no-such-package>1", 'also-missing>=5; extra == "local"', 'typer; extra == "server"']
    monkeypatch.setattr("ragcare.cli.diagnosing.requires", lambda _: wanted)

    result = run("doctor", "--json")

    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["packages"]["no-such-package"] is None
    assert document["extras"] == {"local": False, "server": True}
    assert findings_of(result)["wrong"] == ["packages are missing: no-such-package | pip install no-such-package"]


# --- schema ------------------------------------------------------------------------------------------


def test_what_goes_out_keeps_to_the_schema(run: Run, home: Path, sure: Path) -> None:
    document = json.loads(run("schema").stdout)
    Draft202012Validator.check_schema(document)

    def holds(name: str, instance: Any) -> None:
        Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": document["$defs"]}).validate(instance)

    for question in ("Quels sont les horaires de la boutique ?", "Un conseiller, vite !", "zzz"):
        reply = json.loads(run("ask", question, "--index", home, "--settings", sure, "--json").stdout)
        holds("Reply", reply)
        holds("Question", reply["question"])
        holds("Decision", reply["decision"])
        if reply["handoff"] is not None:
            holds("Handoff", reply["handoff"])
    holds("Article", Article(id="a", body="Text.").model_dump(mode="json"))
    holds("Settings", Settings().model_dump(mode="json"))
    with pytest.raises(ValidationError):
        holds("Article", {"id": "a", "body": "Text.", "vald_until": "2026-01-01"})


def test_every_record_that_crosses_a_border_is_there(run: Run) -> None:
    defined = json.loads(run("schema", "--json").stdout)["$defs"]

    assert defined.keys() >= {
        *("Article", "Question", "Answer", "Refusal", "Decision", "Handoff"),
        *("Citation", "Reply", "Turn", "Asker", "Settings", "LabelledQuestion"),
    }


def test_one_record_by_itself(run: Run) -> None:
    schema = json.loads(run("schema", "Turn").stdout)

    Draft202012Validator(schema).validate({"role": "customer", "text": "Bonjour"})
    with pytest.raises(ValidationError):
        Draft202012Validator(schema).validate({"role": "robot", "text": "Bonjour"})


def test_an_unknown_record(run: Run) -> None:
    result = run("schema", "Anwser")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Answer" in result.stderr


# --- demo --------------------------------------------------------------------------------------------


def test_the_demo_asks_in_both_languages(run: Run) -> None:
    result = run("demo", "--embedder", "hash", "--json")

    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    replies = [Reply.model_validate(row["reply"]) for row in document["replies"]]
    assert {reply.question.language for reply in replies} == {"fr", "en"}
    assert {str(reply.question.as_of) for reply in replies} == {document["as_of"]}
    labelled = {row.question: row for row in QuestionSet.load(DEMO).questions}
    rows = [labelled[reply.question.text] for reply in replies]
    assert {row.split for row in rows} == {"dev"}
    for language in ("fr", "en"):
        assert {row.expects for row in rows if row.lang == language} == {"answer", "clarify", "refuse", "escalate"}
        assert {"expired", "out_of_scope"} <= {row.reason for row in rows if row.lang == language}


def test_the_demo_shows_with_the_default_model_what_it_is_there_to_show(run: Run) -> None:
    result = run("demo", "--json")

    assert result.exit_code == 0, result.stderr
    labelled = {row.question: row for row in QuestionSet.load(DEMO).questions}
    for row in json.loads(result.stdout)["replies"]:
        reply = Reply.model_validate(row["reply"])
        expected = labelled[reply.question.text]
        assert reply.decision.action == expected.expects, expected.question
        if expected.expects == "answer":
            assert {citation.article_id for citation in reply.citations} <= set(expected.relevant_ids)
            assert any(answer in reply.text for answer in expected.answers)
        assert not reply.trace.calibration_is_stale


def test_the_demo_in_words(run: Run) -> None:
    result = run("demo", "--embedder", "hash")

    assert result.exit_code == 0
    assert "› Ma carte SIM est bloquée, où trouver mon code PUK ?" in result.stdout
    assert "Go on:" in result.stderr
    assert "ragcare ask" in result.stderr


# --- help --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_examples(run: Run, verb: str) -> None:
    result = run(verb, "--help")

    assert result.exit_code == 0
    assert f"ragcare {verb}" in result.stdout.partition("Examples:")[2]
    assert "--json" in result.stdout


def test_help_names_every_verb(run: Run) -> None:
    shown = run("--help").stdout

    assert all(f"\n  {verb}" in shown for verb in VERBS)
    assert "..." not in shown.partition("Commands:")[2]


@pytest.mark.parametrize("words", [(), ("indx",), ("--no-such-option",)])
def test_wrong_use_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_version(run: Run) -> None:
    assert run("--version").stdout.startswith("ragcare ")
    assert json.loads(run("--version", "--json").stdout).keys() == {"ragcare"}
