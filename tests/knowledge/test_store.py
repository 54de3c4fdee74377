"""The knowledge base on disk: the form of its files, and what is said when one of them is damaged."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ragcare.errors import BadFiles, BadInput, StoreBusy
from ragcare.knowledge import store as store_module
from ragcare.knowledge.article_file import folder_name, from_bytes, to_bytes
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.knowledge.store import ArticleStore
from ragcare.schema import Article

MONDAY = date(2026, 3, 9)
ODD = st.sampled_from(
    ["\r", "\n", "\r\n", "---", "\n---\n", "\x00", "\x85", "\u2028", "\ufeff", "\ufffe", "\x7f", "e\u0301"]
)
ANY_TEXT = st.lists(st.text(st.characters(exclude_categories=["Cs"])) | ODD, max_size=4).map("".join)
NON_BLANK = ANY_TEXT.filter(str.strip)
MAYBE_TEXT = st.none() | ANY_TEXT


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any article that pydantic lets through."""
    first, last = sorted((draw(st.dates()), draw(st.dates())))
    validated = draw(st.booleans())
    fields: dict[str, Any] = {
        "id": draw(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable() and text.strip())),
        "title": draw(ANY_TEXT),
        "body": draw(NON_BLANK),
        "questions": draw(st.lists(NON_BLANK, max_size=3)),
        "language": draw(st.sampled_from(["fr", "en", "und", "no"])),
        "kind": draw(st.sampled_from(["faq", "thread"])),
        "audience": draw(st.lists(NON_BLANK, min_size=1, max_size=3)),
        "tags": draw(st.lists(NON_BLANK, max_size=3)),
        "url": draw(MAYBE_TEXT),
        "owner": draw(MAYBE_TEXT),
        "version": draw(st.integers(1, 10**9)),
        "status": "validated" if validated else draw(st.sampled_from(["draft", "retired"])),
        "validated_by": draw(NON_BLANK) if validated else None,
        "validated_at": draw(st.dates()) if validated else None,
        "review_by": draw(st.none() | st.dates()),
        "valid_from": draw(st.sampled_from([None, first])),
        "valid_until": draw(st.sampled_from([None, last])),
    }
    try:
        return Article(**fields)
    except ValidationError:  # such as a text that is blank to pydantic but not to Python
        return Article(id="fallback", body="x")


# --- the form of an article --------------------------------------------------------------------------


@settings(deadline=None)
@given(articles())
@example(Article(id="a", body="\n\n---\nid: other\n---\n\r\n  ", title="no", tags=("1", "null", "---")))
def test_an_article_comes_back_letter_for_letter(article: Article) -> None:
    assert from_bytes(to_bytes(article)) == article


@settings(deadline=None)
@given(articles())
def test_the_front_matter_is_yaml(article: Article) -> None:
    front = to_bytes(article).decode().split("\n---\n")[0]
    assert yaml.safe_load(front) == article.model_dump(mode="json", exclude={"body"}, exclude_none=True)


def test_the_file_is_for_people_too() -> None:
    article = Article(
        id="refund", title="Être remboursé", body="# Délai\n\n5 jours.\n", language="fr", tags=("argent", "délai")
    )
    assert to_bytes(article).decode() == (
        '---\nid: "refund"\ntitle: "Être remboursé"\nquestions: []\nlanguage: "fr"\nkind: "article"\n'
        'audience: ["public"]\ntags: ["argent", "délai"]\nversion: 1\nstatus: "draft"\n---\n# Délai\n\n5 jours.\n'
    )


def test_what_is_no_article_file_is_refused() -> None:
    for data in (b"", b"---\nid: x", b"---\nid: x\n---\n", b'---\nid: "x"\nmood: "good"\n---\nbody', b"\xff"):
        with pytest.raises(ValueError):  # noqa: PT011 - pydantic's, json's or our own: the store gives it its words
            from_bytes(data)


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=200), min_size=2, max_size=2, unique=True))
@example(["faq-12", "FAQ-12"])
@example(["\u00e9", "e\u0301"])
@example(["con", "con~"])
@example(["a/b", "a\\b"])
@example(["x" * 199 + "y", "x" * 199 + "z"])
def test_a_folder_name_is_safe_everywhere_and_nobody_elses(ids: list[str]) -> None:
    names = [folder_name(article_id) for article_id in ids]
    folded = {unicodedata.normalize("NFC", name).casefold() for name in names}
    assert len(folded) == 2
    for name in names:
        assert name.isascii()
        assert len(name) <= 80
        assert not set(name) & set('/\\:*?"<>| .')
        assert name.split("~")[0] not in ("con", "nul", "com1", "lpt9") or "~" in name


