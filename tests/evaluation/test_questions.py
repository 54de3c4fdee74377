from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from ragcare.errors import BadFiles, BadInput, Problem
from ragcare.evaluation.questions import LabelledQuestion, QuestionSet
from ragcare.evaluation.questions.suite_file import DEFAULT_DAY
from ragcare.schema import Article, Asker, ReasonCode, Turn

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("RAGCARE_DATA", ROOT / "../shared/data"))
SIZES = {
    "banking77_oos_en": 1999,
    "clinc150_en": 1600,
    "covidfaq_en": 610,
    "covidfaq_fr": 242,
    "doc2dial_en": 1225,
    "hint3_curekart_en": 931,
    "piaf_fr": 1722,
    "spf_fr": 257,
    "squad2_en": 2787,
}
TEXT = "Vous pouvez renvoyer votre commande dans un délai de 14 jours après la livraison."


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


def suite(folder: Path, *rows: dict[str, Any], **corpus: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    article = {"id": "a", "title": "Retours", "text": TEXT, "lang": "fr", "url": ""} | corpus
    (folder / "corpus.jsonl").write_text(json.dumps(article) + "\n", encoding="utf-8")
    lines = [json.dumps(each) + "\n" for each in rows]
    (folder / "questions.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def test_a_row_makes_the_question_that_a_customer_asks() -> None:
    labelled = LabelledQuestion.model_validate(row(asker=["segment:business"], as_of="2026-03-01"))
    question = labelled.to_question(date(2026, 1, 1))
    assert (question.text, question.language, question.as_of) == (labelled.question, "fr", date(2026, 3, 1))
    assert question.asker == Asker(audiences=("public", "segment:business"))
    assert LabelledQuestion.model_validate(row()).to_question(date(2026, 1, 1)).as_of == date(2026, 1, 1)


def test_the_agent_of_a_dialogue_set_is_the_assistant_and_ours_is_a_person() -> None:
    theirs = [{"role": "user", "text": "Bonjour"}, {"role": "agent", "text": "Oui ?"}]
    ours = [{"role": "customer", "text": "Bonjour"}, {"role": "agent", "text": "Oui ?"}]
    assert LabelledQuestion.model_validate(row(history=theirs)).history == (
        Turn(role="customer", text="Bonjour"),
        Turn(role="assistant", text="Oui ?"),
    )
    assert LabelledQuestion.model_validate(row(history=ours)).history[1].role == "agent"


def test_questions_on_one_article_are_of_one_cluster() -> None:
    rows = row(), row(id="q2", relevant_ids=["a", "b"]), row(id="q3", relevant_ids=[], near_ids=["a"])
    clusters = [LabelledQuestion.model_validate(one).cluster for one in rows]
    assert clusters == ["article a"] * 3
    alone = LabelledQuestion.model_validate(row(id="a", relevant_ids=[], expects="refuse", answerable=False))
    assert alone.cluster == "question a"


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="expect"):
        LabelledQuestion.model_validate(row(expect="answer"))


def test_a_suite_without_settings_has_the_name_of_its_folder_and_a_fixed_day(tmp_path: Path) -> None:
    loaded = QuestionSet.load(suite(tmp_path / "retours", row()))
    assert (loaded.name, loaded.as_of, loaded.token_f1, loaded.languages) == (
        "retours",
        DEFAULT_DAY,
        0.5,
        ("fr",),
    )
    assert loaded == QuestionSet.load(tmp_path / "retours/questions.jsonl")
    (article,) = loaded.articles()
    assert (article.status, article.validated_by, article.body) == ("validated", "retours", TEXT)


def test_the_settings_name_date_and_place_a_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite(tmp_path / "data/sets", row())
    folder = tmp_path / "project/evals/here"
    folder.mkdir(parents=True)
    (tmp_path / "project/pyproject.toml").touch()
    settings = 'name = "n"\ndescription = "d"\nas_of = "2026-06-01"\ntoken_f1 = 0.5\n'
    settings += 'languages = ["fr", "en"]\n'

    (folder / "suite.toml").write_text(settings + 'data = "../../../data/sets"\n', encoding="utf-8")
    loaded = QuestionSet.load(folder)
    assert (loaded.name, loaded.description, loaded.as_of) == ("n", "d", date(2026, 6, 1))
    assert (loaded.token_f1, loaded.languages) == (0.5, ("fr", "en"))
    assert isinstance(loaded.corpus, Path)
    assert loaded.corpus.samefile(tmp_path / "data/sets/corpus.jsonl")

    (folder / "suite.toml").write_text('data = "$RAGCARE_DATA/sets"\n', encoding="utf-8")
    monkeypatch.setenv("RAGCARE_DATA", str(tmp_path / "data"))
    assert len(QuestionSet.load(folder).questions) == 1
    monkeypatch.delenv("RAGCARE_DATA")
    suite(tmp_path / "shared/data/sets", row(), row(id="q2"))
    assert len(QuestionSet.load(folder).questions) == 2


def test_the_bars_of_a_suite_come_with_it(tmp_path: Path) -> None:
    (suite(tmp_path, row()) / "suite.toml").write_text("[bars]\nsafe_deflection = {least = 0.3}", encoding="utf-8")
    assert QuestionSet.load(tmp_path).bars["safe_deflection"].least == 0.3


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    folder = suite(tmp_path, row(), row(expects="perhaps"), row(relevant_id=["a"]), {"id": "q4"})
    with (folder / "questions.jsonl").open("ab") as file:
        file.write(b'\n{"id": \n["x"]\n\xff\n')
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(folder)
    problems = caught.value.problems
    assert {problem.line for problem in problems} == {2, 3, 4, 6, 7, 8}
    assert all(problem.path == folder / "questions.jsonl" and problem.mend for problem in problems)
    assert [problem.mend for problem in problems if problem.line == 3] == ['write "relevant_ids"']


def test_a_reason_that_does_not_exist_is_told_once_with_all_that_do(tmp_path: Path) -> None:
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(suite(tmp_path, row(reason="too_hard")))
    (problem,) = caught.value.problems
    assert problem.what == "\"reason\" is 'too_hard'"
    assert all(f"'{code}'" in problem.mend for code in get_args(ReasonCode))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_questions_is_told(tmp_path: Path, content: str) -> None:
    (suite(tmp_path) / "questions.jsonl").write_text(content)
    with pytest.raises(BadFiles, match="no question"):
        QuestionSet.load(tmp_path)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("name =", "TOML"),
        ('nam = "x"', 'write "name"'),
        ("token_f1 = 2", "token_f1"),
        ('data = "/no"', "cannot be read"),
        ('format = "excel"', "squad"),
        ("[bars]\nsafe_deflecton = {least = 0.3}", "safe_deflection"),
        ("[bars]\nsafe_deflection = {}", "least"),
        ('data = "$RAGCARE_NOWHERE/sets"', "RAGCARE_NOWHERE.*Mend: set RAGCARE_NOWHERE"),
    ],
)
def test_bad_settings_are_told(tmp_path: Path, settings: str, told: str) -> None:
    (suite(tmp_path, row()) / "suite.toml").write_text(settings)
    with pytest.raises(BadInput, match=told):
        QuestionSet.load(tmp_path)


