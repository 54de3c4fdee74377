"""The question in a message without its greeting and politeness: "Bonjour, merci de me dire comment résilier".

Only what stands around a question is left out, never a word within it. A greeting must be set off, or followed by
what opens a question ("Hello bank" is a name); what asks to be told must be followed by a question word ("dites-moi mon
solde" stays whole); thanks must be set off ("les chocolats Merci").
"""

from __future__ import annotations

import re
from typing import Final

from ragcare.language.folding import fold_in_place

_LEAST: Final = 2  # words: where fewer are left, the manners may be what is asked about
_QUESTION_WORD: Final = (
    r"(?:(?:a|de|d|en|sous|pour|par|avec|in|on|at|for|by|with|to|from)[ '])?"
    r"(?:comment|combien|quand|ou|pourquoi|qui|quels?|quelles?|quoi|(?:le|la|les)quel(?:le)?s?|ce qu[e']|est-ce|"
    r"si|s'ils?(?! (?:vous|te) plait)|how|what|when|where|why|which|who|whose|whether|if)\b"
)
_OPENS: Final = (
    rf"(?:{_QUESTION_WORD}|(?:je|j'|on|nous|puis|peut|peux|pouvez|pourriez|dois|faut|y a|merci de|veuillez|dites|"
    r"i|i'[a-z]+|we|my|can|could|do|does|did|is|are|am|will|would|should|may|please)(?![a-z]))"
)
GREETING: Final = (
    r"(?:bonjour|bonsoir|bjr|bsr|salut|slt|coucou|hello|hi|hiya|hey|good (?:morning|afternoon|evening))(?: there)?"
)
PLEASE: Final = r"(?:s'il (?:vous|te) plait|svp|stp|please|pls|plz|kindly)"
ASKS_FOR_HELP: Final = (
    r"(?:(?:can|could|will|would) (?:you|someone|anyone) (?:please )?(?:help|assist)|"
    r"(?:(?:pouvez|peux|pourriez)[- ](?:vous|tu)|vous (?:pouvez|pourriez)) m.aider)"
)
"""What asks for nothing, unless more follows: "Can you help me?"."""
_TELL_FR: Final = (
    r"(?:(?:me|nous) |m')(?:dire|expliquer|indiquer|preciser|informer|rappeler|confirmer|faire savoir|aider a savoir)"
)
_TELL_EN: Final = (
    r"(?:tell|explain(?: to)?|show|inform|advise|remind|let|help) (?:me|us)(?: (?:know|understand|find out))?"
)
_GREETING: Final = re.compile(
    rf"\s*(?:re-?)?{GREETING}"
    r"(?: (?:madame|monsieur|mesdames|messieurs|a (?:tous|toutes|vous)|all|team|everyone|sir|madam|et|ou|or))*"
    rf"(?:\s*[,.;:!\n]+\s*|\s+(?:- )?(?={_OPENS}))"
)
_ASKS_TO_BE_TOLD: Final = re.compile(
    rf"\s*(?:{PLEASE},? )?(?:"
    r"(?:je|nous) (?:voudr|souhait|aimer)[a-z]+ (?:bien )?(?:savoir|comprendre)|je veux (?:savoir|comprendre)|"
    r"j'aimerais (?:bien )?(?:savoir|comprendre)|j'ai besoin de savoir|"
    r"(?:est-ce que )?"
    r"(?:(?:pouvez|pourriez|peux|pourrais)[- ](?:vous|tu)|vous (?:pouvez|pourriez)|tu (?:peux|pourrais))"
    rf",? (?:{PLEASE},? )?(?:bien )?{_TELL_FR}|"
    rf"(?:merci de|veuillez)(?: bien vouloir)? {_TELL_FR}|(?:dites|dis|expliquez|indiquez)[- ](?:moi|nous)|"
    r"savez-vous|(?:serait|est)-il possible de savoir|"
    rf"(?:can|could|would|will) (?:you|someone|anyone),? (?:{PLEASE},? )?{_TELL_EN}|{_TELL_EN}|"
    r"(?:i|we)(?: would|'d) (?:like|love) to (?:know|ask|understand|find out)|"
    r"(?:i|we) (?:want|need|wanted) to (?:know|ask|understand|find out)|"
    r"i(?: was| am|'m) (?:just )?wondering|do you (?:happen to )?know|(?:may|can|could) i (?:please )?(?:ask|know)"
    rf")(?:,? {PLEASE})?\s*[,:]?\s+(?={_QUESTION_WORD})"
)
THANKS: Final = (
    r"(?:(?:merci|thanks|thank you|thx)"
    r"(?: (?:d'avance|par avance|beaucoup|bien|a vous|in advance|a lot|so much|very much|"
    r"(?:pour|de) (?:votre|ton) (?:aide|reponse|retour)|for your (?:help|time|answer)))*|"
    r"(?:bien )?cordialement|bonne (?:journee|soiree)|(?:(?:best|kind) )?regards|have a (?:nice|good|great) day)"
)
_MARKED: Final = r"[^\S\n]*+[,.;:!?\n]"
_TAKES_LEAVE: Final = re.compile(
    rf"(?:(?<![\s,.;:!?])(?:(?={_MARKED})[\s,.;:!?]++(?:{PLEASE}|{THANKS})|(?!{_MARKED})\s++{PLEASE})"
    rf"(?:[^\S\n]++{THANKS})?)++[\s.!?]*+$"
)
"""Each part is taken in one way alone and none is given back: strangers may write four thousand empty lines."""


def without_manners(text: str) -> str:
    """The text without the greeting and politeness around its question; the text itself where that leaves nothing."""
    seen = fold_in_place(text)
    start = 0
    while found := _GREETING.match(seen, start) or _ASKS_TO_BE_TOLD.match(seen, start):
        start = found.end()
    leave = _TAKES_LEAVE.search(seen, start)
    end = leave.start() if leave else len(text)
    rest = text[start:end].strip()
    if len(rest.split()) < _LEAST:
        return text
    if leave and "?" in leave[0] and not rest.endswith("?"):
        rest = f"{rest} ?"
    return rest if start or leave else text
