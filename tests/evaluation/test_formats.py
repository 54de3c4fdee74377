from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from ragcare.errors import BadFiles, BadInput
from ragcare.evaluation.questions import LabelledQuestion, QuestionSet
from ragcare.evaluation.questions.formats import FORMATS, format_of, is_suite
from ragcare.evaluation.questions.linting import check_questions

NORMANS = "The Normans gave their name to Normandy, a region in France, in the 10th and 11th centuries."


def write(path: Path, content: Any) -> Path:
    """A file of JSON, of JSON Lines if the content is a list, or of text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, list):
        content = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in content)
    elif isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    path.write_text(content, encoding="utf-8")
    return path


def of_id(loaded: QuestionSet, question_id: str) -> LabelledQuestion:
    (found,) = [one for one in loaded.questions if one.id == question_id]
    return found


def errors(loaded: QuestionSet) -> list[str]:
    return [found.what for found in check_questions(loaded) if found.severity == "error"]


# --- our own rows ------------------------------------------------------------------------------------

HEADER = "id,question,lang,answerable,expects,relevant_ids,near_ids,answers,asker,as_of,split,history"


def table(folder: Path, *lines: str) -> Path:
    write(folder / "corpus.jsonl", [{"id": "a", "text": "Comptez 14 jours.", "lang": "fr"}, {"id": "b", "text": "B"}])
    return write(folder / "questions.csv", "\n".join([HEADER, *lines]) + "\n")


def test_a_table_says_what_json_lines_say(tmp_path: Path) -> None:
    history = json.dumps([{"role": "user", "text": "Bonjour"}, {"role": "agent", "text": "Oui ?"}]).replace('"', '""')
    path = table(
        tmp_path / "retours",
        'q1,"Combien de jours,\ndites ?",fr,true,answer,a|b,,"14 jours | quinze",public|staff,2026-02-01,dev,',
        "",
        f'q2,Et après ?,fr,no,escalate,,a,"[""un | deux"", ""trois""]",,,test,"{history}"',
    )
    loaded = QuestionSet.load(tmp_path / "retours")
    assert loaded == QuestionSet.load(path)
    first, second = loaded.questions
    assert (loaded.name, loaded.lines) == ("retours", (2, 5))
    assert (first.question, first.answers, first.relevant_ids) == (
        "Combien de jours,\ndites ?",
        ("14 jours", "quinze"),
        ("a", "b"),
    )
    assert (first.asker, str(first.as_of), first.history) == (("public", "staff"), "2026-02-01", ())
    assert (second.answerable, second.near_ids, second.answers) == (False, ("a",), ("un | deux", "trois"))
    assert [turn.role for turn in second.history] == ["customer", "assistant"]
    assert len(loaded.articles()) == 2


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_may_be_parted_otherwise_and_begin_with_a_mark(tmp_path: Path, delimiter: str) -> None:
    table(tmp_path)
    cells = ["q1", "Où, quand ?", "fr", "true", "answer", "a"]
    names = HEADER.split(",")[: len(cells)]
    text = "\ufeff" + "".join(delimiter.join(each) + "\r\n" for each in (names, cells))
    loaded = QuestionSet.load(write(tmp_path / "questions.csv", text))
    assert (loaded.questions[0].question, loaded.lines) == ("Où, quand ?", (2,))


def test_all_that_is_wrong_with_a_table_is_told(tmp_path: Path) -> None:
    table(
        tmp_path, "q1,Où ?,fr,true,perhaps,a", "q2,Où ?,fr,true,answer,[a", "q3" + "," * 12, "q4,Où ?,fr,true,answer,a"
    )
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(tmp_path)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]

    for text, said in (
        (HEADER.replace("expects", "expect") + "\nq1,Où ?,fr,true,answer", '"expect"'),
        (HEADER + '\nq1,"Où ?,fr', "cannot be read"),
        (HEADER + "\nq1," + "x" * 200_000, "cannot be read.*keep a cell under 131,072 characters"),
        (HEADER + "\n", "no question"),
    ):
        write(tmp_path / "questions.csv", text)
        with pytest.raises(BadFiles, match=said):
            QuestionSet.load(tmp_path)
    (tmp_path / "questions.csv").write_bytes(HEADER.encode() + "\nq1,Où ?".encode("cp1252"))
    with pytest.raises(BadFiles, match="UTF-8"):
        QuestionSet.load(tmp_path)


def test_a_column_that_every_row_needs_is_missed_once(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", [{"id": "a", "text": "Comptez 14 jours.", "lang": "fr"}])
    rows = "".join(f"q{number},Où ?,true\n" for number in range(300))
    table = write(tmp_path / "asked.csv", "id,question,answerable\n" + rows)
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(table)
    assert [str(problem).partition(".csv")[2] for problem in caught.value.problems] == [
        ':1: there is no column "lang". Mend: add it: each row needs id, question, lang, answerable, expects',
        ':1: there is no column "expects". Mend: add it: each row needs id, question, lang, answerable, expects',
    ]
    assert is_suite(table)  # and is not checked as articles, which know nothing of "answerable"


def test_a_column_or_a_key_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = table(tmp_path)
    write(path, "id,question,lang,answerable,expects,relevant_ids,relevant_ids\nq1,Où ?,fr,true,answer,a,b\n")
    with pytest.raises(BadFiles, match='csv:1: 2 columns are called "relevant_ids"'):
        QuestionSet.load(tmp_path)
    path.unlink()
    line = (
        '{"id": "q1", "question": "Où ?", "lang": "fr", "answerable": false, "expects": "answer", "expects": "refuse"}'
    )
    write(tmp_path / "questions.jsonl", line)
    with pytest.raises(BadFiles, match='jsonl:1: the key "expects" stands twice'):
        QuestionSet.load(tmp_path)


# --- SQuAD, FQuAD, PIAF ------------------------------------------------------------------------------


def squad2() -> dict[str, Any]:
    answers = [
        {"text": "France", "answer_start": 52},
        {"text": "France", "answer_start": 52},
        {"text": "in France", "answer_start": 49},
    ]
    impossible = {
        "plausible_answers": [{"text": "Normandy", "answer_start": 31}],
        "question": "What region gave its name to the Normans?",
        "id": "5ad39d53604f3c001a3fe8d1",
        "answers": [],
        "is_impossible": True,
    }
    asked = {
        "question": "In what country is Normandy?",
        "id": "56ddde6b9a695914005b9628",
        "answers": answers,
        "is_impossible": False,
    }
    paragraph = {"qas": [asked, impossible], "context": NORMANS}
    return {"version": "v2.0", "data": [{"title": "Norman_people", "paragraphs": [paragraph]}]}


def test_squad_2_is_read_as_published(tmp_path: Path) -> None:
    loaded = QuestionSet.load(write(tmp_path / "dev-v2.0.json", squad2()))
    (article,) = loaded.articles()
    asked, impossible = loaded.questions
    assert (loaded.name, loaded.languages, loaded.lines) == ("dev-v2.0", ("en",), (None, None))
    assert (article.title, article.body, article.status) == ("Norman people", NORMANS, "validated")
    assert (asked.id, asked.answers) == ("56ddde6b9a695914005b9628", ("France", "in France"))
    assert (asked.expects, asked.relevant_ids, asked.near_ids) == ("answer", (article.id,), ())
    assert (impossible.expects, impossible.answerable, impossible.answers) == ("refuse", False, ())
    assert (impossible.relevant_ids, impossible.near_ids) == ((), (article.id,))
    assert {one.split for one in loaded.questions} == {"dev"}
    assert errors(loaded) == []


def test_ids_depend_on_the_content_alone(tmp_path: Path) -> None:
    one = QuestionSet.load(write(tmp_path / "one/train-v2.0.json", squad2()))
    changed = squad2()
    changed["data"].insert(0, {"title": "Else", "paragraphs": [{"context": "Else.", "qas": []}]})
    for asked in changed["data"][1]["paragraphs"][0]["qas"]:
        del asked["id"]
    other = QuestionSet.load(write(tmp_path / "two/else.json", changed))
    again = QuestionSet.load(write(tmp_path / "three/else.json", changed))
    assert [each.relevant_ids for each in one.questions] == [each.relevant_ids for each in other.questions]
    assert [each.id for each in other.questions] == [each.id for each in again.questions]
    assert len({each.id for each in other.questions}) == 2


def test_a_folder_of_such_files_has_their_splits(tmp_path: Path) -> None:
    write(tmp_path / "fquad/train.json", squad2())
    second = squad2()
    for number, asked in enumerate(second["data"][0]["paragraphs"][0]["qas"]):
        asked["id"] = f"second-{number}"
    write(tmp_path / "fquad/valid.json", second)
    write(tmp_path / "fquad/about.json", {"licence": "CC BY-NC-SA"})
    loaded = QuestionSet.load(tmp_path / "fquad")
    assert [one.split for one in loaded.questions] == ["train", "train", "dev", "dev"]
    assert (loaded.name, len(loaded.articles())) == ("fquad", 1)


def test_fquad_and_piaf_are_read_as_published_in_french(tmp_path: Path) -> None:
    context = "La durée légale du travail est fixée à 35 heures par semaine pour toutes les entreprises."
    asked = {
        "question": "Quelle est la durée légale du travail par semaine ?",
        "id": "p140295460356528",
        "answers": [{"answer_start": 40, "text": "35 heures"}],
    }
    entry = {"displaytitle": "Travail", "audience": "tout public", "categorie": "Société", "reference": "1"}
    piaf = {"data": [entry | {"paragraphs": [{"context": context, "qas": [asked]}]}], "version": "1.0"}
    fquad = {"version": "fquad v1", "data": [{"title": "Travail", "paragraphs": piaf["data"][0]["paragraphs"]}]}  # type: ignore[index]
    for name, published in (("piaf-v1.0.json", piaf), ("valid.json", fquad)):
        loaded = QuestionSet.load(write(tmp_path / name, published))
        (question,) = loaded.questions
        assert (question.lang, question.expects, question.answers) == ("fr", "answer", ("35 heures",))
        assert errors(loaded) == []
    assert QuestionSet.load(tmp_path / "piaf-v1.0.json", language="de").questions[0].lang == "de"


def test_all_that_is_wrong_with_a_published_file_is_told(tmp_path: Path) -> None:
    broken = squad2()
    first, second = broken["data"][0]["paragraphs"][0]["qas"]
    del first["question"], second["question"]
    with pytest.raises(BadFiles, match=r"(?s)qas\.0\.question.*qas\.1\.question"):
        QuestionSet.load(write(tmp_path / "dev.json", broken))

    unlabelled = squad2()
    first, second = unlabelled["data"][0]["paragraphs"][0]["qas"]
    del second["is_impossible"]
    first["question"] = " "
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(write(tmp_path / "dev.json", unlabelled))
    assert [problem.what[:8] for problem in caught.value.problems] == ["56ddde6b", "5ad39d53"]

    with pytest.raises(BadFiles, match="not JSON"):
        QuestionSet.load(write(tmp_path / "dev.json", json.dumps(squad2())[:-3]))


def test_what_squad_would_lose_is_told(tmp_path: Path) -> None:
    loaded = squad2()
    paragraph = loaded["data"][0]["paragraphs"][0]
    loaded["data"].append({"title": "Else", "paragraphs": [{"context": "Nobody asks of it.", "qas": []}]})
    assert len(QuestionSet.load(write(tmp_path / "dev.json", loaded)).articles()) == 2

    paragraph["qas"].append(paragraph["qas"][0])
    with pytest.raises(BadFiles, match="56ddde6b9a695914005b9628: an earlier question has the same id"):
        QuestionSet.load(write(tmp_path / "dev.json", loaded))
    paragraph["qas"][2:] = []
    paragraph["qas"][0]["is_impossible"] = True
    loaded["data"][1]["paragraphs"][0]["context"] = " "
    with pytest.raises(BadFiles, match=r"(?s)impossible, and has an answer.*no text"):
        QuestionSet.load(write(tmp_path / "dev.json", loaded))
    text = json.dumps(squad2()).replace('"title":', '"title": "Twice", "title":')
    with pytest.raises(BadFiles, match='"title" stands twice'):
        QuestionSet.load(write(tmp_path / "dev.json", text))


def test_files_beside_a_set_that_are_not_read_are_named(tmp_path: Path) -> None:
    write(tmp_path / "dev.json", squad2())
    write(tmp_path / "licence.json", {"licence": "CC BY-SA"})
    (found,) = QuestionSet.load(tmp_path).left_out
    assert "licence.json" in found.what


def test_a_format_that_is_named_and_not_there_is_mended_in_its_own_words(tmp_path: Path) -> None:
    table(tmp_path)
    for name, said in (("squad", "data, paragraphs and qas"), ("clinc150", "data_full.json"), ("beir", "put queries")):
        with pytest.raises(BadFiles, match=said) as caught:
            QuestionSet.load(tmp_path, format=name)
        assert "JSON object a line" not in str(caught.value)


# --- Doc2Dial ----------------------------------------------------------------------------------------

DOC = "Top 5 DMV Mistakes and How to Avoid Them#3_0"


def doc2dial_documents() -> dict[str, Any]:
    spans = {
        "1": {"id_sp": "1", "start_sp": 0, "end_sp": 30, "text_sp": "You must keep your insurance. ", "tag": "u"},
        "2": {"id_sp": "2", "start_sp": 30, "end_sp": 57, "text_sp": "Tell us if you change it.", "tag": "u"},
    }
    document = {
        "doc_id": DOC,
        "title": "Top 5 DMV Mistakes and How to Avoid Them#3",
        "domain": "dmv",
        "doc_text": "You must keep your insurance. Tell us if you change it.",
        "spans": spans,
        "doc_html_raw": "<p></p>",
    }
    return {"doc_data": {"dmv": {DOC: document}}}


def doc2dial_turns(**span: str) -> list[dict[str, Any]]:
    said = [
        ("user", "query_condition", "My insurance ended so what should i do", []),
        ("agent", "query_condition", "Did you change it?", [{**span, "label": "precondition"}]),
        ("user", "response_positive", "Yes I did", [{**span, "label": "precondition"}]),
        ("agent", "respond_solution", "Then tell us.", [{**span, "label": "solution"}]),
        ("user", "query_solution", "And what about my boat?", []),
        ("agent", "respond_no_solution", "I do not know.", []),
        ("user", "query_solution", "Thanks", []),
    ]
    names = ("turn_id", "role", "da", "utterance", "references")
    return [dict(zip(names, (number, *turn), strict=True)) for number, turn in enumerate(said, start=1)]


def test_doc2dial_is_read_as_published(tmp_path: Path) -> None:
    dialogue = {"dial_id": "9f44", "doc_id": DOC, "domain": "dmv", "turns": doc2dial_turns(sp_id="2")}
    write(tmp_path / "doc2dial_doc.json", doc2dial_documents())
    dialogues = write(tmp_path / "doc2dial_dial_validation.json", {"dial_data": {"dmv": {DOC: [dialogue]}}})
    loaded = QuestionSet.load(tmp_path)
    assert [one.id for one in loaded.questions] == ["9f44_1", "9f44_3", "9f44_5"]
    first, second, third = loaded.questions
    assert [one.expects for one in loaded.questions] == ["clarify", "answer", "refuse"]
    assert [one.turn for one in loaded.questions] == ["first", "follow_up", "follow_up"]
    assert (first.relevant_ids, first.answers, first.split, first.domain) == ((DOC,), (), "dev", "dmv")
    assert (second.relevant_ids, second.answers) == ((DOC,), ("Tell us if you change it.",))
    assert [turn.role for turn in second.history] == ["customer", "assistant"]
    assert (third.relevant_ids, third.near_ids, len(third.history)) == ((), (DOC,), 4)
    assert errors(loaded) == []
    assert QuestionSet.load(dialogues).questions == loaded.questions


def test_multidoc2dial_names_the_document_of_each_span(tmp_path: Path) -> None:
    dialogue = {"dial_id": "9f44", "turns": doc2dial_turns(id_sp="1", doc_id=DOC)}
    write(tmp_path / "multidoc2dial_doc.json", doc2dial_documents())
    write(tmp_path / "multidoc2dial_dial_train.json", {"dial_data": {"dmv": [dialogue]}})
    loaded = QuestionSet.load(tmp_path)
    assert of_id(loaded, "9f44_3").relevant_ids == (DOC,)
    assert of_id(loaded, "9f44_3").answers == ("You must keep your insurance.",)
    assert of_id(loaded, "9f44_5").near_ids == ()


def doc2dial(folder: Path, *dialogues: list[dict[str, Any]]) -> Path:
    said = [{"dial_id": f"d{number}", "turns": turns} for number, turns in enumerate(dialogues)]
    write(folder / "doc2dial_doc.json", doc2dial_documents())
    write(folder / "doc2dial_dial_train.json", {"dial_data": {"dmv": {DOC: said}}})
    return folder


def test_turns_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    empty, agent, far = (doc2dial_turns(sp_id="2") for _ in range(3))
    empty[0]["utterance"] = " "
    agent[1]["role"] = "Agent"
    far[3]["references"] = [{"sp_id": "9"}]
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(doc2dial(tmp_path, doc2dial_turns(sp_id="1"), empty, agent, far))
    assert [problem.what.partition(" ")[0] for problem in caught.value.problems] == ["d1_1:", "d2_2:", "d3_4:"]
    for what, problem in zip(("says nothing", '"Agent"', 'the span "9"'), caught.value.problems, strict=True):
        assert what in problem.what
        assert Path(problem.path).name == "doc2dial_dial_train.json"


def test_turns_that_nobody_replies_to_are_counted(tmp_path: Path) -> None:
    turns = doc2dial_turns(sp_id="2")
    (found,) = QuestionSet.load(doc2dial(tmp_path, turns, turns[:1] + turns[2:])).left_out
    assert found.what.startswith("3 turns of the user")


def test_two_documents_of_one_id_are_told(tmp_path: Path) -> None:
    doc2dial(tmp_path, doc2dial_turns(sp_id="2"))
    other = doc2dial_documents()
    other["doc_data"]["dmv"][DOC]["doc_text"] = "Otherwise."
    write(tmp_path / "other_doc.json", other)
    with pytest.raises(BadFiles, match="another document has the id"):
        QuestionSet.load(tmp_path)


def test_dialogues_without_their_documents_are_told(tmp_path: Path) -> None:
    write(tmp_path / "doc2dial_dial_train.json", {"dial_data": {"dmv": {DOC: []}}})
    with pytest.raises(BadFiles, match=r"doc2dial_doc\.json"):
        QuestionSet.load(tmp_path)


# --- BEIR --------------------------------------------------------------------------------------------


def beir(folder: Path) -> Path:
    documents = [
        {"_id": "4983", "title": "Brain white matter", "text": "Alterations of the architecture.", "metadata": {}},
        {"_id": "5836", "title": "A title alone", "text": "", "metadata": {}},
        {"_id": "7912", "title": "", "text": " ", "metadata": {}},
    ]
    queries = [
        {"_id": "1", "text": "Does white matter change in the brain of preterm infants?", "metadata": {}},
        {"_id": "3", "text": "Is it all in the title of the article?", "metadata": {}},
        {"_id": "5", "text": "Who judged none of this?", "metadata": {}},
    ]
    write(folder / "corpus.jsonl", documents)
    write(folder / "queries.jsonl", queries)
    write(folder / "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\t4983\t2\n1\t5836\t0\n3\t5836\t1\n")
    write(folder / "qrels/dev.tsv", "query-id\tcorpus-id\tscore\n1\t4983\t1\n5\t4983\t0\n")
    return folder


def test_a_beir_folder_is_read_as_published(tmp_path: Path) -> None:
    loaded = QuestionSet.load(beir(tmp_path / "scifact"))
    assert loaded.name == "scifact"
    assert [(one.id, one.split) for one in loaded.questions] == [("1", "dev"), ("test-1", "test"), ("3", "test")]
    judged = of_id(loaded, "test-1")
    assert (judged.relevant_ids, judged.near_ids, judged.lang) == (("4983",), ("5836",), "en")
    assert [(one.id, one.body) for one in loaded.articles()] == [
        ("4983", "Alterations of the architecture."),
        ("5836", "A title alone"),
    ]
    assert loaded.lines == (1, 1, 2)
    assert QuestionSet.load(tmp_path / "scifact/queries.jsonl").questions == loaded.questions


def test_all_that_is_wrong_with_a_beir_folder_is_told(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    write(folder / "corpus.jsonl", '{"_id": "4983"}\n{\n')
    write(folder / "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1 4983 1\n9\t4983\t1\n")
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(folder)
    found = {(Path(problem.path).name, problem.line) for problem in caught.value.problems}
    assert found == {("corpus.jsonl", 1), ("corpus.jsonl", 2), ("test.tsv", 2), ("test.tsv", None)}


def test_what_beir_would_lose_is_told(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    for name in ("corpus.jsonl", "queries.jsonl"):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"_id": {"c": "4983", "q": "1"}[name[0]], "title": "", "text": "Another."}) + "\n")
    write(folder / "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\t4983\t1\n1\t4983\t0\n3\t5836\t1\n3\t5836\t1\n")
    with pytest.raises(BadFiles) as caught:
        QuestionSet.load(folder)
    found = [(Path(problem.path).name, problem.line) for problem in caught.value.problems]
    assert found == [("corpus.jsonl", 4), ("queries.jsonl", 4), ("test.tsv", 3)]


def test_ids_that_differ_by_a_blank_are_one(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"_id": " 4983", "text": "Another."}\n')
    with pytest.raises(BadFiles, match="another text has this id"):
        QuestionSet.load(folder)


def test_what_beir_leaves_out_is_counted(tmp_path: Path) -> None:
    told = [one.what for one in QuestionSet.load(beir(tmp_path)).left_out]
    assert [what[:6] for what in told] == ["1 of 3", "1 of 3"]  # the blank document; the query that found nothing
    for name in ("test", "dev"):
        write(tmp_path / f"qrels/{name}.tsv", "query-id\tcorpus-id\tscore\n1\t4983\t0\n")
    with pytest.raises(BadFiles, match="above 0"):
        QuestionSet.load(tmp_path)


def test_a_blank_query_is_told_as_such(tmp_path: Path) -> None:
    write(beir(tmp_path) / "queries.jsonl", [{"_id": name, "text": ""} for name in "135"])
    with pytest.raises(BadFiles, match='jsonl:1: "question" is blank'):
        QuestionSet.load(tmp_path)


# --- which format it is ------------------------------------------------------------------------------


def test_what_is_no_set_is_told_with_the_formats_that_are_known(tmp_path: Path) -> None:
    write(tmp_path / "notes.json", {"hello": []})
    for path in (tmp_path, tmp_path / "notes.json"):
        assert format_of(path) is None
        with pytest.raises(BadFiles) as caught:
            QuestionSet.load(path)
        assert all(one.name in str(caught.value) for one in FORMATS)


def test_the_format_may_be_said_outright(tmp_path: Path) -> None:
    path = write(tmp_path / "set.txt", squad2())
    assert len(QuestionSet.load(path, format="squad").questions) == 2
    with pytest.raises(BadInput, match="clinc150"):
        QuestionSet.load(path, format="excel")


@pytest.mark.parametrize("name", [one.name for one in FORMATS])
def test_a_file_of_another_format_or_none_is_told_by_each_reader(tmp_path: Path, name: str) -> None:
    for path in (write(tmp_path / "x.json", {"hello": []}), write(tmp_path / "x.jsonl", [{"a": 1}]), tmp_path / "none"):
        with pytest.raises(BadInput):
            QuestionSet.load(path, format=name)


def test_a_table_written_by_the_standard_library_is_read(tmp_path: Path) -> None:
    table(tmp_path)
    with (tmp_path / "questions.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "question", "lang", "answerable", "expects"])
        rows.writerow(["q1", 'Que veut dire "hors forfait" ; où ?', "fr", False, "refuse"])
    assert QuestionSet.load(tmp_path).questions[0].question == 'Que veut dire "hors forfait" ; où ?'


def test_the_page_on_question_sets_names_every_field_and_format() -> None:
    page = (Path(__file__).parents[2] / "docs/question-sets.md").read_text(encoding="utf-8")
    for name in (*LabelledQuestion.model_fields, *(one.name for one in FORMATS)):
        assert f"`{name}`" in page