def test_a_plain_id_is_its_own_folder() -> None:
    assert folder_name("refund-delay_2") == "refund-delay_2"
    assert folder_name("FAQ/Été 12").startswith("faq-ete-12~")
    assert folder_name("退款").startswith("article~")


@settings(deadline=None)
@given(articles())
def test_any_article_goes_through_the_folder(article: Article) -> None:
    with tempfile.TemporaryDirectory() as folder:
        KnowledgeBase.open(folder).add(article)
        assert list(KnowledgeBase.open(folder)) == [article.model_copy(update={"version": 1})]


# --- damage ------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    knowledge = KnowledgeBase.open(tmp_path)
    knowledge.merge([Article(id="a", body="Un."), Article(id="b", body="Deux."), Article(id="c", body="Trois.")])
    knowledge.update(Article(id="a", body="Un et demi."))
    return tmp_path


def test_the_log_has_a_line_for_each_change(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["action"], line["article"], line["version"]) for line in lines] == [
        ("add", "a", 1),
        ("add", "b", 1),
        ("add", "c", 1),
        ("update", "a", 2),
    ]
    file = folder / "articles" / "a" / "2.md"
    assert lines[-1]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_every_damaged_article_is_named(folder: Path) -> None:
    (folder / "articles" / "b" / "1.md").write_bytes(b"---\n---\nsomething else")
    (folder / "articles" / "c" / "1.md").unlink()
    with pytest.raises(BadFiles) as caught:
        KnowledgeBase.open(folder)
    assert [Path(problem.path).parent.name for problem in caught.value.problems] == ["b", "c"]
    assert "checksum" in str(caught.value)
    assert "No such file" in str(caught.value)
    assert "backup" in str(caught.value)


def test_a_damaged_old_version_is_told_of_when_it_is_asked_for(folder: Path) -> None:
    old = folder / "articles" / "a" / "1.md"
    old.write_bytes(old.read_bytes() + b"!")
    knowledge = KnowledgeBase.open(folder)
    assert knowledge.get("a").body == "Un et demi."
    for look in (lambda: knowledge.get("a", 1), lambda: knowledge.versions("a"), lambda: KnowledgeBase.load(folder)):
        with pytest.raises(BadFiles, match=r"1\.md"):
            look()


def test_a_file_in_the_place_of_another_is_found_out(folder: Path) -> None:
    def swapped(line: str) -> str:
        return line.replace('"article":"b"', '"article":"?"').replace('"article":"c"', '"article":"b"')

    log = folder / "log.jsonl"
    log.write_text(swapped(log.read_text("utf-8")).replace('"article":"?"', '"article":"c"'), "utf-8")
    for name, other in (("b", "c"), ("c", "b")):
        (folder / "articles" / name).rename(folder / "articles" / f"{other}-moved")
    for name in ("b", "c"):
        (folder / "articles" / f"{name}-moved").rename(folder / "articles" / name)
    with pytest.raises(BadFiles, match="the file holds version 1 of"):
        KnowledgeBase.open(folder)


@pytest.mark.parametrize(
    ("line", "damage"),
    [
        (2, lambda line: b"\0" * len(line)),
        (3, lambda line: line.replace(b'"version":1', b'"version":3')),
        (4, lambda line: line.replace(b'"version":2', b'"version":1')),
        (1, lambda _: b""),
    ],
)
def test_a_damaged_line_of_the_log_is_named(folder: Path, line: int, damage: Any) -> None:
    log = folder / "log.jsonl"
    lines = log.read_bytes().split(b"\n")
    lines[line - 1] = damage(lines[line - 1])
    log.write_bytes(b"\n".join(lines))
    with pytest.raises(BadFiles, match=rf"log\.jsonl:{line}: "):
        KnowledgeBase.open(folder)


def test_a_log_that_was_cut_behind_its_reader_is_told_of(folder: Path) -> None:
    knowledge = KnowledgeBase.open(folder)
    log = folder / "log.jsonl"
    log.write_bytes(log.read_bytes()[:50])
    with pytest.raises(BadFiles, match="cut after it had been read"):
        knowledge.retire("a")
    assert knowledge.get("a").status == "draft"


def test_what_could_not_be_taken_in_is_taken_in_once_it_is_mended(folder: Path) -> None:
    first, second = KnowledgeBase.open(folder), KnowledgeBase.open(folder)
    first.add(Article(id="d", body="Quatre."))
    file = folder / "articles" / "d" / "1.md"
    whole = file.read_bytes()
    file.write_bytes(b"")
    with pytest.raises(BadFiles, match=r"1\.md"):
        second.retire("a")
    file.write_bytes(whole)
    second.retire("a")
    assert list(second) == list(KnowledgeBase.open(folder))


