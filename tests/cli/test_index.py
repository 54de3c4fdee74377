"""`ragcare index`: what it takes in, what it leaves out, and what it says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from typer.testing import Result

from ragcare.index.embedders import Role
from ragcare.index.embedders.hashed import HashEmbedder
from ragcare.index.hybrid import HybridIndex
from ragcare.index.vector import Vectors
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import Article

Run = Callable[..., Result]
Write = Callable[..., Path]

HOURS = {"id": "hours", "title": "Opening hours", "body": "We open at 9 in the morning.", "language": "en"}
RETURNS = {"id": "returns", "title": "Returns", "body": "Returning a parcel is free of charge.", "language": "en"}
BY_ANN = {"status": "validated", "validated_by": "Ann Lee", "validated_at": "2026-01-02"}


def articles_in(home: Path) -> dict[str, Article]:
    return {article.id: article for article in KnowledgeBase.load(home / "knowledge")}


def test_indexes_what_is_validated_and_counts_the_rest(run: Run, source: Path, tmp_path: Path) -> None:
    result = run("index", source, "-o", tmp_path / "aide", "--embedder", "hash", "--json")

    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["added"], report["updated"], report["unchanged"]) == (5, 0, 0)
    assert (report["articles"], report["validated"], report["drafts"]) == (5, 4, ["fr-retour"])
    assert report["passages"] == len(HybridIndex.load(tmp_path / "aide" / "index")) == 5
    assert report["embedder"] == "hash/256"
    assert report["started_anew"] is None


def test_without_json_stdout_stays_empty(run: Run, source: Path) -> None:
    result = run("index", source, "--embedder", "hash")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "5 added, 0 updated, 0 unchanged; now 4 validated, 1 draft, 0 retired" in result.stderr
    assert "1 draft: fr-retour. Mend: ragcare validate ARTICLE_ID --by NAME --index .ragcare" in result.stderr
    assert Path(".ragcare", "index", "CURRENT").is_file()


def test_only_what_changed_is_embedded_again(
    run: Run, write: Write, home: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    embed = HashEmbedder.embed

    def note(self: HashEmbedder, texts: Sequence[str], role: Role) -> Vectors:
        embedded.extend(texts)
        return embed(self, texts, role)

    monkeypatch.setattr(HashEmbedder, "embed", note)
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    rows[0]["body"] += " Elle est fermée le dimanche."
    source = write(source.name, *rows)

    report = json.loads(run("index", source, "-o", home, "--json").stdout)

    assert (report["added"], report["updated"], report["unchanged"]) == (0, 1, 4)
    text, title = embedded  # and nothing of the other articles
    assert "fermée le dimanche" in text
    assert title == rows[0]["title"]


def test_who_names_no_embedder_keeps_the_one_of_the_index(run: Run, home: Path, source: Path) -> None:
    report = json.loads(run("index", source, "-o", home, "--json").stdout)

    assert report["embedder"] == "hash/256"
    assert report["started_anew"] is None


def test_another_way_of_cutting_starts_anew_and_says_why(run: Run, home: Path, source: Path, tmp_path: Path) -> None:
    settings = tmp_path / "short.toml"
    settings.write_text('[passages]\nwords = 30\n[retrieval]\nembedder = "hash"\n')

    result = run("index", source, "-o", home, "--settings", settings, "--json")

    assert result.exit_code == 0
    assert "passages.words = 120" in json.loads(result.stdout)["started_anew"]
    assert "the index that stood does not fit" in result.stderr
    assert HybridIndex.load(home / "index").settings.passages.words == 30


def test_a_damaged_index_is_built_anew(run: Run, home: Path, source: Path) -> None:
    (damaged,) = (home / "index" / "generations").glob("*/passages.jsonl")
    damaged.write_bytes(damaged.read_bytes()[:-20])

    result = run("index", source, "-o", home, "--embedder", "hash", "--json")

    assert result.exit_code == 0
    assert "passages.jsonl" in json.loads(result.stdout)["started_anew"]
    assert len(HybridIndex.load(home / "index").articles) == 4


def test_all_drafts_is_an_error_that_shows_the_way_on(run: Run, write: Write, tmp_path: Path) -> None:
    home = tmp_path / "home"

    result = run("index", write("drafts.jsonl", HOURS, RETURNS), "-o", home, "--embedder", "hash")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "ragcare validate ARTICLE_ID --by NAME" in result.stderr
    assert "--assume-validated NAME" in result.stderr
    assert "hours, returns" in result.stderr
    # The way it shows leads on, with the embedder that was asked for.
    assert run("validate", "hours", "--by", "Ann Lee", "--index", home).exit_code == 0
    assert list(HybridIndex.load(home / "index").articles) == ["hours"]


def test_an_article_that_becomes_a_draft_is_said_no_more(run: Run, write: Write, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("index", write("a.jsonl", {**HOURS, **BY_ANN}), "-o", home, "--embedder", "hash")

    result = run("index", write("a.jsonl", {**HOURS, "body": "We open at 11."}), "-o", home)

    assert result.exit_code == 2
    assert not HybridIndex.load(home / "index").articles


def test_recorded_validations_are_kept(run: Run, write: Write, tmp_path: Path) -> None:
    home, source = tmp_path / "home", write("a.jsonl", HOURS, {**RETURNS, **BY_ANN})
    run("index", source, "-o", home, "--embedder", "hash")
    run("validate", "hours", "--by", "Claire", "--index", home)
    run("retire", "returns", "--by", "Claire", "--index", home)

    report = json.loads(run("index", source, "-o", home, "--json").stdout)

    assert report["unchanged"] == 2
    assert list(HybridIndex.load(home / "index").articles) == ["hours"]
    assert articles_in(home)["hours"].validated_by == "Claire"


@pytest.fixture
def next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on it is another day for what is assumed."""

    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return date(2040, 1, 1)

    monkeypatch.setattr("ragcare.knowledge.readers.reading.date", Tomorrow)
    monkeypatch.setattr("ragcare.cli.indexing.date", Tomorrow)


