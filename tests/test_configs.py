"""The settings files that ship: they load, they say why, and the default one says exactly the defaults."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from ragcare.settings import Settings

CONFIGS = Path(__file__).parents[1] / "configs"
FILES = sorted(CONFIGS.glob("*.toml"))


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("RAGCARE_")]:
        monkeypatch.delenv(name)


def config(name: str) -> Settings:
    return Settings.load(CONFIGS / name)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_ships_loads(path: Path) -> None:
    assert Settings.load(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_that_ships_says_why_on_each_line_that_sets_something(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    silent = [line for line in lines if "=" in line and not line.startswith("#") and "  #" not in line]
    assert not silent


def test_the_default_file_says_exactly_the_defaults() -> None:
    said = tomllib.loads((CONFIGS / "default.toml").read_text(encoding="utf-8"))
    assert said == Settings().model_dump(mode="json", exclude_none=True)
    assert config("default.toml") == Settings()


def test_the_default_file_leaves_nothing_out() -> None:
    text = (CONFIGS / "default.toml").read_text(encoding="utf-8")
    for table, field in Settings.model_fields.items():
        assert f"[{table}]" in text
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields:
            assert f"\n{name} = " in text or f"\n# {name} = " in text or f"\n[{table}.{name}]" in text, name


def test_what_the_default_file_offers_in_comments_may_be_set(tmp_path: Path) -> None:
    text = (CONFIGS / "default.toml").read_text(encoding="utf-8")
    offered = [line for line in text.splitlines() if line.startswith("# ") and " = " in line]
    assert len(offered) >= 4
    for line in offered:
        text = text.replace(line, line.removeprefix("# "))
    path = tmp_path / "all.toml"
    path.write_text(text, encoding="utf-8")
    settings = Settings.load(path)
    assert settings.policy.calibration == tmp_path / "calibration.json"
    assert settings.handoff.queues["fraud"] == "security"


def test_strict_is_stricter_and_moves_no_score() -> None:
    strict, default = config("strict.toml").policy, Settings().policy
    assert strict.answer_at > default.answer_at
    assert strict.clarify_at > default.clarify_at
    assert strict.clarify_at < strict.answer_at
    assert config("strict.toml").fingerprint() == Settings().fingerprint()


@pytest.mark.parametrize(("name", "embedder"), [("light.toml", "light"), ("two-embedders.toml", "e5+light")])
def test_one_of_another_embedder_differs_by_that_alone(name: str, embedder: str) -> None:
    expected = Settings(signals={"embedder": embedder})
    assert config(name) == expected.with_embedder(embedder)
