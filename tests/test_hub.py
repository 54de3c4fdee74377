"""Models by name: this machine first, the hub once and only where the model is not here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ragcare.errors import ModelUnavailable
from ragcare.hub import from_here_or_hub, shown

huggingface_hub = pytest.importorskip("huggingface_hub", reason="the extra local is not installed")


class Hub:
    """A hub that counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, answers: bool) -> None:
        self.asked: list[str] = []
        self.answers = answers
        monkeypatch.setattr(huggingface_hub, "model_info", self._told)

    def _told(self, name: str, timeout: float) -> None:
        self.asked.append(name)
        if not self.answers:
            raise ConnectionError(f"no network for {timeout} s")


def _only_from_the_hub(here: bool) -> str:
    if here:
        raise OSError("it is not in the cache")
    return "a model"


def test_what_is_here_is_loaded_without_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, answers=True)
    assert from_here_or_hub("model", "some-org/some-model", lambda here: ("a model", here)) == ("a model", True)
    assert hub.asked == []


def test_what_is_not_here_comes_from_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, answers=True)
    assert from_here_or_hub("model", "some-org/some-model", _only_from_the_hub) == "a model"
    assert hub.asked == ["some-org/some-model"]


def test_without_a_network_the_hub_is_asked_once_and_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, answers=False)
    tried: list[bool] = []

    def load(here: bool) -> str:
        tried.append(here)
        return _only_from_the_hub(here)

    with pytest.raises(ModelUnavailable, match='no model "some-org/some-model" can be loaded: no network'):
        from_here_or_hub("model", "some-org/some-model", load)
    assert (hub.asked, tried) == (["some-org/some-model"], [True])


def test_a_broken_folder_is_told_and_no_hub_asked_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hub = Hub(monkeypatch, answers=True)
    with pytest.raises(ModelUnavailable, match=r"not in the cache\nMend: give the path of a folder"):
        from_here_or_hub("model", str(tmp_path), _only_from_the_hub)
    assert hub.asked == []


@pytest.mark.parametrize("name", ["", " "])
def test_a_model_without_a_name_is_told_before_anything_is_loaded(name: str) -> None:
    with pytest.raises(ModelUnavailable, match=r"^no model is named\nMend: give the path of a folder"):
        from_here_or_hub("model", name, lambda here: pytest.fail(f"nothing is to be loaded, here or not: {here}"))


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder"])
def test_a_folder_that_is_not_there_is_no_name_on_the_hub(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    hub = Hub(monkeypatch, answers=True)
    with pytest.raises(ModelUnavailable, match=f'"{re.escape(name)}" can be loaded: there is no such folder'):
        from_here_or_hub("model", name, _only_from_the_hub)
    assert hub.asked == []


def test_a_folder_is_called_by_its_own_name_alone(tmp_path: Path) -> None:
    assert shown(str(tmp_path)) == tmp_path.name
    assert shown("some-org/some-model") == "some-org/some-model"
