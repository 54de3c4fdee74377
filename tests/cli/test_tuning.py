"""`ragcare tune`: from the log of a run to a policy that `ragcare ask` can use."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ragcare.assistant import Assistant
from ragcare.cli import app
from ragcare.cli.home import Home
from ragcare.evaluation.judge import judge_log
from ragcare.evaluation.questions import QuestionSet
from ragcare.evaluation.run import run as ask_all
from ragcare.evaluation.run.log import RunLog
from ragcare.evaluation.tune.cases import cases_of, part
from ragcare.schema import Reply

Run = Callable[..., Result]

SHADES = ("red", "green", "blue", "grey", "black", "white", "brown", "pink")
THINGS = ("kettle", "lamp", "chair", "carpet", "mirror", "basket", "hammer")
GOODS = [f"{shade} {thing}" for shade in SHADES for thing in THINGS]
SERVICES = [f"{verb} my broken {thing}" for verb in ("repair", "rent", "paint", "collect") for thing in THINGS]
WORDY = ("What does the {} cost in euros in your shop?", "How many euros does a {} cost at your store?")
PRICED = ("What does the {} cost?", "How much is a {}?", "{} price")


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def article(name: str) -> dict[str, Any]:
    slug = name.replace(" ", "-")
    return {"id": slug, "title": name, "body": f"The {name} costs {len(slug)} euros.", "language": "en"}


def question(name: str, way: str) -> dict[str, Any]:
    slug = name.replace(" ", "-")
    about = {"id": f"{slug}-{PRICED.index(way)}", "question": way.format(name), "lang": "en"}
    return {**about, "answerable": True, "expects": "answer", "relevant_ids": [slug]}


def which(thing: str, way: str) -> dict[str, Any]:
    about = {"id": f"which-{thing}-{WORDY.index(way)}", "question": way.format(thing), "lang": "en"}
    meant = [name.replace(" ", "-") for name in GOODS if name.endswith(thing)]
    return {**about, "answerable": True, "expects": "clarify", "relevant_ids": meant}


def off_topic(service: str) -> dict[str, Any]:
    about = {"id": service.replace(" ", "-"), "question": f"Who in town could {service} next week?", "lang": "en"}
    return {**about, "answerable": False, "expects": "refuse"}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's questions about what it sells, and about services that it does not offer."""
    folder = tmp_path_factory.mktemp("shop")
    write_rows(folder / "corpus.jsonl", list(map(article, GOODS)))
    priced = [question(name, way) for name in GOODS for way in PRICED]
    write_rows(folder / "questions.jsonl", priced + list(map(off_topic, SERVICES)))
    return folder


