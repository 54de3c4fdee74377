"""The clauses of a question that may ask: without greetings, and without what only sets the scene."""

from __future__ import annotations

import re
from typing import Final

from ragcare.language.folding import APOSTROPHES, fold
from ragcare.language.manners import ASKS_FOR_HELP, GREETING, PLEASE, THANKS
from ragcare.language.sentences import ends_as_question, sentence_spans

WHERE: Final = "OÙ"
"""What "où" becomes where it is written with its accent, so that it is not taken for "ou"."""

_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")
_NOT_A_LETTER: Final = re.compile(r"[^\w%€$£'-]+")
_CLAUSE_END: Final = re.compile(r"[,;:]+(?=\s|$)|\n")
_ACCENTED_WHERE: Final = re.compile(r"\bo(?:ù|u\u0300)(?!\w)", re.IGNORECASE)
_STANDS_FOR_WHERE: Final = "ouwhere"

_LEADS_IN: Final = re.compile(
    r"^(?:(?:mais|alors|donc|ok|et|du coup|sinon|si oui|si non|if so|if not|okay|so|and|but|oh|well|also"
    rf"|{GREETING}|{PLEASE}|{THANKS})(?: |$))+"
)
"""What stands before a clause; left out of it however it goes on, for here no word of the question is lost by it."""
_SCENE: Final = re.compile(
    r"(?:si|s'ils?|lorsqu\w*|une fois|comme|apres|if|once|after|while|as|since|because|although) "
    r"|quand (?!est\b|a\b|ont\b|sont\b|fut\b|etai|sera|\w+-|.*-(?:t-)?(?:il|elle|on|je|vous|ils|elles)\b)"
    r"|when (?!(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|must|have|has|had|might)\b)"
)
"""A clause that sets the scene for another: "Si je perds mon téléphone, ...", "When I travel, ..."."""
_PLEA: Final = re.compile(
    rf"(?:{ASKS_FOR_HELP}|(?:can|could) (?:you|someone|anyone) (?:please )?explain"
    r"|(?:pouvez|peux|pourriez)[- ](?:vous|tu) m'expliquer)(?: me| us)?(?: out| with (?:this|that|it))?$"
)
"""What asks for nothing but help with what is told beside it."""
_ASKS_WITHOUT_MARK: Final = re.compile(
    r"(?:comment|cmt|combien|pourquoi|quel(?:le)?s?|how|what|why|where|which)"
    r"(?! (?:a|an|of|deal|about|you doing|are you)\b)\b"
)
"""How a sentence opens that asks though it ends without a mark: "Can I cancel in the app? how do I do it"."""


def clauses(text: str, language: str) -> list[str]:
    """The clauses that may ask, folded; the last of a sentence that ends with a question mark keeps it.

    Where some sentence ends so, or opens with a question word, those that do not only tell.
    """
    asking, telling = [], []
    for span in sentence_spans(text, language):
        sentence = text[span.start : span.end]
        said = [plain for one in _CLAUSE_END.split(sentence) if (plain := _LEADS_IN.sub("", folded(one)))]
        is_plea = len(said) == 1 and _PLEA.match(said[0]) is not None
        said = [*(one for one in said[:-1] if not _SCENE.match(one)), *said[-1:]]
        opens = not sentence.rstrip().endswith((".", "!")) and said and _ASKS_WITHOUT_MARK.match(said[-1])
        if said and not is_plea and (ends_as_question(sentence) or opens):
            asking += [*said[:-1], f"{said[-1]}?"]
        elif not is_plea:
            telling += said
    return asking or telling


def folded(text: str) -> str:
    """Lower case, without accents but that of "où", and without marks."""
    marked = _ACCENTED_WHERE.sub(_STANDS_FOR_WHERE, _APOSTROPHE.sub("'", text))
    return " ".join(_NOT_A_LETTER.sub(" ", fold(marked)).split()).replace(_STANDS_FOR_WHERE, WHERE)
