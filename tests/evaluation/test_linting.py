from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.questions.findings import SuiteFinding
from ragcare.evaluation.questions.linting import check_questions, check_suite
from ragcare.evaluation.questions.near_copies import near_copies

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("RAGCARE_DATA", ROOT / "../shared/data"))
DEMO = ROOT / "evals/demo"
TEXT = "Vous pouvez renvoyer votre commande dans un délai de 14 jours après la livraison."
OURS = (
    "banking77_oos_en",
    "clinc150_en",
    "covidfaq_en",
    "covidfaq_fr",
    "doc2dial_en",
    "hint3_curekart_en",
    "piaf_fr",
    "spf_fr",
    "squad2_en",
)


def row(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": "q1",
        "question": "Quel est le délai de retour ?",
        "lang": "fr",
        "answerable": True,
        "relevant_ids": ["a"],
        "answers": ["14 jours"],
        "expects": "answer",
        "split": "dev",
        "kind": "plain",
    }
    return fields | changes


def refusal(**changes: Any) -> dict[str, Any]:
    return row(expects="refuse", answerable=False, relevant_ids=[], answers=[]) | changes


def suite(folder: Path, *rows: dict[str, Any], **corpus: Any) -> Path:
    article = {"id": "a", "title": "Retours", "text": TEXT, "lang": "fr", "url": ""} | corpus
    (folder / "corpus.jsonl").write_text(json.dumps(article) + "\n", encoding="utf-8")
    (folder / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return folder


def told(folder: Path) -> list[tuple[int | None, str, str]]:
    return [(found.line, found.severity, found.code) for found in check_suite(folder)]


def test_a_sound_suite_has_no_problem(tmp_path: Path) -> None:
    conflict = refusal(id="q2", question="Et le prix ?", kind="conflict", relevant_ids=["a"])
    assert told(suite(tmp_path, row(), conflict)) == []


SAME = "Quel est le delai de RETOUR"
NEAR = "Quel est le délai du retour ?"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(), row(question="Combien de jours ?")], (2, "error", "duplicate_id")),
        ([row(), refusal(id="q2")], (2, "error", "contradicted_copy")),
        ([row(), refusal(id="q2", question=SAME, split="test")], (2, "error", "contradicted_copy")),
        ([row(), row(id="q2", question=SAME, split="test")], (2, "error", "copy_across_splits")),
        ([row(), row(id="q2", question=SAME)], (2, "note", "asked_twice")),
        ([row(), row(id="q2", question=NEAR, split="test")], (2, "note", "near_copy_across_splits")),
        ([row(relevant_ids=["a", "b"])], (1, "error", "unknown_id")),
        ([row(near_ids=["c"])], (1, "error", "unknown_id")),
        ([row(near_ids=["a"])], (1, "error", "contradiction")),
        ([row(relevant_ids=[])], (1, "error", "missing_gold")),
        ([row(expects="clarify", relevant_ids=[])], (1, "error", "missing_gold")),
        ([row(answerable=False)], (1, "error", "contradiction")),
        ([refusal(relevant_ids=["a"])], (1, "error", "contradiction")),
        ([refusal(answers=["14 jours"])], (1, "error", "contradiction")),
        ([refusal(reason="anger")], (1, "error", "contradiction")),
        ([row(answers=[" "])], (1, "error", "blank_answer")),
        ([row(answers=["30 jours"])], (1, "note", "answer_not_in_article")),
        ([row(answers=[])], (None, "note", "no_answers")),
        ([row(question="retours")], (1, "note", "same_as_title")),
        ([row(question="Renvoyer votre commande dans un délai ?")], (1, "note", "leak")),
        (
            [row(question="How many days do I have to send my order back to you?")],
            (1, "note", "other_language"),
        ),
    ],
)
def test_what_may_be_wrong_is_told(
    tmp_path: Path, rows: list[dict[str, Any]], expected: tuple[int | None, str, str]
) -> None:
    assert told(suite(tmp_path, *rows)) == [expected]


@pytest.mark.parametrize(
    "other",
    [
        {"question": "Quel est le prix du retour ?", "split": "test"},
        {"question": NEAR},
        {"asker": ["segment:business"]},
        {"history": [{"role": "user", "text": "Bonjour"}]},
        {"as_of": "2025-01-01"},
        {
            "expects": "refuse",
            "answerable": False,
            "relevant_ids": [],
            "answers": [],
            "question": NEAR,
            "split": "test",
        },
    ],
)
def test_what_only_looks_like_a_copy_is_not_told(tmp_path: Path, other: dict[str, Any]) -> None:
    assert told(suite(tmp_path, row(), row(id="q2") | other)) == []


def test_the_same_words_in_two_languages_are_two_questions(tmp_path: Path) -> None:
    rows = row(question="Question : options ?"), refusal(id="q2", question="Question : options ?", lang="en")
    assert told(suite(tmp_path, *rows)) == []


def test_an_id_that_was_misspelt_is_mended(tmp_path: Path) -> None:
    folder = suite(tmp_path, row(relevant_ids=["retours-et-remboursement"]), id="retours-et-remboursements")
    (found,) = check_suite(folder)
    assert 'write "retours-et-remboursements"' in found.mend


