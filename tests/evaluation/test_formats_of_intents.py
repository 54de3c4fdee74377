from __future__ import annotations

import json
from pathlib import Path

import pytest

from ragcare.errors import BadFiles
from ragcare.evaluation.questions import QuestionSet

TRAIN = (
    'text,category\nI am still waiting on my card?,card_arrival\n"My card, when will it arrive?",card_arrival\n'
    "What do I do if my card is lost?,lost_or_stolen_card\n"
)
TEST = "text,category\nHow do I locate my card?,card_arrival\nSomebody took my card out of my bag,lost_or_stolen_card\n"


def test_banking77_is_read_as_published(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(TRAIN, encoding="utf-8")
    (tmp_path / "test.csv").write_text(TEST, encoding="utf-8")
    (tmp_path / "categories.json").write_text('["card_arrival"]', encoding="utf-8")
    loaded = QuestionSet.load(tmp_path)
    arrival, lost = loaded.articles()
    assert (arrival.id, arrival.title) == ("card_arrival", "Card arrival")
    assert arrival.body == "I am still waiting on my card?\nMy card, when will it arrive?"
    assert lost.id == "lost_or_stolen_card"
    assert [(one.id, one.relevant_ids, one.split, one.lang) for one in loaded.questions] == [
        ("test-0", ("card_arrival",), "test", "en"),
        ("test-1", ("lost_or_stolen_card",), "test", "en"),
    ]
    assert (loaded.source, loaded.lines) == (tmp_path / "test.csv", (2, 3))
    assert {one.expects for one in loaded.questions} == {"answer"}
    assert QuestionSet.load(tmp_path / "test.csv").questions == loaded.questions


def test_rows_of_labels_are_read_with_their_names(tmp_path: Path) -> None:
    for name, text, label in (("train", "I want my card", 11), ("test", "Where is it?", 11)):
        row = {"text": text, "label": label, "label_text": "card_arrival"}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (question,) = QuestionSet.load(tmp_path).questions
    assert question.relevant_ids == ("card_arrival",)


def test_clinc150_is_read_as_published(tmp_path: Path) -> None:
    published = {
        "oos_val": [["set a warning for when my bank account starts running low", "oos"]],
        "val": [["in spanish, meet me tomorrow is said how", "translate"]],
        "train": [
            ["what expression would i use to say i love you in french", "translate"],
            ["move 100 dollars from my savings", "transfer"],
        ],
        "oos_test": [["how much has the dow changed today", "oos"]],
        "test": [["move some money between my accounts", "transfer"]],
        "oos_train": [["what is the best car", "oos"]],
    }
    path = tmp_path / "data_full.json"
    path.write_text(json.dumps(published), encoding="utf-8")
    loaded = QuestionSet.load(tmp_path)
    assert [(one.id, one.split, one.expects, one.relevant_ids, one.kind) for one in loaded.questions] == [
        ("oos_val-0", "dev", "refuse", (), "oos"),
        ("val-0", "dev", "answer", ("translate",), "in_scope"),
        ("oos_test-0", "test", "refuse", (), "oos"),
        ("test-0", "test", "answer", ("transfer",), "in_scope"),
    ]
    assert {one.id: one.body for one in loaded.articles()} == {
        "translate": "what expression would i use to say i love you in french",
        "transfer": "move 100 dollars from my savings",
    }
    assert QuestionSet.load(path).name == "data_full"


def test_a_set_without_training_sentences_is_told(tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text(TEST, encoding="utf-8")
    with pytest.raises(BadFiles, match=r"train\.csv"):
        QuestionSet.load(tmp_path / "test.csv")
    (tmp_path / "train.csv").write_text(TRAIN, encoding="utf-8")
    with pytest.raises(BadFiles, match="no question"):
        QuestionSet.load(tmp_path / "train.csv")


def test_a_table_that_breaks_off_is_told(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(TRAIN, encoding="utf-8")
    (tmp_path / "test.csv").write_text(TEST + '"and then', encoding="utf-8")
    with pytest.raises(BadFiles, match=r"test\.csv"):
        QuestionSet.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("test.csv", "text,category\nWhere is it, my card,card_arrival\n", r"test\.csv:2: it has 3 cells"),
        ("test.csv", "text,category\nWhere is it\n", r"test\.csv:2: .*no intent"),
        ("test.csv", "text,category,category\nWhere,x,card_arrival\n", "2 columns"),
        ("test.csv", "text,category\nO\udce9 est-elle ?,card_arrival\n", "UTF-8"),
        ("test.csv", "text,category\nWhere is it,lost_card\n", 'no article "lost_card"'),
        ("test.jsonl", '{"text": "Where", "label": null}\n{"text": "Where"}\n[]\n', r"(?s)jsonl:1: .*:2: .*:3: "),
        ("train.jsonl", '{"text": "Where", "label": "x"}\n', r"train\.csv is there as well"),
    ],
)
def test_no_row_and_no_cell_is_lost(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / "train.csv").write_text(TRAIN, encoding="utf-8")
    (tmp_path / name).write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(BadFiles, match=said):
        QuestionSet.load(tmp_path, format="banking77")


def test_what_is_not_needed_is_counted(tmp_path: Path) -> None:
    published = {"train": [["send money", "transfer"]], "oos_train": [["a car", "oos"]], "test": [["pay", "transfer"]]}
    (tmp_path / "data_full.json").write_text(json.dumps(published), encoding="utf-8")
    (tmp_path / "domains.json").write_text("{}", encoding="utf-8")
    told = [one.what for one in QuestionSet.load(tmp_path).left_out]
    assert [what.split()[0] for what in told] == ["not", "1"]
    published["test"] += [[" ", "transfer"]]
    (tmp_path / "data_full.json").write_text(json.dumps(published), encoding="utf-8")
    with pytest.raises(BadFiles, match="test-1 has no sentence"):
        QuestionSet.load(tmp_path)
