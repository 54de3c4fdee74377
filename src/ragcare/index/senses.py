"""What the vectors of a passage stand for: its text; and, halfway from there to each of them, the questions it answers.

Customers ask in the words of a question, and articles answer in others. So a passage is as near to a question as the
nearest of its vectors: that of its text, or that halfway to a question which its article is known to answer. As the
score is an inner product, such a vector scores the mean of both: a known question can lift a passage that says
something of the matter, and never lower one (`docs/design/022-known-questions.md`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ragcare.language.sentences import ends_as_question
from ragcare.schema import Passage

if TYPE_CHECKING:
    from ragcare.index.allowed import Vectors


class Sense(NamedTuple):
    """What one vector stands for.

    Attributes:
        text: of the passage, as of `embedded_text`.
        asked: a question that it is known to answer; None for the vector of the text alone.
    """

    text: str
    asked: str | None = None


def embedded_text(passage: Passage) -> str:
    """What is embedded of the passage itself: its place, then its text."""
    return "\n".join(part for part in (passage.title, *passage.headings, passage.text) if part)


def senses_of(passage: Passage) -> list[Sense]:
    """What its vectors stand for: the text alone comes first."""
    text = embedded_text(passage)
    return [Sense(text), *(Sense(text, asked) for asked in _answered(passage))]


def texts_of(senses: Sequence[Sense]) -> list[str]:
    """The texts to be embedded for them, each once."""
    return list(dict.fromkeys(text for sense in senses for text in sense if text is not None))


def vectors_of(senses: Sequence[Sense], embedded: Mapping[str, Vectors], dimension: int) -> Vectors:
    """Their vectors, of shape (senses, dimension), from those of the texts."""
    import numpy as np  # here and below: whoever asks for a text alone shall not load it

    vectors = np.empty((len(senses), dimension), np.float32)
    for row, (text, asked) in enumerate(senses):
        vectors[row] = embedded[text] if asked is None else (embedded[text] + embedded[asked]) / np.float32(2)
    return vectors


def embedded_of(senses: Sequence[Sense], vectors: Vectors) -> dict[str, Vectors]:
    """The vectors of the texts, from those of the senses, that of a text alone before its others.

    Those of questions are as they were but for rounding.
    """
    import numpy as np

    embedded: dict[str, Vectors] = {}
    for (text, asked), vector in zip(senses, vectors, strict=True):
        embedded.setdefault(*((text, vector) if asked is None else (asked, vector * np.float32(2) - embedded[text])))
    return embedded


def _answered(passage: Passage) -> list[str]:
    """The known questions of its article, the title among them where it is one."""
    asked = [passage.title] if ends_as_question(passage.title) else []
    return [one for one in dict.fromkeys([*asked, *passage.questions]) if one.strip()]
