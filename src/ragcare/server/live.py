"""The assistant that answers now; a new generation of its index takes its place while it answers."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ragcare.errors import IndexMissing, RagcareError
from ragcare.server import metrics
from ragcare.server.log import log
from ragcare.settings import Settings

if TYPE_CHECKING:
    from ragcare.assistant import Assistant

_WARM_UP = ("Comment annuler ma comande ?", "How do I cancle my order?")
"""Each with a slip, so that the dictionary of the language is read before the first customer makes one."""


class Live:
    """Holds one assistant at a time. Who took it keeps it to the end of the question; the next one gets the new one.

    Args:
        assistant: to be served as it is; or
        folder: of an index that `ragcare index` wrote, looked at again and again.
        settings_file: what it does not say is as the index was built.
    """

    def __init__(
        self, assistant: Assistant | None = None, *, folder: Path | None = None, settings_file: Path | None = None
    ) -> None:
        self._assistant, self._folder, self._settings_file = assistant, folder, settings_file
        self._warm = False
        self._stamp = ""
        self._loading = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether it can answer, and quickly."""
        return self._warm

    @property
    def assistant(self) -> Assistant:
        """The one that answers now."""
        assert self._assistant is not None, "it is loaded before anything is asked"
        return self._assistant

    @property
    def generation(self) -> str:
        """Which generation of the index that is; empty for an assistant that was given."""
        return self._stamp.partition(" ")[0]

    def load(self) -> None:
        """Loads the index that stands, warms it up, and puts it in the place of the one before; blocks.

        Raises:
            RagcareError: there is none, or it cannot be opened; the one before then stays.
        """
        with self._loading:
            stamp = self._pointer()
            assistant = self._assistant
            if self._folder is not None:
                assistant = _open(self._folder, self._settings_file)
            assert assistant is not None, "an assistant or a folder is given"
            for question in _WARM_UP:
                # A language model is not asked for nothing: it may cost money, and be away for a while.
                extractive = assistant.settings.writing.writer == "extractive"
                assistant.ask(question) if extractive else assistant.search(question)
                assistant.suggest(question)
            self._assistant, self._stamp, self._warm = assistant, stamp, True
            metrics.articles(len(assistant.index.articles))

    async def follow(self, every: float) -> None:
        """Loads each new generation, for ever; one that cannot be opened is logged and leaves the old one standing."""
        refused = ""
        while True:
            await asyncio.sleep(every)
            stamp = await asyncio.to_thread(self._pointer)
            if stamp in (self._stamp, refused, ""):
                continue
            try:
                await asyncio.to_thread(self.load)
            except (RagcareError, OSError, ValueError) as error:
                refused = stamp
                metrics.reloaded("refused")
                log.error("reload refused", extra={"error": type(error).__name__, "said": str(error)})
            else:
                metrics.reloaded("done")
                log.info("reloaded", extra={"generation": self.generation})

    def _pointer(self) -> str:
        """What names the generation that stands; a few bytes, cheap to read again and again."""
        if self._folder is None:
            return ""
        try:
            return (self._folder / "index" / "CURRENT").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


def settings_of(folder: Path, settings_file: Path | None) -> Settings:
    """The settings to serve an index with: of the file and the variables, over those that it was built with.

    Raises:
        IndexMissing, IndexCorrupt, IndexMismatch: as opening it would.
        BadInput: the file or a variable is wrong.
    """
    from ragcare.index.generations import current_generation

    home = folder / "index"
    if not home.is_dir():
        raise IndexMissing(f"there is no index in {folder}. Mend: ragcare index SOURCE -o {folder}")
    return Settings.load(settings_file, beneath=current_generation(home)[1]["settings"])


def _open(folder: Path, settings_file: Path | None) -> Assistant:
    from ragcare.assistant import Assistant

    return Assistant.open(folder, settings=settings_of(folder, settings_file))