def test_an_article_without_its_line_does_not_exist(folder: Path) -> None:
    for name in ("a/3.md", "b/1.md.partial", "d/1.md"):
        path = folder / "articles" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left behind by a writer that was killed")
    knowledge = KnowledgeBase.open(folder)
    assert [article.id for article in knowledge] == ["a", "b", "c"]
    assert knowledge.update(Article(id="a", body="Trois.")).version == 3
    assert knowledge.add(Article(id="d", body="Quatre.")).version == 1
    assert len(KnowledgeBase.open(folder).versions("a")) == 3


def test_a_torn_last_line_is_not_read_and_is_cut_by_the_next_write(tmp_path: Path) -> None:
    knowledge = KnowledgeBase.open(tmp_path)
    knowledge.add(Article(id="a", body="Un."))
    log = tmp_path / "log.jsonl"
    before = log.read_bytes()
    knowledge.add(Article(id="b" * 150, body="Deux."))
    torn = log.read_bytes()[len(before) : -1]
    for length in (*range(0, len(torn), 9), len(torn)):  # up to the line that lacks nothing but its end
        log.write_bytes(before + torn[:length])
        reopened = KnowledgeBase.open(tmp_path)
        assert [article.id for article in reopened] == ["a"]
        reopened.add(Article(id="c", body="Trois."))  # a shorter line than the torn one
        assert len(log.read_bytes().splitlines()) == 2
        assert [article.id for article in KnowledgeBase.open(tmp_path)] == ["a", "c"]


# --- whose folder it is, and who may write -----------------------------------------------------------


def test_a_source_is_not_taken_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    with pytest.raises(BadInput, match=r"no log\.jsonl.*load\(\)"):
        KnowledgeBase.open(tmp_path)
    assert not ArticleStore.is_at(tmp_path)


def test_a_store_whose_making_was_cut_short_is_made(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").touch()
    KnowledgeBase.open(tmp_path).add(Article(id="a", body="Un."))
    assert ArticleStore.is_at(tmp_path)


def test_reading_needs_no_right_to_write(folder: Path) -> None:
    paths = [folder, *folder.rglob("*")]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    before = {path: path.stat().st_mtime_ns for path in paths}
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert len(KnowledgeBase.open(folder)) == len(KnowledgeBase.load(folder)) == 3
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before  # even for root


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PATIENCE_S", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_busy_store_says_who_is_writing_what(folder: Path) -> None:
    knowledge = KnowledgeBase.open(folder)
    with (
        ArticleStore(folder).writing("merge 10000 articles"),
        pytest.raises(StoreBusy, match=rf"process {os.getpid()} on .*\(merge 10000 articles, since 2.*again"),
    ):
        knowledge.retire("a")
    assert knowledge.retire("a").status == "retired"


@pytest.mark.usefixtures("impatient")
def test_a_busy_store_can_be_read(folder: Path) -> None:
    knowledge = KnowledgeBase.open(folder)
    with ArticleStore(folder).writing("something long"):
        knowledge.refresh()
        assert list(KnowledgeBase.open(folder)) == list(knowledge)


@pytest.mark.usefixtures("impatient")
def test_a_busy_store_is_told_of_even_if_nobody_signed(folder: Path) -> None:
    knowledge = KnowledgeBase.open(folder)
    with ArticleStore(folder).writing("x"):
        (folder / "writer.json").unlink()
        with pytest.raises(StoreBusy, match="another process is writing"):
            knowledge.retire("a")


def test_an_error_inside_a_change_gives_the_lock_back(folder: Path) -> None:
    first, second = KnowledgeBase.open(folder), KnowledgeBase.open(folder)
    with pytest.raises(BadInput):
        first.add(Article(id="a", body="Un."))
    assert second.retire("a").version == 3


def test_the_second_writer_goes_on_from_the_first(folder: Path) -> None:
    first, second = KnowledgeBase.open(folder), KnowledgeBase.open(folder)
    first.add(Article(id="d", body="Quatre."))
    first.update(Article(id="a", body="Deux."))
    assert second.update(Article(id="a", body="Trois.")).version == 4
    with pytest.raises(BadInput, match="there already"):
        second.add(Article(id="d", body="Quatre bis."))
    first.refresh()
    assert list(first) == list(second)
    assert [article.body for article in first.versions("a")] == ["Un.", "Un et demi.", "Deux.", "Trois."]