def test_gold_that_may_not_be_said_is_told(tmp_path: Path) -> None:
    folder = suite(tmp_path, row(), row(id="q2", asker=["staff"]), audience=["staff"])
    assert told(folder) == [(1, "error", "unsayable_gold"), (2, "note", "asked_twice")][:1]


def test_a_language_that_the_suite_does_not_declare_is_told(tmp_path: Path) -> None:
    (suite(tmp_path, row(), row(id="q2", question="How long?", lang="en")) / "suite.toml").write_text(
        'languages = ["fr"]', encoding="utf-8"
    )
    assert told(tmp_path) == [(2, "error", "undeclared_language"), (2, "note", "article_in_other_language")]


def test_two_articles_of_one_id_are_told(tmp_path: Path) -> None:
    corpus = suite(tmp_path, row()) / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8") * 2, encoding="utf-8")
    assert "error" in {severity for _, severity, _ in told(tmp_path)}


def test_rows_and_articles_that_cannot_be_read_hide_nothing_else(tmp_path: Path) -> None:
    rows = row(expects="perhaps"), row(id="q2", relevant_ids=[]), row(id="q2", question="Combien ?")
    assert [each[::2] for each in told(suite(tmp_path, *rows))] == [
        (1, "unreadable"),
        (2, "missing_gold"),
        (3, "duplicate_id"),
    ]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    found = check_suite(tmp_path)
    assert {(Path(one.path).name, one.line) for one in found} >= {("corpus.jsonl", 2), ("questions.jsonl", 1)}


def test_an_article_that_cannot_be_read_hides_no_label(tmp_path: Path) -> None:
    corpus = suite(tmp_path, row(), row(question="Combien ?"), row(id="q3", relevant_ids=["z"])) / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    # Whether "z" is missing, nobody can tell while an article cannot be read.
    assert [(found.line, found.code) for found in check_suite(tmp_path)] == [(2, "unreadable"), (2, "duplicate_id")]


def test_what_a_rule_of_the_format_leaves_out_is_told(tmp_path: Path) -> None:
    (suite(tmp_path, row()) / "questions.csv").write_text("id,question\n", encoding="utf-8")
    (tmp_path / "corpus.csv").write_text("id,body\n", encoding="utf-8")
    found = check_suite(tmp_path)
    assert [(one.severity, one.code, one.what[:23]) for one in found] == [
        ("note", "left_out", "questions.csv is not re"),
        ("note", "left_out", "corpus.csv is not read,"),
    ]


def test_letters_are_folded_as_the_search_folds_them(tmp_path: Path) -> None:
    rows = row(question="Combien d'\u0153ufs ?"), row(id="q2", question="combien d\u2019oeufs")
    assert told(suite(tmp_path, *rows)) == [(2, "note", "asked_twice")]


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (suite(tmp_path, row()) / "suite.toml").write_text("name =", encoding="utf-8")
    assert told(tmp_path) == [(None, "error", "unreadable")]


@pytest.mark.parametrize("name", OURS)
def test_every_labelled_set_is_sound(name: str) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"the labelled sets are not there: {DATA / name} (set RAGCARE_DATA)")
    assert _errors(DATA / name) == []


def test_the_demo_suite_is_sound() -> None:
    if not (DEMO / "questions.jsonl").is_file():
        pytest.skip(f"no demo suite at {DEMO}")
    assert _errors(DEMO) == []


def _errors(folder: Path) -> list[SuiteFinding]:
    return [found for found in check_questions(QuestionSet.load(folder)) if found.severity == "error"]


# --- near copies -------------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["comment", "annuler", "ma", "commande", "puk", "forfait", "sim", "carte", "mobile", "facture"]),
    max_size=9,
)


@given(st.lists(st.tuples(WORDS.map(" ".join), st.sampled_from("ab")), max_size=12))
def test_near_copies_are_alike_and_of_two_groups(labelled: list[tuple[str, str]]) -> None:
    texts, groups = [text for text, _ in labelled], [group for _, group in labelled]
    found = near_copies(texts, groups, alike=0.9)
    assert [copy.at for copy in found] == sorted({copy.at for copy in found})
    for copy in found:
        assert copy.of < copy.at
        assert groups[copy.of] != groups[copy.at]
        assert copy.alike == pytest.approx(fuzz.ratio(texts[copy.at], texts[copy.of]) / 100)
        assert copy.alike >= 0.9


@given(WORDS.filter(lambda words: len(set(words)) >= 4), st.data())
def test_a_text_with_one_word_changed_is_found_wherever_it_stands(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    changed = [*words]
    changed[at] = words[at] + "s"
    others = ["autre chose", "rien de tout cela", "un deux trois"]
    texts = [" ".join(words), *others, " ".join(changed)]
    (found,) = near_copies(texts, ["dev", "dev", "dev", "dev", "test"], alike=0.9)
    assert (found.at, found.of) == (4, 0)


def test_the_nearest_of_many_is_named_and_large_groups_are_compared_whole() -> None:
    rng = np.random.default_rng(0)
    texts = [f"comment puis je payer ma facture numero {number}" for number in rng.permutation(1_300)]
    groups = ["dev"] * 1_299 + ["test"]
    exact = texts[7]
    (found,) = [copy for copy in near_copies([*texts[:-1], exact], groups, alike=0.9) if copy.at == 1_299]
    assert (found.of, found.alike) == (7, 1.0)
