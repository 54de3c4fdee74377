"""Words that turn a statement round: an answer must turn the same way as its evidence."""

import re
from typing import Final

from ragcare.language.sentences import Span

_MARK: Final = "['’ʼ]"
# Up to six words may stand between the two halves: "ne vous sera donc pas".
_BETWEEN: Final = r"(?:[^\s.,;:!?…]{1,40}+\s{1,4}+){0,6}?"
_FRENCH: Final = re.compile(
    rf"""(?<!\w)(?:
      (?P<skip>(?:si|à)\s+jamais(?!\w) | sans\s+(?:aucun\s+)?doute(?!\w) | non\s+seulement(?!\w)
          | n{_MARK}importe(?!\w) | pas\s+(?:seulement|uniquement)(?!\w))
      | (?P<pair>(?:ne\s{{1,4}}+|n{_MARK}){_BETWEEN}
          (?:pas|plus|jamais|rien|aucune?s?|personne|gu[eè]re|point|nulle\s+part|ni)(?!\w))
      | (?P<alone>(?:pas|jamais|rien|aucune?s?|nul(?:le)?|sans|ni|non)(?!\w))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ENGLISH: Final = re.compile(
    rf"""(?<!\w)(?:
      (?P<skip>not\s+only(?!\w) | whether\s+or\s+not(?!\w) | no\.\s*[0-9] | no\s+doubt(?!\w))
      | (?P<alone>\w+n{_MARK}t(?!\w) | cannot(?!\w)
          | (?:ca|do|does|did|is|are|was|were|wo|have|has|had|could|would|should)nt(?!\w)
          | non(?=-(?!stop|profit)\w)
          | (?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without)(?!\w))
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def negations(text: str, language: str) -> list[Span]:
    """Return where a text negates, in order: one span for "ne … pas", from the one word to the other.

    "Si jamais", "sans doute", "non seulement", "not only" and the like negate nothing. A lone "plus" may
    mean more, and a lone "ne" often means nothing ("avant qu'il ne parte"): neither counts. A language
    other than French gets the English words.
    """
    pattern = _FRENCH if language == "fr" else _ENGLISH
    return [Span(*match.span()) for match in pattern.finditer(text) if match["skip"] is None]