@pytest.fixture(scope="module")
def shop(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index over the shop's articles."""
    home = tmp_path_factory.mktemp("home")
    words = ["index", suite / "corpus.jsonl", "-o", home, "--embedder", "hash", "--assume-validated", "Ann Lee"]
    assert CliRunner().invoke(app, list(map(str, words))).exit_code == 0
    return home


@pytest.fixture(scope="module")
def log(shop: Path, suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the assistant over that index made of the questions."""
    path = tmp_path_factory.mktemp("runs") / "shop.run.jsonl"
    ask_all(Assistant.open(shop), QuestionSet.load(suite), log=path, workers=1)
    return path


def test_a_policy_is_found_written_and_used(run: Run, log: Path, shop: Path, tmp_path: Path) -> None:
    tuned = run("tune", log, "--max-risk", "0.1", "-o", "tuned")

    assert tuned.exit_code == 0, tuned.stderr
    assert "With 95 % confidence, at most 10 % of all questions are answered wrongly at answer_at = " in tuned.stdout
    assert "answer_at" in tuned.stdout.splitlines()[0]
    assert "upper bound (95 %)" in tuned.stdout.splitlines()[0]
    assert len(tuned.stdout.splitlines()) < 20
    assert "wrote tuned/policy.toml. To use it: ragcare ask --settings tuned/policy.toml" in tuned.stderr

    asked = run(
        "ask", "How much is a green lamp?", "--index", shop, "--settings", tmp_path / "tuned/policy.toml", "--json"
    )
    reply = Reply.model_validate_json(asked.stdout)
    assert reply.decision.action == "answer"
    assert f"answer_at = {reply.decision.threshold:g}" in tuned.stdout
    assert not reply.trace.calibration_is_stale


def test_what_was_certified_is_what_the_policy_does(run: Run, log: Path, shop: Path, suite: Path) -> None:
    """Asked again under the policy, as many certifying questions are answered as it says, and as many wrongly."""
    told = json.loads(run("tune", log, "--max-risk", "0.1", "-o", "tuned", "--json").stdout)
    certifying = {case.id for case in part(cases_of([RunLog.read(log)])).certifying}

    assistant = Home(shop).assistant(Path("tuned/policy.toml"))
    again = judge_log(ask_all(assistant, QuestionSet.load(suite), workers=1))

    outcomes = [judgement.outcome for row, judgement in again if row.label.id in certifying]
    assert len(outcomes) == told["at"]["n"]
    assert outcomes.count("wrong") == told["at"]["wrong"]
    assert outcomes.count("correct") == told["at"]["answered"] - told["at"]["wrong"] > 0


def test_an_index_that_was_built_otherwise_is_refused(run: Run, log: Path, suite: Path, tmp_path: Path) -> None:
    assert run("tune", log, "--max-risk", "0.1", "-o", "tuned").exit_code == 0
    other = tmp_path / "other.toml"
    other.write_text('[passages]\nwords = 60\n\n[retrieval]\nembedder = "hash"\n')
    words = ("-o", tmp_path / "elsewhere", "--settings", other, "--assume-validated", "Ann Lee")
    assert run("index", suite / "corpus.jsonl", *words).exit_code == 0

    asked = run(
        "ask", "green lamp price", "--index", tmp_path / "elsewhere", "--settings", "tuned/policy.toml", "--json"
    )
    assert asked.exit_code == 2
    assert "was built with passages.words = 60, the settings say 120" in asked.stderr


def test_what_was_certified_under_settings_of_ones_own_is_what_the_policy_does(
    run: Run, suite: Path, tmp_path: Path
) -> None:
    """What is asked back and how much is said are settings, too: with others, more would be answered than promised.

    Asked back at any probability: otherwise what was too improbable for it would be, once it is told more probable.
    """
    wordy = tmp_path / "wordy"
    shutil.copytree(suite, wordy)
    with (wordy / "questions.jsonl").open("a", encoding="utf-8") as questions:
        questions.writelines(json.dumps(which(thing, way)) + "\n" for thing in THINGS for way in WORDY)
    (tmp_path / "mine.toml").write_text(
        '[retrieval]\nembedder = "hash"\n[answering]\nmax_words = 400\n'
        "[policy]\nvague_words = 30\nclose = 1.0\nclarify_at = 0.0\n"
    )
    mine = ("--settings", "mine.toml")
    assert run("eval", wordy, "--json", "mine.json", *mine).exit_code == 0
    tuned = run("tune", "mine.json", "--max-risk", "0.2", "-o", "tuned", "--json")
    assert tuned.exit_code == 0, tuned.stderr
    told = json.loads(tuned.stdout)
    certifying = {case.id for case in part(cases_of([RunLog.read("mine.run.jsonl")])).certifying}

    def seen(settings: str) -> tuple[int, int]:
        assert run("eval", wordy, "--json", "again.json", "--settings", settings).exit_code == 0
        again = [one for one in judge_log(RunLog.read("again.run.jsonl")) if one.row.label.id in certifying]
        outcomes = [one.judgement.outcome for one in again]
        return outcomes.count("wrong") + outcomes.count("correct"), outcomes.count("wrong")

    assert seen("tuned/policy.toml") == (told["at"]["answered"], told["at"]["wrong"])
    policy = Path("tuned/policy.toml").read_text(encoding="utf-8")
    Path("tuned/less.toml").write_text(policy.replace("close = 1.0", "").replace("vague_words = 30", ""))
    assert seen("tuned/less.toml") != (told["at"]["answered"], told["at"]["wrong"])


def test_where_the_policy_cannot_be_written_is_said_before_the_search(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tuned/policy.toml").mkdir(parents=True)
    (tmp_path / "file").touch()
    for folder, told in (("tuned", "policy.toml: it is a folder"), ("file", "it cannot be written: Not a directory")):
        result = run("tune", "none.run.jsonl", "-o", folder)
        assert result.exit_code == 2
        assert told in result.stderr


def test_another_judge_may_say_what_is_right(run: Run, log: Path) -> None:
    told = json.loads(run("tune", log, "--max-risk", "0.1", "--judge", "similarity:hash@0.2", "--json").stdout)
    assert told["judge"].startswith("similarity by hash")


def test_where_nothing_can_be_promised_it_ends_with_1_and_says_why(run: Run, log: Path, tmp_path: Path) -> None:
    result = run("tune", log, "--max-risk", "0.001", "-o", "tuned")

    assert result.exit_code == 1
    assert "Nothing can be promised: " in result.stdout
    assert "It would take at least 2995 certifying questions" in result.stdout
    assert "nothing was written to tuned" in result.stderr
    assert not (tmp_path / "tuned").exists()


def test_the_json_holds_all_of_it(run: Run, log: Path) -> None:
    result = run("tune", log, "--max-risk", "0.1", "--risk", "selective", "--euros", "wrong_answer=40", "--json")

    told = json.loads(result.stdout)
    assert told["terms"] == {
        "max_risk": 0.1,
        "confidence": 0.95,
        "risk": "selective",
        "bound": "clopper-pearson",
        "unit": "question",
    }
    assert told["cheapest"]["prices"]["wrong_answer"] == 40
    assert told["settings"]["retrieval"]["embedder"] == "hash"
    assert result.exit_code == (0 if told["answer_at"] is not None else 1)
    assert sum(told["certified"].values()) + sum(told["fitted"].values()) <= len(GOODS) * 3 + len(SERVICES)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none.jsonl",), "no log of a run"),
        (("none.json",), "there is no such report"),
        (("LOG", "--judge", "my mother"), "there is no such judge"),
        (("LOG", "--max-risk", "1e-17"), "max_risk"),
        (("LOG", "--confidence", "0.9999999999999999"), "confidence"),
        (("LOG", "LOG"), "more than once"),
        (("LOG", "--max-risk", "2"), "max_risk"),
        (("LOG", "--euros", "coffee=3"), "it is no price"),
        (("LOG", "--risk", "none"), "none"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what(run: Run, log: Path, words: tuple[str, ...], told: str) -> None:
    result = run("tune", *(log if word == "LOG" else word for word in words))
    assert result.exit_code == 2
    assert told in result.stderr
