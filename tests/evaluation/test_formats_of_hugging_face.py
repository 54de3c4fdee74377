from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ragcare.errors import BadFiles, BadInput, MissingExtra
from ragcare.evaluation.questions import QuestionSet
from ragcare.schema import Article

datasets = pytest.importorskip("datasets")

CONTEXT = "The Normans gave their name to Normandy, a region in France."


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def squad() -> Any:
    rows = {
        "id": ["1", "2"],
        "title": ["Norman_people"] * 2,
        "context": [CONTEXT] * 2,
        "question": ["In what country is Normandy?", "Who named the French?"],
        "answers": [{"text": ["France", "France"], "answer_start": [53, 53]}, {"text": [], "answer_start": []}],
    }
    return datasets.DatasetDict({"validation": datasets.Dataset.from_dict(rows)})


def intents(column: str, *names: str) -> Any:
    features = datasets.Features({"text": datasets.Value("string"), column: datasets.ClassLabel(names=list(names))})
    first = {
        "text": ["I want my card", "It was stolen", "What is love?"][: len(names)],
        column: list(range(len(names))),
    }
    return datasets.DatasetDict(
        {name: datasets.Dataset.from_dict(first, features=features) for name in ("train", "validation", "test")}
    )


def test_squad_as_a_data_set() -> None:
    loaded = QuestionSet.load(squad())
    (article,) = loaded.articles()
    asked, impossible = loaded.questions
    assert (article.body, loaded.languages) == (CONTEXT, ("en",))
    assert (asked.relevant_ids, asked.answers, asked.split) == ((article.id,), ("France",), "dev")
    assert (impossible.expects, impossible.near_ids) == ("refuse", (article.id,))


def test_one_split_alone_and_a_saved_folder_are_the_same_questions(tmp_path: Path) -> None:
    whole = squad()
    whole.save_to_disk(tmp_path / "both")
    whole["validation"].save_to_disk(tmp_path / "one")
    loaded = QuestionSet.load(whole)
    assert QuestionSet.load(tmp_path / "both").questions == loaded.questions
    assert QuestionSet.load(tmp_path / "both").name == "both"
    alone = [one.model_copy(update={"split": "dev"}) for one in QuestionSet.load(tmp_path / "one").questions]
    assert tuple(alone) == loaded.questions
    assert QuestionSet.load(whole["validation"]).corpus == loaded.corpus

    (tmp_path / "one/state.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadFiles, match="save_to_disk"):
        QuestionSet.load(tmp_path / "one")


def test_the_same_paragraph_has_the_same_id_as_in_the_published_file(tmp_path: Path) -> None:
    import json

    asked = {"id": "1", "question": "Where?", "answers": [{"text": "France", "answer_start": 53}]}
    published = {"data": [{"title": "Norman_people", "paragraphs": [{"context": CONTEXT, "qas": [asked]}]}]}
    (tmp_path / "dev.json").write_text(json.dumps(published), encoding="utf-8")
    assert QuestionSet.load(tmp_path / "dev.json").questions[0].relevant_ids == (
        QuestionSet.load(squad()).questions[0].relevant_ids
    )


def test_banking77_and_clinc_as_data_sets() -> None:
    banking = QuestionSet.load(intents("label", "card_arrival", "lost_card"))
    assert {one.id: one.body for one in banking.articles()} == {
        "card_arrival": "I want my card",
        "lost_card": "It was stolen",
    }
    assert [(one.id, one.split, one.relevant_ids) for one in banking.questions][::3] == [
        ("validation-0", "dev", ("card_arrival",)),
        ("test-1", "test", ("lost_card",)),
    ]
    clinc = QuestionSet.load(intents("intent", "card_arrival", "lost_card", "oos"))
    assert [one.expects for one in clinc.questions] == ["answer", "answer", "refuse"] * 2
    assert len(clinc.articles()) == 2

    with pytest.raises(BadFiles, match="DatasetDict"):
        QuestionSet.load(intents("label", "card_arrival")["test"])


def test_rows_of_a_data_set_that_say_nothing_are_told() -> None:
    secret = intents("label", "card_arrival", "lost_card")
    secret["test"] = secret["test"].map(lambda row: {**row, "label": -1})
    with pytest.raises(BadFiles, match="row 0 of test has no sentence or no intent"):
        QuestionSet.load(secret)
    rows = {"id": ["1"], "context": [CONTEXT], "question": [None], "answers": [{"text": ["x"], "answer_start": [0]}]}
    with pytest.raises(BadFiles, match="row 0 of it: it has no question"):
        QuestionSet.load(datasets.Dataset.from_dict(rows), language="en")


def test_our_own_rows_as_a_data_set() -> None:
    columns: dict[str, list[Any]] = {
        "id": ["q1", "q2"],
        "question": ["Combien de jours ?", "Et après ?"],
        "lang": ["fr", "fr"],
        "answerable": [True, False],
        "expects": ["answer", "refuse"],
        "relevant_ids": [["a"], []],
        "reason": [None, "no_source"],
    }
    data = datasets.Dataset.from_dict(columns)
    articles = [Article(id="a", body="14 jours", language="fr")]
    loaded = QuestionSet.load(datasets.DatasetDict({"test": data}), corpus=articles)
    assert [(one.id, one.split, one.reason) for one in loaded.questions] == [
        ("q1", "test", None),
        ("q2", "test", "no_source"),
    ]
    with pytest.raises(BadFiles, match="corpus="):
        QuestionSet.load(data)


@pytest.mark.parametrize(
    "data", [datasets.Dataset.from_dict({"premise": ["a"]}), datasets.DatasetDict(), 7, ["squad_v2"]]
)
def test_what_is_no_question_set_is_told(data: Any) -> None:
    with pytest.raises(BadInput, match="Mend: "):
        QuestionSet.load(data)


@pytest.mark.parametrize("name", ["squad_v2", "rajpurkar/squad_v2", "clinc_oos:plus"])
def test_a_hub_that_cannot_be_reached_is_told_with_what_to_give_instead(name: str) -> None:
    call = ", ".join(f'"{part}"' for part in name.split(":"))
    with pytest.raises(BadInput, match=rf"load_dataset\({call}\)\.save_to_disk.*dev-v2\.0\.json"):
        QuestionSet.load(name)


def test_a_dead_network_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def load_dataset(*names: str | None) -> Any:
        asked.append((names, datasets.config.HF_HUB_OFFLINE))
        return squad()

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", "http://127.0.0.1:9")
    for variable in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    loaded = QuestionSet.load("owner/squad_v2:plain")
    assert asked == [(("owner/squad_v2", "plain"), True)]
    assert datasets.config.HF_HUB_OFFLINE is False
    assert (loaded.name, loaded.source, len(loaded.questions)) == ("squad_v2", "owner/squad_v2:plain", 2)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = squad()
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    with pytest.raises(MissingExtra, match=r"ragcare\[data\]"):
        QuestionSet.load(data)
