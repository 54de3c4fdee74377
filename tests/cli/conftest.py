"""A small help centre in both languages, and a `ragcare` to run over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ragcare.cli import app

Run = Callable[..., Result]
Write = Callable[..., Path]

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "fr-horaires",
        "title": "Quels sont les horaires de la boutique ?",
        "body": "La boutique est ouverte de 9 h à 18 h, du lundi au samedi.",
        "language": "fr",
        "url": "https://aide.example/fr/horaires",
        "valid_until": "2030-12-31",
    },
    {
        "id": "en-delivery",
        "title": "How long does delivery take?",
        "body": "Delivery takes 3 working days.\n\n## Abroad\n\nDelivery abroad takes 8 working days.",
        "language": "en",
    },
    {
        "id": "en-winter",
        "title": "Winter discount code SNOW",
        "body": "The code SNOW gives 10 % off every winter coat.",
        "language": "en",
        "valid_until": "2025-02-28",
    },
    {
        "id": "en-static-ip",
        "title": "Price of a static address",
        "body": "A static IP address costs €4 a month.",
        "language": "en",
        "audience": ["segment:business"],
    },
]
_REVIEW = {"status": "validated", "validated_by": "Claire Montel", "validated_at": "2024-05-02"}
DRAFT = {"id": "fr-retour", "title": "Renvoyer un colis", "body": "Le retour est gratuit.", "language": "fr"}

HOW_TO_ASK = """
[retrieval]
embedder = "hash"

[policy]
answer_at = {answer_at}
clarify_at = {clarify_at}
close = {close}
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes articles to a JSONL file, each row with what it says of its review and no more."""

    def write(name: str, *articles: dict[str, Any]) -> Path:
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `ragcare` with these words, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=stdin, catch_exceptions=False)

    return run


@pytest.fixture
def source(write: Write) -> Path:
    """Four validated articles (one expired, one for business customers) and a draft."""
    return write("centre.jsonl", *({**article, **_REVIEW} for article in ARTICLES), DRAFT)


@pytest.fixture
def home(run: Run, source: Path, tmp_path: Path) -> Path:
    """The folder of an index over `source`."""
    result = run("index", source, "-o", tmp_path / "aide", "--embedder", "hash")
    assert result.exit_code == 0, result.stderr
    return tmp_path / "aide"


@pytest.fixture
def sure(tmp_path: Path) -> Path:
    """Settings under which whatever can be drafted is answered, so that no test depends on a calibration."""
    path = tmp_path / "sure.toml"
    path.write_text(HOW_TO_ASK.format(answer_at=0.0, clarify_at=0.0, close=0.0))
    return path


@pytest.fixture
def unsure(tmp_path: Path) -> Path:
    """Settings under which two articles that are found are always asked about."""
    path = tmp_path / "unsure.toml"
    path.write_text(HOW_TO_ASK.format(answer_at=1.0, clarify_at=0.0, close=1.0))
    return path