def test_what_is_assumed_makes_news_only_once(
    run: Run, write: Write, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    home, source = tmp_path / "home", write("a.jsonl", HOURS, {**RETURNS, "valid_until": "2050-01-01"})
    words = ("index", source, "-o", home, "--embedder", "hash", "--assume-validated", "Ann Lee", "--json")
    assert json.loads(run(*words).stdout)["validated"] == 2
    run("retire", "returns", "--by", "Claire", "--index", home)
    request.getfixturevalue("next_day")

    report = json.loads(run(*words).stdout)

    assert (report["updated"], report["unchanged"]) == (0, 2)
    assert articles_in(home)["returns"].status == "retired"


def test_what_is_assumed_never_replaces_what_was_decided(run: Run, write: Write, tmp_path: Path) -> None:
    home, source = tmp_path / "home", write("a.jsonl", HOURS)
    run("index", source, "-o", home, "--embedder", "hash")
    run("validate", "hours", "--by", "Claire", "--until", "2030-01-01", "--index", home)

    assert run("index", source, "-o", home, "--assume-validated", "Ann Lee").exit_code == 0

    assert articles_in(home)["hours"].validated_by == "Claire"
    assert articles_in(home)["hours"].valid_until == date(2030, 1, 1)


def test_a_new_last_day_is_taken_over_without_a_new_decision(run: Run, write: Write, tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = ("-o", home, "--embedder", "hash", "--assume-validated", "Ann Lee")
    run("index", write("a.jsonl", HOURS), *words)
    run("retire", "hours", "--by", "Claire", "--index", home)

    run("index", write("a.jsonl", {**HOURS, "valid_until": "2030-01-01"}), *words)

    assert articles_in(home)["hours"].status == "retired"
    assert articles_in(home)["hours"].valid_until == date(2030, 1, 1)


def test_bad_rows_stop_it_all_at_once(run: Run, write: Write, tmp_path: Path) -> None:
    bad = write("bad.jsonl", {**HOURS, **BY_ANN}, {"id": "x", "body": " "}, {"id": "y", "vald_until": "2026-01-01"})

    result = run("index", bad, "-o", tmp_path / "home", "--embedder", "hash")

    assert result.exit_code == 2
    assert f"{bad}:2" in result.stderr
    assert f"{bad}:3" in result.stderr
    assert "--skip-bad" in result.stderr
    assert not (tmp_path / "home" / "index").exists()


def test_bad_rows_can_be_skipped_and_are_told(run: Run, write: Write, tmp_path: Path) -> None:
    bad = write("bad.jsonl", {**HOURS, **BY_ANN}, {"id": "x", "body": " "})

    result = run("index", bad, "-o", tmp_path / "home", "--embedder", "hash", "--skip-bad", "--json")

    assert result.exit_code == 0
    (skipped,) = json.loads(result.stdout)["skipped"]
    assert (skipped["path"], skipped["line"]) == (str(bad), 2)
    assert f"skipped: {bad}:2" in result.stderr


def test_articles_of_another_source_stay(run: Run, write: Write, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("index", write("a.jsonl", {**HOURS, **BY_ANN}), "-o", home, "--embedder", "hash")

    result = run("index", write("b.jsonl", {**RETURNS, **BY_ANN}), "-o", home, "--json")

    assert json.loads(result.stdout)["not_in_source"] == ["hours"]
    assert "1 article not in this source: hours" in result.stderr
    assert len(HybridIndex.load(home / "index").articles) == 2


def test_a_knowledge_base_that_was_lost_leaves_nothing_behind_in_the_index(
    run: Run, write: Write, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    run("index", write("a.jsonl", {**HOURS, **BY_ANN}), "-o", home, "--embedder", "hash")
    (home / "knowledge").rename(tmp_path / "lost")

    run("index", write("b.jsonl", {**RETURNS, **BY_ANN}), "-o", home)

    assert list(HybridIndex.load(home / "index").articles) == ["returns"]


def test_the_folder_of_an_index_is_a_source(run: Run, home: Path, tmp_path: Path) -> None:
    run("validate", "fr-retour", "--by", "Claire", "--index", home)

    assert run("index", home, "-o", tmp_path / "copy", "--embedder", "hash").exit_code == 0

    assert HybridIndex.load(tmp_path / "copy" / "index").content() != ""
    assert set(HybridIndex.load(tmp_path / "copy" / "index").articles) == set(HybridIndex.load(home / "index").articles)


@pytest.mark.parametrize("folder", ["centre", "centre/index"])
def test_an_index_inside_its_source_is_refused(run: Run, tmp_path: Path, folder: str) -> None:
    (tmp_path / "centre").mkdir()
    (tmp_path / "centre" / "a.md").write_text("# Hours\n\nWe open at 9.\n")

    result = run("index", tmp_path / "centre", "-o", tmp_path / folder, "--embedder", "hash")

    assert result.exit_code == 2
    assert "would be read as articles" in result.stderr


def test_a_hidden_index_inside_its_source_is_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Hours\n\nWe open at 9.\n")
    words = ("index", ".", "--embedder", "hash", "--assume-validated", "Ann Lee", "--json")

    assert json.loads(run(*words).stdout)["added"] == 1
    assert json.loads(run(*words).stdout)["unchanged"] == 1


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere",), "nowhere does not exist"),
        (("centre.jsonl", "--embedder", "e6"), 'no embedder "e6"'),
        (("centre.jsonl", "--settings", "none.toml"), "no such settings file"),
        (("centre.jsonl", "--assume-validated", " "), "assume_validated is blank"),
        (("centre.jsonl", "-o", "centre.jsonl/x"), "centre.jsonl"),
    ],
)
def test_wrong_words_end_with_2_and_one_message(run: Run, words: tuple[str, ...], told: str) -> None:
    result = run("index", *words)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_a_misspelt_variable_is_refused(run: Run, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "RAGCARE_RETRIEVAL__EMBEDER", "hash")

    result = run("index", source)

    assert result.exit_code == 2
    assert "RAGCARE_RETRIEVAL__EMBEDER sets nothing" in result.stderr
