"""The files of the page: small, in two languages, and without a line that its policy would refuse."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

PAGES = Path(str(resources.files("ragcare.server") / "pages"))
FILES = sorted(PAGES.iterdir())
INDEX = (PAGES / "index.html").read_text(encoding="utf-8")


def _words(language: str) -> list[str]:
    """The names of the texts of one language, in order."""
    source = (PAGES / "words.js").read_text(encoding="utf-8")
    table = re.search(rf"^const {language} = {{$(.+?)^}};$", source, re.MULTILINE | re.DOTALL)
    assert table
    return re.findall(r"^  (\w+): ", table[1], re.MULTILINE)


def test_all_of_it_is_under_60_kilobytes() -> None:
    assert {file.suffix for file in FILES} == {".html", ".css", ".js"}
    assert sum(file.stat().st_size for file in FILES) < 60_000


def test_french_and_english_say_the_same_things() -> None:
    assert len(_words("FRENCH")) > 40
    assert _words("FRENCH") == _words("ENGLISH")


def test_every_word_is_used_and_every_word_used_is_there() -> None:
    scripts = "".join(file.read_text(encoding="utf-8") for file in FILES if file.suffix == ".js")
    used = set(re.findall(r"(?:words\(\)|\bw)\.(\w+)", scripts))
    used |= set(re.findall(r'data-(?:say|label)="(\w+)"', INDEX))
    assert used == set(_words("ENGLISH"))


def test_french_signs_do_not_leave_their_word() -> None:
    source = (PAGES / "words.js").read_text(encoding="utf-8")
    french = source[: source.index("const ENGLISH")]
    texts = re.findall(r': "([^"]+)",$', french, re.MULTILINE)
    assert len(texts) > 40
    assert not [text for text in texts if re.search(r" [?!;:»]|« ", text)]


def test_nothing_is_inline_or_from_elsewhere() -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://", INDEX)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", INDEX) == [""]
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            file.name
        )
        assert not re.search(r"@import|url\(", text), file.name


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".js"], ids=lambda file: file.name)
def test_a_module_imports_only_modules_that_are_there(file: Path) -> None:
    for name in re.findall(r'from "([^"]+)"', file.read_text(encoding="utf-8")):
        assert name.startswith("./"), name
        assert (PAGES / name).is_file(), name