def test_no_word_of_the_validator_is_left_in_what_is_told(tmp_path: Path) -> None:
    settings = "[bars]\nfoo = {least = 1}\nsafe_deflecton = {least = 1}\ncoverage = {least = 2, most = 1}\n"
    (suite(tmp_path, row()) / "suite.toml").write_text(settings, encoding="utf-8")
    rows = [
        row(id=""),
        row(expects="perhaps"),
        row(lang="French"),
        row(as_of="soon"),
        row(answers="14"),
        row(question="\x1c"),
    ]
    bad = suite(
        tmp_path / "bad", *rows, row(answerable="perhaps"), row(kind=1), row(history=[{"role": "x", "text": ""}])
    )
    told: list[Problem] = []
    for folder in (tmp_path, bad):
        with pytest.raises(BadFiles) as caught:
            QuestionSet.load(folder)
        told += caught.value.problems
    for problem in told:
        assert str(problem).count("Mend: ") == 1, problem
        assert not any(word in str(problem) for word in ("[key]", "Value error", "Input should", "string")), problem
    assert len(told) == 12
    assert told[0].what == '"bars.foo": "foo" is not a figure of the report'
    assert told[1].mend == 'write "safe_deflection"'
    assert {problem.line for problem in told[3:]} == set(range(1, 10))


