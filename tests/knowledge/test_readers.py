"""What all formats share: folders, ids, fields, the review, the Documents of llama-index, the real corpora."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ragcare.errors import BadInput
from ragcare.knowledge.readers import ReadArticles, articles_from_documents, read_articles

DATA = Path(os.environ.get("RAGCARE_DATA", Path(__file__).parents[2] / "../shared/data"))
CORPORA = [
    "banking77_oos_en/corpus.jsonl",
    "clinc150_en/corpus.jsonl",
    "covidfaq_en/corpus.jsonl",
    "covidfaq_fr/corpus.jsonl",
    "covidfaq_fr/corpus_en_parallel.jsonl",
    "doc2dial_en/corpus.jsonl",
    "hint3_curekart_en/corpus.jsonl",
    "piaf_fr/corpus.jsonl",
    "spf_fr/corpus.jsonl",
    "spf_fr/corpus_distractors.jsonl",
    "squad2_en/corpus.jsonl",
]


def read(folder: Path, name: str, content: str | bytes, **options: Any) -> ReadArticles:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_articles(path, **options)


def only_problem(reading: ReadArticles) -> str:
    assert reading.articles == ()
    assert len(reading.problems) == 1, reading.problems
    return str(reading.problems[0])


def test_a_folder_is_read_in_order_and_ids_are_paths(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.md", "a/b.txt", "A.HTML"):
        read(tmp_path, name, "Vous pouvez annuler la commande dans votre espace.")
    reading = read_articles(tmp_path)
    assert reading.problems == ()
    assert [article.id for article in reading.articles] == ["A", "a/b", "a/z", "b"]
    assert read_articles(str(tmp_path)) == reading


def test_hidden_files_folders_and_locks_are_skipped(tmp_path: Path) -> None:
    for name in (".hidden.md", ".git/a.md", "~$lock.docx", "a.png", "b.doc"):
        read(tmp_path, name, "text")
    assert read_articles(tmp_path) == ((), ())


def test_a_type_that_is_not_read_is_a_problem_only_if_named(tmp_path: Path) -> None:
    assert "type that is not read (.png)" in only_problem(read(tmp_path, "a.png", "text"))
    assert "no suffix" in only_problem(read(tmp_path, "LICENSE", "text"))


@pytest.mark.parametrize("source", ["nowhere", "nul\0", "x" * 5_000])
def test_a_missing_source_is_told_with_its_mend(source: str) -> None:
    with pytest.raises(BadInput, match="give the path"):
        read_articles(source)


def test_a_broken_link_is_a_problem_and_a_loop_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert "gone.md: cannot be opened" in only_problem(read_articles(tmp_path))


def test_a_bar_goes_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read(tmp_path, "a.txt", "Some words.")
    assert len(read_articles(tmp_path, progress=True).articles) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading" in err


def test_the_second_article_of_an_id_is_a_problem_that_names_both_places(tmp_path: Path) -> None:
    read(tmp_path, "a.md", "First.")
    read(tmp_path, "b.jsonl", '\n{"id": "a", "body": "Second."}')
    reading = read_articles(tmp_path)
    assert [article.body for article in reading.articles] == ["First."]
    (problem,) = reading.problems
    assert f"{tmp_path}/b.jsonl:2: the id 'a' is already taken by {tmp_path}/a.md:1." in str(problem)


def test_text_is_normalised_and_otherwise_left_alone(tmp_path: Path) -> None:
    (article,) = read(
        tmp_path, "a.txt", "\ufeffe\u0301te\u0301\r\nun\x00 deux\x07\ttrois  \r\n  « quatre » ﬁn\n"
    ).articles
    assert article.body == "été\nun deux\ttrois  \n  « quatre » ﬁn\n"
    assert article.title == "A"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vous pouvez annuler la commande depuis la page de votre compte client.", "fr"),
        ("You can cancel your order at any time from the orders page of your account.", "en"),
    ],
)
def test_the_language_is_detected_where_none_is_given(tmp_path: Path, text: str, language: str) -> None:
    (article,) = read(tmp_path, "a.txt", text).articles
    assert article.language == language


# --- the review --------------------------------------------------------------------------------------


def test_without_a_status_an_article_is_a_draft_unless_somebody_answers_for_it(tmp_path: Path) -> None:
    day = date(2026, 3, 1)
    (draft,) = read(tmp_path, "a.txt", "Some words.").articles
    assert draft.status == "draft"
    (article,) = read(tmp_path, "a.txt", "Some words.", assume_validated="Ana", on=day).articles
    assert (article.status, article.validated_by, article.validated_at) == ("validated", "Ana", day)
    (today,) = read(tmp_path, "a.txt", "Some words.", assume_validated="Ana").articles
    assert today.validated_at is not None


def test_an_explicit_status_and_a_whole_review_are_kept(tmp_path: Path) -> None:
    rows = (
        '{"id": "1", "body": "b", "status": "retired"}\n'
        '{"id": "2", "body": "b", "review": '
        '{"status": "validated", "validated_by": "Marc", "validated_at": "2025-01-02"}}\n'
        '{"id": "3", "body": "b", "validated_by": "Marc", "validated_at": "2025-01-02T09:00:00Z"}\n'
        '{"id": "4", "body": "b", "validated_by": "Marc"}'
    )
    articles = read(tmp_path, "a.jsonl", rows, assume_validated="Ana", on=date(2026, 3, 1)).articles
    assert [article.status for article in articles] == ["retired", "validated", "validated", "validated"]
    assert [article.validated_by for article in articles] == [None, "Marc", "Marc", "Ana"]
    assert [str(article.validated_at) for article in articles[1:]] == ["2025-01-02", "2025-01-02", "2026-03-01"]


def test_nobody_cannot_answer_for_articles(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="assume_validated is blank"):
        read_articles(tmp_path, assume_validated=" ")


def test_a_blank_audience_never_becomes_public(tmp_path: Path) -> None:
    for value in ("null", '""', "[]", '["", " "]', '" | "'):
        reading = read(tmp_path, "a.jsonl", f'{{"id": "1", "body": "b", "audience": {value}}}')
        assert "audience is given but names nobody" in only_problem(reading)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ('"kind": "guide"', "kind is 'guide'. Mend: write one of 'faq', 'article'"),
        ('"status": "validated"', "a validated article needs validated_by"),
        (
            '"valid_until": "31/12/2026"',
            "valid_until is '31/12/2026', which is not a day. Mend: write it as 2026-03-31",
        ),
        ('"language": "français"', "language is 'français'. Mend: write a language as its ISO code"),
        ('"title": ["x"]', "title is ['x'], which is not text"),
        ('"questions": [1]', "questions (item 1) is 1, which is not text"),
        ('"version": 0', "version is 0, which does not count a version"),
        ('"valid_untill": "2026-01-01"', "the field 'valid_untill' is not known. Mend: did you mean valid_until?"),
        ('"zzz": 1', "the field 'zzz' is not known. Mend: take it out, or use one of: id, title, body"),
        ('"text": "again"', "body is given twice (body and text)"),
        ('"review": {"validated_bye": "Ana"}', "'review.validated_bye' is not known. Mend: did you mean validated_by?"),
        ('"review": {"title": "x"}', "the field 'review.title' is not known"),
        ('"valid_from": "2026-02-01", "valid_until": "2026-01-01"', "valid_from 2026-02-01 is after valid_until"),
    ],
)
def test_what_is_wrong_is_one_plain_sentence_with_line_and_mend(tmp_path: Path, field: str, sentence: str) -> None:
    problem = only_problem(read(tmp_path, "a.jsonl", f'{{"id": "1", "body": "b", {field}}}'))
    assert problem.startswith(f"{tmp_path}/a.jsonl:1: ")
    assert sentence in problem


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    reading = read(tmp_path, "a.jsonl", '{"kind": "guide", "zzz": 1}')
    assert len(reading.problems) == 3


def test_names_of_fields_are_forgiving_and_domains_become_tags(tmp_path: Path) -> None:
    row = '{"ID": 7, "Réponse": "b", "Valid until": "2026-01-01", "lang": "fr-CA", "domain": "dmv", "tags": "a|b| "}'
    (article,) = read(tmp_path, "a.jsonl", row).articles
    assert (article.id, article.body, article.language) == ("7", "b", "fr")
    assert article.valid_until == date(2026, 1, 1)
    assert article.tags == ("dmv", "a", "b")


# --- Documents ---------------------------------------------------------------------------------------


class Document:
    def __init__(self, text: Any, id_: str = "d1", **metadata: Any) -> None:
        self.text, self.id_, self.metadata = text, id_, metadata


def test_documents_are_read_by_their_shape() -> None:
    document = Document("Words.", title="T", language="en", tags=("a", "b"), review={"status": "retired"}, file_size=9)
    (article,) = articles_from_documents([document]).articles
    assert (article.id, article.title, article.body, article.status) == ("d1", "T", "Words.", "retired")
    assert article.tags == ("a", "b")


def test_a_misspelt_guard_in_metadata_is_a_problem() -> None:
    reading = articles_from_documents([Document("Words.", audiance=["segment:business"])])
    assert "document d1: the field 'audiance' is not known. Mend: did you mean audience?" in only_problem(reading)


@pytest.mark.parametrize("odd", [object(), Document(None), Document(12), Document("")])
def test_an_odd_document_is_a_problem(odd: object) -> None:
    assert only_problem(articles_from_documents([odd]))


def test_real_documents_of_llama_index() -> None:
    core = pytest.importorskip("llama_index.core")
    documents = [
        core.Document(text="Words of one.", metadata={"file_name": "refunds.md", "language": "en"}, id_="x"),
        core.Document(text="Words of another.", id_="x"),
    ]
    reading = articles_from_documents(documents, assume_validated="Ana")
    assert [(article.id, article.title, article.status) for article in reading.articles] == [
        ("x", "refunds", "validated")
    ]
    assert "already taken by document x" in str(reading.problems[0])


# --- the real thing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_corpora_are_read_without_a_problem(corpus: str) -> None:
    path = DATA / corpus
    if not path.is_file():
        pytest.skip(f"the corpora are not here ({path}): set RAGCARE_DATA to the folder of the suites")
    reading = read_articles(path, assume_validated="the suite")
    assert reading.problems == ()
    assert len(reading.articles) == len(path.read_text(encoding="utf-8").splitlines())
    assert all(article.status == "validated" and len(article.language) == 2 for article in reading.articles)


def test_to_import_the_readers_loads_none_of_their_libraries() -> None:
    heavy = {"bs4", "markdownify", "lxml", "pypdf", "mammoth", "yaml", "llama_index"}
    code = f"import sys; import ragcare.knowledge.readers; print(*({heavy!r} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == []
