"""The index over the corpus of a suite, kept between runs so that nothing is embedded twice."""

from __future__ import annotations

import re
from pathlib import Path

from ragcare.errors import IndexCorrupt, IndexMismatch, IndexMissing
from ragcare.evaluation.questions import QuestionSet
from ragcare.index.hybrid import HybridIndex
from ragcare.settings import Settings

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")


def suite_index(
    suite: QuestionSet, settings: Settings, home: Path | str = ".ragcare/evals", *, progress: bool = False
) -> HybridIndex:
    """The index over all articles of a suite, built where it is not there or no longer fits.

    Args:
        suite: whose articles are indexed; an index that stands is made to follow them.
        settings: how they are cut, weighed and embedded.
        home: the folder with one index for each suite and embedder.
        progress: show a progress bar on stderr while embedding.

    Raises:
        BadFiles: an article cannot be read.
        StoreBusy: another process is writing the same index.
    """
    folder = Path(home) / file_name(suite.name, settings.retrieval.embedder)
    try:
        index = HybridIndex.load(folder, settings)
    except (IndexMissing, IndexMismatch, IndexCorrupt):
        index = HybridIndex(settings)
    before = index.content()
    index.follow(suite.articles(), progress=progress)
    if index.content() != before:
        index.save(folder)
    return index


def file_name(*parts: str) -> str:
    """The name of a file or folder made of these, blank ones left out."""
    return _NOT_IN_A_NAME.sub("_", "-".join(filter(None, parts)))
