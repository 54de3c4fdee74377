"""A help centre with things to steal and articles that attack, and an assistant over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.attack.material import EXPIRED, KEPT_FROM_THE_PUBLIC, POISONED

from ragcare.assistant import Assistant
from ragcare.deciding.confidence import Calibration
from ragcare.settings import PolicySettings, RetrievalSettings, Settings
from ragcare.testing import small_knowledge


def calibrated(folder: Path) -> Settings:
    """As sure as can be of everything: nothing is kept back by a low probability alone."""
    path = folder / "calibration.json"
    Calibration(fingerprint="any", fitted_on={}, intercept=20.0, features={}).write(path)
    return Settings(
        retrieval=RetrievalSettings(embedder="hash"),
        policy=PolicySettings(calibration=path, vague_words=0),
    )


@pytest.fixture(scope="session")
def reckless(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant that says whatever it may."""
    articles = [*small_knowledge(), *KEPT_FROM_THE_PUBLIC, EXPIRED, *POISONED]
    return Assistant.over(articles, settings=calibrated(tmp_path_factory.mktemp("attack")))


@pytest.fixture(scope="session")
def without_secrets(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The same, had the restricted articles never been written."""
    articles = [*small_knowledge(), EXPIRED, *POISONED]
    return Assistant.over(articles, settings=calibrated(tmp_path_factory.mktemp("attack")))
