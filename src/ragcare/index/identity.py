"""What an index is, whatever it holds: who embedded and cut it, and whether it may be opened in another way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from ragcare.errors import IndexMismatch
from ragcare.index.embedders import Embedder
from ragcare.language.analyser import KNOWN_LANGUAGES, analyser_for
from ragcare.schema import Article
from ragcare.settings import Settings

SCORING = 4
"""Raised whenever what is indexed, or how it is scored, moves a score: calibrations fitted before are stale then."""

_LEG_WEIGHTS = resources.files("ragcare") / "retrieval" / "leg_weights.json"
_CUT = (("passages", "words"), ("retrieval", "embedder"))


def naming(settings: Settings, embedder: object) -> Settings:
    """The settings with that embedder in them, if it is a name: so the index names it, and opens with it."""
    return settings.with_embedder(embedder) if isinstance(embedder, str) else settings


def fingerprint(settings: Settings, embedder: Embedder) -> str:
    """A digest of all that moves a score but the articles: settings, what is indexed, embedder, analysers."""
    analysers = sorted(analyser_for(language).name for language in KNOWN_LANGUAGES)
    # The weights are retrieval's, which stands above; what is read here is their bytes and no more.
    weights = [_LEG_WEIGHTS.read_text(encoding="utf-8")] if settings.retrieval.fusion == "adaptive" else []
    return settings.fingerprint(f"index/{SCORING}", embedder.name, *analysers, *weights)


def content(articles: Iterable[Article]) -> str:
    """A digest of these articles, which stand in the order of their ids."""
    digest = hashlib.sha256()
    for article in articles:
        digest.update(article.model_dump_json().encode())
    return digest.hexdigest()[:16]


def manifest(settings: Settings, embedder: Embedder, languages: Iterable[str]) -> dict[str, Any]:
    """How an index was made, to be kept beside what it holds."""
    return {
        "embedder": embedder.name,
        "dimension": embedder.dimension,
        "analysers": {language: analyser_for(language).name for language in sorted(languages)},
        "settings": settings.model_dump(mode="json", include={"passages", "retrieval"}),
        "fingerprint": fingerprint(settings, embedder),
    }


def refuse_other_settings(
    where: object, built_by: Mapping[str, Any], settings: Settings, *, also: Iterable[tuple[str, str]] = ()
) -> None:
    """Raises `IndexMismatch` where settings or analysers would cut, count or embed otherwise than `built_by` says.

    Args:
        where: what is opened.
        built_by: its manifest.
        settings: those to open it with.
        also: further settings, by table and name, that what is stored rests on.
    """
    built = built_by["settings"]
    asked = settings.model_dump(mode="json", include={"passages", "retrieval"})
    for table, name in (*_CUT, *also):
        if built[table][name] != asked[table][name]:
            raise IndexMismatch(
                f"{where} was built with {table}.{name} = {built[table][name]!r}, the settings say "
                f"{asked[table][name]!r}. Mend: use the settings of the index, or build it again"
            )
    for language, name in built_by["analysers"].items():
        if analyser_for(language).name != name:
            raise IndexMismatch(
                f"{where} was analysed by {name}, this ragcare has {analyser_for(language).name}. "
                "Mend: build the index again"
            )


def refuse_other_embedder(where: object, built_by: Mapping[str, Any], embedder: Embedder) -> None:
    """Raises `IndexMismatch` where the vectors are another embedder's."""
    if embedder.name != built_by["embedder"]:
        raise IndexMismatch(
            f"{where} was embedded by {built_by['embedder']}, not by {embedder.name}. "
            "Mend: open it with that embedder, or build the index again"
        )