def test_data_that_no_variable_leads_to_is_told_with_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "suite.toml").write_text('data = "$RAGCARE_DATA/sets"', encoding="utf-8")
    for unset in ("", None):
        monkeypatch.setenv("RAGCARE_DATA", unset) if unset is not None else monkeypatch.delenv("RAGCARE_DATA")
        with pytest.raises(BadFiles, match=r"(?s)suite\.toml.*not set.*shared/data.*Mend: set RAGCARE_DATA"):
            QuestionSet.load(tmp_path)


UNSOUND = [
    ([row(), row()], "line 1 has the same id"),
    ([row()] * 300, "299 problems"),
    ([row(relevant_ids=["b"])], 'no article "b"'),
    ([row(near_ids=["b"])], 'no article "b"'),
    ([row(relevant_ids=[])], "names no article"),
    ([row(answerable=False)], "answerable is false"),
    ([row(answers=["14 jours", " "])], "blank"),
    ([row(near_ids=["a"])], "relevant_ids and its near_ids"),
]


@pytest.mark.parametrize(("rows", "said"), UNSOUND)
def test_what_would_make_figures_wrong_is_refused(tmp_path: Path, rows: list[dict[str, Any]], said: str) -> None:
    read, problems = QuestionSet.read(suite(tmp_path, *rows))
    assert read is not None
    assert problems == ()
    with pytest.raises(BadFiles, match=said) as caught:
        QuestionSet.load(tmp_path)
    assert {problem.path for problem in caught.value.problems} == {tmp_path / "questions.jsonl"}


def test_articles_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    corpus = suite(tmp_path, row(), row(expects="perhaps"), row(id="q3", relevant_ids=[])) / "corpus.jsonl"
    corpus.write_text(corpus.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(tmp_path)
    found = {(Path(problem.path).name, problem.line) for problem in caught.value.problems}
    assert found == {("questions.jsonl", 2), ("questions.jsonl", 3), ("corpus.jsonl", 2)}
    articles = [Article(id="a", body=TEXT, language="fr")] * 2
    with pytest.raises(BadFiles, match="another article has this id"):
        QuestionSet.load(suite(tmp_path, row()), corpus=articles)


def test_two_questions_that_are_labelled_otherwise_are_measured_all_the_same(tmp_path: Path) -> None:
    refused = row(id="q2", expects="refuse", answerable=False, relevant_ids=[], answers=[], split="test")
    assert len(QuestionSet.load(suite(tmp_path, row(), refused)).questions) == 2


def test_a_wrong_corpus_is_told_whole_and_soon(tmp_path: Path) -> None:
    suite(tmp_path, *(row(id=f"q{number}", relevant_ids=[f"retours-{number}"]) for number in range(2_000)))
    lines = (json.dumps({"id": f"retour-{number}", "text": TEXT, "lang": "fr"}) for number in range(2_000))
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadFiles, match=r"^2000 problems") as caught:
        QuestionSet.load(tmp_path)
    mends = [problem.mend for problem in caught.value.problems]
    assert (mends[7][:16], mends[-1]) == ('write "retour-7"', "correct the id, or add it")


@pytest.mark.parametrize("field", ["id", "question", "kind", "domain", "answers", "history", "\ud800"])
def test_half_a_character_is_refused_where_it_stands(tmp_path: Path, field: str) -> None:
    half: Any = {"answers": ["a \ud800"], "history": [{"role": "user", "text": "\ud83d"}]}.get(field, "a \ud800")
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(suite(tmp_path, row(), row(**{"id": "q2", field: half})))
    (problem,) = caught.value.problems
    assert (problem.line, "half a character" in problem.what, problem.mend[:19]) == (2, True, "write the character")
    str(caught.value).encode()


