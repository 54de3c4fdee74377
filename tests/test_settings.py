"""Settings: a file, then variables, and all that is wrong told at once with where it stands."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ragcare.errors import BadFiles, BadInput
from ragcare.settings import Settings

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("RAGCARE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "settings.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_what_a_file_leaves_out_keeps_its_default(write: Write) -> None:
    settings = Settings.load(write("[retrieval]\nk = 3\n"))
    assert settings.retrieval.k == 3
    assert settings.retrieval.candidates == Settings().retrieval.candidates
    assert settings.policy == Settings().policy
    assert Settings.load(write("")) == Settings() == Settings.load()


def test_a_variable_has_the_last_word_over_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write('[retrieval]\nb = 0.1\nk = 3\n\n[handoff]\nqueue = "accueil"\n')
    monkeypatch.setenv("RAGCARE_RETRIEVAL__B", "0.9")
    monkeypatch.setenv("RAGCARE_POLICY__ANSWER_AT", "0.7")
    settings = Settings.load(path)
    assert (settings.retrieval.b, settings.retrieval.k) == (0.9, 3)
    assert (settings.policy.answer_at, settings.handoff.queue) == (0.7, "accueil")


def test_a_weight_that_would_not_be_heard_is_refused_with_what_to_do(write: Write) -> None:
    with pytest.raises(BadFiles, match=r"vector_weight counts for nothing.*Mend: set fusion"):
        Settings.load(write("[retrieval]\nvector_weight = 0.1\n"))
    assert Settings.load(write('[retrieval]\nvector_weight = 0.1\nfusion = "convex"\n')).retrieval.vector_weight == 0.1


def test_a_whole_table_may_be_given_as_json(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGCARE_HANDOFF__QUEUES", '{"fraud": "securite"}')
    monkeypatch.setenv("RAGCARE_POLICY", '{"close": 0.3}')
    settings = Settings.load(write("[policy]\nanswer_at = 0.6\n"))
    assert settings.handoff.queues == {"fraud": "securite"}
    assert (settings.policy.close, settings.policy.answer_at) == (0.3, 0.6)


def test_a_table_that_is_no_json_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGCARE_POLICY", "strict")
    with pytest.raises(BadInput, match=r'"policy".*Mend:'):
        Settings.load()


def test_all_that_is_wrong_is_told_at_once_with_its_line(write: Write) -> None:
    path = write(
        "# mine\n[retrieval]\nk = 0\nfusion = 'magic'\nembeder = 'e5'\n\n"
        "[policy]\nanswer_at = 2\nk = 5\n\n[handoff.queues]\ntired = 'x'\n\n[colour]\nof = 'sky'\n"
    )
    with pytest.raises(BadFiles) as caught:
        Settings.load(path)
    told = {(problem.line, problem.what.split(":")[0]) for problem in caught.value.problems}
    assert told == {
        (3, "retrieval.k"),
        (4, "retrieval.fusion"),
        (5, "retrieval.embeder"),
        (8, "policy.answer_at"),
        (9, "policy.k"),  # not line 3, where another table's k stands
        (12, "handoff.queues.tired"),
        (14, "colour"),
    }
    message = str(caught.value)
    assert message.startswith("7 problems:")
    assert f"{path}:8: policy.answer_at: it must be at most 1.0. Mend: see" in message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[policy]\nk = 5\n", "policy.k: there is no such setting. Mend:"),
        ("[handoff]\nways = []\n", "handoff.ways: it must name at least 1. Mend:"),
        ("[handoff]\nlanguages = 'fr'\n", 'handoff.languages: it must be a list, such as ["one", "two"]. Mend:'),
        ("[policy]\nanswer_at = 'high'\n", "policy.answer_at: it must be a number. Mend:"),
        ("[handoff]\nmask = ['nir', 'passport']\n", "handoff.mask: it must be true, false or a list of some of email,"),
        (
            "[handoff.channel_options]\ntimeout = [2]\n",
            "handoff.channel_options.timeout: it must be a text in quotes, a number, true or false. Mend:",
        ),
        ("[policy]\nclarify_at = 0.8\n", "policy: clarify_at (0.8) is above answer_at (0.6): what is sure enough"),
        (
            "[signals.topics.vip]\nexamples = ['a', 'b']\n",
            "signals.topics.vip.examples: it must name at least 3. Mend:",
        ),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(write: Write, text: str, told: str) -> None:
    with pytest.raises(BadFiles) as caught:
        Settings.load(write(text))
    assert told in str(caught.value)


@pytest.mark.parametrize("text", ["[handoff]\nmask = ['x']\n", "[handoff.channel_options]\ntimeout = [2]\n"])
def test_one_mistake_is_told_once_however_many_things_a_value_may_be(write: Write, text: str) -> None:
    with pytest.raises(BadFiles) as caught:
        Settings.load(write(text))
    assert len(caught.value.problems) == 1


def test_an_option_of_a_channel_may_have_decimals(write: Write) -> None:
    options = Settings.load(write("[handoff.channel_options]\ntimeout = 2.5\nattempts = 2\n")).handoff.channel_options
    assert options == {"timeout": 2.5, "attempts": 2}
    assert isinstance(options["attempts"], int)


def test_who_answers_everything_need_not_say_when_to_ask_back(write: Write) -> None:
    assert Settings.load(write("[policy]\nanswer_at = 0\n")).policy.answer_at == 0


def test_a_bad_variable_is_named_and_not_the_line_of_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGCARE_POLICY__ANSWER_AT", "7")
    monkeypatch.setenv("RAGCARE_RETRIEVAL__K", "many")
    with pytest.raises(BadFiles) as caught:
        Settings.load(write("[policy]\nanswer_at = 0.5\n"))
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [
        ("RAGCARE_RETRIEVAL__K", None),
        ("RAGCARE_POLICY__ANSWER_AT", None),
    ]


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("RAGCARE_RETREIVAL__K", "RAGCARE_RETRIEVAL__K"),
        ("RAGCARE_POLICY__ANSWER", "RAGCARE_POLICY__ANSWER_AT"),
        ("RAGCARE_POLICY_ANSWER_AT", "RAGCARE_POLICY__ANSWER_AT"),
        ("RAGCARE_RETRIEVAL__EMBEDER", "RAGCARE_RETRIEVAL__EMBEDDER"),
        ("RAGCARE_HANDOFF__QUEU", "RAGCARE_HANDOFF__QUEUE"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_one_that_was_meant(
    variable: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(BadInput, match=f"the variable {variable} sets nothing.*nearest setting is {meant}$"):
        Settings.load()


def test_variables_of_others_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAGCARE_DATA", "/somewhere")
    monkeypatch.setenv("RAGCARELESS", "1")
    assert Settings.load() == Settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [("k = = 3\n", "not a TOML file"), ("[policy]\n[policy]\n", "not a TOML file"), ("k = 'caf\udce9'", "UTF-8")],
)
def test_what_is_no_toml_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput, match=words) as caught:
        Settings.load(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_is_a_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no such settings file. Mend: start from configs/default.toml"):
        Settings.load(tmp_path / "none.toml")
    with pytest.raises(BadInput, match=r"cannot be read.*Mend:"):
        Settings.load(tmp_path)


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf[policy]\r\nanswer_at = 0.7\r\n")
    assert Settings.load(str(path)).policy.answer_at == 0.7


def test_a_value_in_the_place_of_a_table_is_refused(write: Write) -> None:
    with pytest.raises(BadFiles, match=r"settings.toml:1: policy: "):
        Settings.load(write("policy = 5\n"))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("passages", {"words": 19}),
        ("passages", {"words": 401}),
        ("retrieval", {"vector_weight": 1.1}),
        ("retrieval", {"head_weight": -0.1}),
        ("retrieval", {"k1": 0}),
        ("retrieval", {"b": 2}),
        ("retrieval", {"candidates": 0}),
        ("retrieval", {"rrf_k": 0}),
        ("answering", {"max_words": 19}),
        ("policy", {"clarify_at": -1}),
        ("policy", {"close": 1.5}),
        ("handoff", {"queue": ""}),
        ("handoff", {"queues": {"grounded": "x"}}),
    ],
)
def test_a_value_out_of_its_range_is_refused(table: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({table: values})


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.policy = settings.policy  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        settings.policy.close = 0.2  # type: ignore[misc]


MOVING: dict[str, dict[str, Any]] = {
    "passages": {"words": 91},
    "retrieval": {
        "embedder": "light",
        "fusion": "rrf",
        "vector_weight": 0.37,
        "rrf_k": 31,
        "head_weight": 0.37,
        "k1": 1.37,
        "b": 0.37,
        "repair": False,
        "candidates": 57,
        "k": 7,
        "reranker": "cross-encoder:any",
        "rerank_below": 0.37,
        "reranked": 7,
        "reranker_weight": 0.37,
    },
}


def test_whatever_moves_a_score_is_tried_here() -> None:
    assert {name: set(values) for name, values in MOVING.items()} == {
        name: set(Settings().model_dump()[name]) for name in ("passages", "retrieval")
    }


@pytest.mark.parametrize(("table", "name"), [(table, name) for table in MOVING for name in MOVING[table]])
def test_the_fingerprint_tells_what_moves_a_score(table: str, name: str) -> None:
    beside: dict[str, Any] = {"fusion": "convex"} if name == "vector_weight" else {}
    if name.startswith("rerank") and name != "reranker":
        beside = {"reranker": "cross-encoder:one"}
    before = Settings.model_validate({table: beside})
    changed = Settings.model_validate({table: {**beside, name: MOVING[table][name]}})
    assert changed.fingerprint() != before.fingerprint()
    assert changed.fingerprint() == Settings.model_validate(changed.model_dump()).fingerprint()


@pytest.mark.parametrize(
    "values",
    [
        {"policy": {"answer_at": 0.9, "clarify_at": 0.1, "close": 0.2, "out_of_scope_below": 0.3}},
        {"policy": {"calibration": "mine.json"}},
        {"retrieval": {"rerank_below": 0.1, "reranked": 2, "reranker_weight": 0.9}},  # of no reranker
        {"handoff": {"queue": "accueil", "queues": {"legal": "juristes"}}},
    ],
)
def test_the_fingerprint_is_blind_to_what_acts_on_a_score(values: dict[str, Any]) -> None:
    assert Settings.model_validate(values).fingerprint() == Settings().fingerprint()


def test_the_fingerprint_tells_what_a_setting_only_points_at() -> None:
    settings = Settings()
    found = {settings.fingerprint(*parts) for parts in [(), ("e5/1",), ("e5/2",), ("e5/1", "fr/1"), ("fr/1", "e5/1")]}
    assert len(found) == 5


# --- the calibration beside a settings file ----------------------------------------------------------


def test_a_calibration_is_looked_for_beside_the_file_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tuned").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tuned" / "policy.toml").write_text('[policy]\ncalibration = "calibration.json"\n')
    monkeypatch.chdir(tmp_path)
    settings = Settings.load("tuned/policy.toml")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert settings.policy.calibration == tmp_path / "tuned" / "calibration.json"


def test_an_absolute_path_of_a_calibration_stays_as_it_is(write: Write, tmp_path: Path) -> None:
    there = tmp_path / "far" / "mine.json"
    path = write(f'[policy]\ncalibration = "{there.as_posix()}"\n')
    assert Settings.load(path).policy.calibration == there


def test_a_calibration_named_by_a_variable_is_looked_for_where_one_stands(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAGCARE_POLICY__CALIBRATION", "mine.json")
    path = write('[policy]\ncalibration = "calibration.json"\n')
    assert Settings.load(path).policy.calibration == Path("mine.json")


def test_a_calibration_that_is_no_path_is_told_with_its_line(write: Write) -> None:
    with pytest.raises(BadFiles, match=r"settings.toml:2: policy.calibration"):
        Settings.load(write("[policy]\ncalibration = 5\n"))


@pytest.mark.parametrize(
    "text",
    [
        "[handoff]\nqueue = ' '\n",
        "[handoff.queues]\nasks_person = ''\n",
        "[signals.topics]\nsolar = { examples = ['a', 'b', 'c'], queue = ' ' }\n",
        "[signals.topics]\nsolar = { examples = [' ', '  ', '   '] }\n",
    ],
)
def test_a_blank_is_told_when_settings_are_read_and_not_when_somebody_asks_for_a_person(
    write: Write, text: str
) -> None:
    with pytest.raises(BadFiles, match="it must not be blank"):
        Settings.load(write(text))
