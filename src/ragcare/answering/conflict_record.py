"""The record of contradictions: what was refused because two articles disagree, for the owners of the articles."""

from __future__ import annotations

import logging
import threading
from datetime import date
from pathlib import Path

from ragcare.errors import BadInput
from ragcare.privacy import mask
from ragcare.schema import Library, Question, Record, Refusal

_logger = logging.getLogger(__name__)


class Contradicting(Record):
    """One side of a contradiction: the article, who owns it, and the words at fault."""

    article_id: str
    version: int
    owner: str | None
    quote: str


class Contradiction(Record):
    """A line of the record.

    Attributes:
        question: what was asked when it showed, personal data masked.
    """

    as_of: date
    question: str
    articles: tuple[Contradicting, ...]


class ConflictRecord:
    """A file of JSON lines, one for each contradiction: each pair of quotes once, however often it is asked for.

    Raises:
        BadInput: the file holds something else, or is in a folder that is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        if not path.absolute().parent.is_dir():
            raise BadInput(f"{path}: there is no such folder. Mend: answering.conflict_record names a file in one")
        self._known = self._quotes_of_file()

    def add(self, question: Question, conflict: Refusal, library: Library) -> None:
        """Writes the contradiction behind a refusal, unless it stands there already.

        A disk that is full does not keep a customer from a reply: it is logged.
        """
        sides = tuple(
            Contradicting(
                article_id=piece.article_id,
                version=piece.version,
                owner=library.article(piece.article_id).owner,
                quote=piece.quote,
            )
            for piece in conflict.evidence
        )
        told = Contradiction(as_of=question.as_of, question=" ".join(mask(question.text).split()), articles=sides)
        with self._lock:
            if _quotes(told) in self._known:
                return
            try:
                self._known = self._quotes_of_file()  # another process may have written since
                if _quotes(told) not in self._known:
                    # One line in one write, to a file opened for appending: processes do not mix theirs.
                    with self.path.open("a", encoding="utf-8") as file:
                        file.write(told.model_dump_json() + "\n")
            except (OSError, BadInput) as error:
                _logger.warning("a contradiction between articles could not be recorded: %s", error)
            self._known.add(_quotes(told))

    def _quotes_of_file(self) -> set[tuple[str, ...]]:
        if not self.path.exists():
            return set()
        known = set()
        for number, line in enumerate(self.path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                known.add(_quotes(Contradiction.model_validate_json(line)))
            except ValueError:
                raise BadInput(
                    f"{self.path}:{number}: no contradiction as ragcare records them. Mend: move the file away"
                ) from None
        return known


def _quotes(one: Contradiction) -> tuple[str, ...]:
    return tuple(sorted(f"{side.article_id}: {side.quote}" for side in one.articles))
