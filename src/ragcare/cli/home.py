"""The folder that the verbs share: a knowledge base on disk, and the index of what may be said of it.

    DIR/knowledge/   every version of every article, and who vouches for it
    DIR/index/       the validated ones, indexed
    DIR/lock         which process changes the two together

The knowledge base is the truth. The index is made to follow it after each change; killed in between, the next
change brings it along.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ragcare.errors import IndexCorrupt, IndexMismatch, IndexMissing, StoreBusy

if TYPE_CHECKING:
    from ragcare.assistant import Assistant
    from ragcare.index.hybrid import HybridIndex
    from ragcare.knowledge.knowledge_base import KnowledgeBase

DEFAULT = Path(".ragcare")
_PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Home:
    """One such folder."""

    folder: Path

    @property
    def knowledge_folder(self) -> Path:
        """Where the knowledge base is."""
        return self.folder / "knowledge"

    @property
    def index_folder(self) -> Path:
        """Where the index is."""
        return self.folder / "index"

    @property
    def has_knowledge(self) -> bool:
        """Whether there is a knowledge base."""
        return (self.knowledge_folder / "log.jsonl").is_file()

    @property
    def has_index(self) -> bool:
        """Whether there is an index, sound or not."""
        return (self.index_folder / "CURRENT").is_file()

    def knowledge(self) -> KnowledgeBase:
        """The knowledge base, for good: each change is on disk at once.

        Raises:
            IndexMissing: there is none.
        """
        from ragcare.knowledge.knowledge_base import KnowledgeBase

        self.require_knowledge()
        return KnowledgeBase.open(self.knowledge_folder)

    def require_knowledge(self) -> None:
        """Raises `IndexMissing` if there is no knowledge base, without reading it if there is."""
        if not self.has_knowledge:
            raise IndexMissing(self._none("knowledge base"))

    def require_index(self) -> None:
        """Raises `IndexMissing` if there is no index, without reading it if there is."""
        if not self.has_index:
            raise IndexMissing(self._none("index"))

    def index(self, settings_file: Path | None = None) -> HybridIndex:
        """The index.

        Args:
            settings_file: what it does not say is as the index was built.

        Raises:
            IndexMissing: there is none.
            IndexCorrupt: it is damaged.
            IndexMismatch: it was built in another way than the settings say.
        """
        from ragcare.index.hybrid import HybridIndex
        from ragcare.settings import Settings

        self.require_index()
        return HybridIndex.load(self.index_folder, Settings.load(settings_file, beneath=_built_with(self)))

    def assistant(self, settings_file: Path | None = None) -> Assistant:
        """The assistant over the index; raises what `index` raises."""
        from ragcare.assistant import Assistant

        return Assistant(self.index(settings_file))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """The right to change the knowledge base and the index together.

        Raises:
            StoreBusy: another process has it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(self.folder / "lock").acquire(timeout=_PATIENCE_S)
        except Timeout:
            raise StoreBusy(f"{self.folder}: another ragcare is changing it. Mend: wait for it to end") from None
        with lock:
            yield

    def follow(self, knowledge: KnowledgeBase, index: HybridIndex, *, progress: bool = False) -> None:
        """Makes the index hold what the knowledge base holds now, and writes it."""
        index.follow(knowledge, progress=progress)
        index.save(self.index_folder)

    def _none(self, what: str) -> str:
        return f"there is no {what} in {self.folder}. Mend: ragcare index SOURCE -o {self.folder}"


def index_that_fits(
    home: Home, settings_file: Path | None = None, embedder: str | None = None
) -> tuple[HybridIndex, str | None]:
    """The index that stands, or else an empty one, and why the one that stands does not fit.

    Who names neither settings nor an embedder keeps those that the index was built with.
    """
    from ragcare.index.hybrid import HybridIndex
    from ragcare.settings import Settings

    asked = Settings.load(settings_file, beneath=_built_with(home))
    if embedder is not None:
        # Among the settings, so that the index names it, and opens with it when nobody does.
        asked = asked.with_embedder(embedder)
    if not home.has_index:
        return HybridIndex(asked), None
    try:
        return HybridIndex.load(home.index_folder, asked), None
    except (IndexMismatch, IndexCorrupt) as error:
        return HybridIndex(asked), str(error).split(" Mend:")[0]


def _built_with(home: Home) -> dict[str, Any]:
    """The settings that the index which stands was built with; none where there is none that can tell."""
    from ragcare.index.generations import current_generation

    try:
        settings: dict[str, Any] = current_generation(home.index_folder)[1]["settings"]
    except (IndexMissing, IndexMismatch, IndexCorrupt, LookupError):
        return {}
    return settings
