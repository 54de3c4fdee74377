"""Which language a question is in, from the first words of it."""

import math
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from ragcare.language.analyser import KNOWN_LANGUAGES

if TYPE_CHECKING:
    import eldc  # type: ignore[import-untyped]

_LONGEST: Final = 1_000  # characters that decide; the rest of a long message says nothing new
_SHARPNESS: Final = 25.0  # of the score gap, fitted on questions cut to one, two and three words
_loading: Final = threading.Lock()


class Detected(NamedTuple):
    """A language, and how likely it is that it is the right one of those asked for."""

    language: str
    confidence: float


NOTHING: Final = Detected("und", 0.0)
"""What is detected where nothing can be told: no letters, or none of an alphabet that is asked for."""


def detect_language(text: str, among: Sequence[str] = KNOWN_LANGUAGES) -> Detected:
    """Return the likeliest language of a text among those given.

    Text in a third language is given the nearest of `among`: ask among more to tell it apart. Offline, and
    safe to call from many threads.

    Args:
        text: any text; three words are usually enough.
        among: two-letter codes.

    Raises:
        ValueError: if `among` is empty or holds a language that cannot be detected.
    """
    found = _detector(tuple(among)).detect_details(_clean(text))
    if found.language == "und":
        return NOTHING
    # A score says how usual the letters are in a language, so only the gaps between scores tell them apart.
    best = found.scores[found.language]
    rivals = sum(math.exp(_SHARPNESS * (score - best)) for score in found.scores.values())
    unscored = (len(set(among)) - len(found.scores)) * math.exp(-_SHARPNESS * best)
    return Detected(found.language, 1 / (rivals + unscored))


def _clean(text: str) -> str:
    """Leave out what the detector cannot encode, or would read as letters."""
    return "".join(char if char.isprintable() else " " for char in text[:_LONGEST])


@lru_cache(maxsize=64)
def _detector(among: tuple[str, ...]) -> "eldc.Instance":
    """Return a detector of its own for each set of languages: its setting is then never changed."""
    import eldc

    unknown = sorted(set(among).difference(eldc.LANGUAGES))
    if unknown or not among:
        known = ", ".join(sorted(eldc.LANGUAGES))
        raise ValueError(f"cannot detect {', '.join(unknown) or 'among no languages'}; known are {known}")
    with _loading:
        eldc.init()
        detector = eldc.instance()
        detector.set_languages(list(among))
        detector.set_scores(min(len(among), eldc.MAX_SCORES))
    return detector