def test_half_a_character_in_an_article_in_hand_is_refused(tmp_path: Path) -> None:
    article = Article(id="a", title="\ud800", body=TEXT, language="fr")
    with pytest.raises(BadFiles, match=r"article 'a'.*half a character"):
        QuestionSet.load(suite(tmp_path, row()), corpus=[article])


def test_a_suite_without_articles_is_told(tmp_path: Path) -> None:
    (suite(tmp_path, row(expects="perhaps")) / "corpus.jsonl").unlink()
    with pytest.raises(BadFiles, match=r"(?s)perhaps.*no corpus"):
        QuestionSet.load(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFiles, match="cannot be read"):
        QuestionSet.load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", SIZES)
def test_every_labelled_set_loads(name: str) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"the labelled sets are not there: {DATA / name} (set RAGCARE_DATA)")
    loaded = QuestionSet.load(DATA / name)
    assert len(loaded.questions) == SIZES[name]
    assert [question.to_question(loaded.as_of).text for question in loaded.questions]


def test_a_part_keeps_its_lines_and_says_what_it_is(tmp_path: Path) -> None:
    rows = [row(id=f"q{number}", split="dev" if number % 2 else "test") for number in range(10)]
    whole = QuestionSet.load(suite(tmp_path, *rows))
    dev = whole.only(split="dev")
    assert [(one.id, line) for one, line in zip(dev.questions, dev.lines, strict=True)] == [
        (f"q{number}", number + 1) for number in range(1, 10, 2)
    ]
    assert (whole.part, dev.part, dev.only(limit=2).part) == ("", "dev", "2 of them")
    assert len(whole.only(limit=99).questions) == 10
    with pytest.raises(BadInput, match="'dev', 'test'"):
        whole.only(split="validation")


def test_what_can_be_read_is_read_and_the_rest_is_told(tmp_path: Path) -> None:
    loaded, problems = QuestionSet.read(suite(tmp_path, row(), row(id="q2", expects="perhaps"), row(id="q3")))
    assert loaded is not None
    assert [one.id for one in loaded.questions] == ["q1", "q3"]
    assert [problem.line for problem in problems] == [2]


def test_the_articles_may_be_given_apart(tmp_path: Path) -> None:
    folder = suite(tmp_path / "suite", row())
    (folder / "corpus.jsonl").rename(tmp_path / "elsewhere.jsonl")
    by_path = QuestionSet.load(folder, corpus=tmp_path / "elsewhere.jsonl")
    in_hand = QuestionSet.load(folder, corpus=[Article(id="a", title="Retours", body=TEXT, language="fr")])
    assert [one.body for one in by_path.articles()] == [one.body for one in in_hand.articles()] == [TEXT]
    (article,) = in_hand.articles()
    assert (article.status, article.validated_by, article.validated_at) == ("validated", "suite", DEFAULT_DAY)


def test_the_settings_may_name_a_published_file(tmp_path: Path) -> None:
    published = {"data": [{"title": "t", "paragraphs": [{"context": TEXT, "qas": [{"id": "1", "question": "Qui ?"}]}]}]}
    published["data"][0]["paragraphs"][0]["qas"][0]["is_impossible"] = True  # type: ignore[index]
    (tmp_path / "data").mkdir()
    (tmp_path / "data/all.json").write_text(json.dumps(published), encoding="utf-8")
    folder = tmp_path / "here"
    folder.mkdir()
    settings = 'name = "theirs"\ndata = "../data/all.json"\nformat = "squad"\nlanguages = ["fr"]\n'
    (folder / "suite.toml").write_text(settings, encoding="utf-8")
    for path in (folder, folder / "suite.toml"):
        loaded = QuestionSet.load(path)
        assert (loaded.name, loaded.questions[0].lang, len(loaded.articles())) == ("theirs", "fr", 1)
