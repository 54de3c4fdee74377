"""Good manners: greetings, thanks, goodbyes, assent. Only where the whole message is nothing else.

"Bonjour, comment annuler ?" is a question, and "merci mais ça ne marche pas" is no thanks: a word that is not on the
lists makes it none. Precision comes before all; a greeting taken for a question costs one refusal, a question taken for
a greeting loses a customer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile
from typing import Final

from rapidfuzz.distance import OSA

from ragcare.conversation.attempts import returns_manners
from ragcare.conversation.cues import ONLY_NO, ONLY_YES, spoken
from ragcare.deciding.wording import ENGLISH, FRENCH
from ragcare.language.folding import fold
from ragcare.schema import SocialTurn, Turn

_EMOJI: Final[dict[str, SocialTurn]] = {
    **dict.fromkeys("👍👌✅🆗💯🤝", "acknowledgement"),
    **dict.fromkeys("🙏❤😊🙂😀😃😄😁🥰😘💙💚🤗🎉", "thanks"),
    **dict.fromkeys("👋", "greeting"),
}
_UNSEEN: Final = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
_SMILEY: Final = re.compile(r"(?<!\S)(?:[:;=]-?[)DdPp]+|\^\^|<3|:3|xd)(?!\S)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+|[^\w\s]")
_PUNCTUATION: Final = frozenset(".,!;:…'’`\"-–—~()*/&+")
_LONGEST: Final = 16  # words: who writes more says more

_PHRASES: Final[dict[SocialTurn, str]] = {
    "greeting": """
        bonjour|bonsoir|salut|coucou|bjr|bsr|slt|cc|hello|helo|hi|hey|hiya|hallo|allo|yo|rebonjour|re bonjour|
        good morning|good afternoon|good evening|good day|morning|evening|greetings|howdy|hi there|hello there|
        hey there|bonjour a vous|bonjour a tous|bjr a vous|enchante|ca va|comment allez vous|comment vas tu|
        how are you|how are you doing|how do you do|how is it going|hows it going|what s up|sup|wassup""",
    "thanks": """
        merci|merci beaucoup|merci bien|merci infiniment|merci mille fois|mille merci|mille mercis|un grand merci|
        grand merci|mrc|mci|mercii|thanks|thank you|thank u|thankyou|thx|thks|tks|thnx|ty|tysm|tyvm|tnx|cheers|
        many thanks|thanks a lot|thanks a million|thanks so much|thank you so much|thank you very much|
        je vous remercie|je te remercie|je vous en remercie|remerciements|much appreciated|i appreciate it|
        appreciate it|appreciated|merci pour votre aide|merci de votre aide|merci pour ton aide|merci pour l aide|
        merci pour tout|merci pour votre reponse|merci de votre reponse|merci pour la reponse|
        merci pour votre patience|merci pour ces informations|merci pour l info|merci pour les infos|
        thanks for your help|thank you for your help|thanks for the help|thank you for the help|thanks for helping|
        thanks for the info|thanks for the information|thank you for the information|thanks for your time|
        thank you for your time|thanks for your answer|thanks for everything|thank you for everything|
        you ve been very helpful|you have been very helpful|you were very helpful|that was helpful|very helpful|
        that s very helpful|that helps|that helps a lot|that s very kind|so kind of you|c est gentil|c est tres gentil|
        vous etes gentil|vous etes gentille|tres gentil|merci d avance|thanks in advance""",
    "goodbye": """
        au revoir|aurevoir|a bientot|a plus|a plus tard|a tout a l heure|a demain|bonne journee|bone journee|
        bonne soiree|bonne nuit|bon week end|bon weekend|bonne fin de journee|
        bonne continuation|bonne apres midi|bon apres midi|
        bye|bye bye|goodbye|good bye|by by|see you|see ya|see you later|see you soon|cya|have a nice day|
        have a good day|have a great day|have a nice evening|have a good evening|have a good one|have a nice one|
        have a lovely day|have a good weekend|good night|goodnight|take care|ciao|tchao|tchuss|adieu|bye for now|
        belle journee|tres bonne journee|excellente journee|bonne journee a vous|bonne journee a vous aussi|
        a vous aussi|vous aussi|you too|bien a vous|cordialement|bien cordialement|that s all|that is all|
        that will be all|that s all for now|c est tout|ce sera tout|c est tout bon|that s all i needed|
        i m all set|rien d autre|nothing else""",
    "acknowledgement": """
        ok|okay|okey|oki|okk|k|kk|okok|ok ok|d accord|dacc|dac|daccord|entendu|compris|c est compris|bien compris|
        j ai compris|c est bon|c bon|ca marche|ca roule|parfait|c est parfait|super|genial|excellent|nickel|impec|
        impeccable|top|tres bien|bien|bon|tb|cool|great|perfect|good|nice|fine|sounds good|alright|all right|got it|
        gotcha|understood|i understand|i see|makes sense|noted|note|c est note|bien note|je vois|ah ok|ah d accord|
        oh ok|ah|oh|wonderful|awesome|amazing|brilliant|lovely|fantastic|great stuff|that s great|that s perfect|
        that s good|that s fine|that is great|that is perfect|very good|very well|sure|right|roger|
        c est clair|tres clair|c est tres clair|merveilleux|formidable|chouette|ca me va|c est super|c est genial|
        ouf|youpi|yay|c est tres bien|tout est clair|all clear|all good|no problem|no worries|pas de souci|
        pas de soucis|pas de probleme|aucun souci|de rien|je vous en prie""",
}
_ALONGSIDE: Final = (
    "a vous|a toi|a tous|alors|donc|et|and|so|then|madame|monsieur|mme|mr|m|mademoiselle|messieurs|mesdames|sir|madam|"
    "everyone|all|beaucoup|bien|tres|infiniment|encore|again|very much|so much|a lot|a bunch|svp|stp|vraiment|really|"
    "l ami|mate|team|l equipe|guys|there|bcp|aussi|too|well|eh|euh|hm|hmm|to you|for now|friend|"
    "pour tout|for everything|pour votre aide|for your help|pour ton aide|pour l aide|for the help|pour l info|"
    "pour votre reponse|pour la reponse|for the info|de votre aide|de votre reponse|from you|in advance|d avance"
)
_WEIGHT: Final[tuple[SocialTurn, ...]] = ("goodbye", "thanks", "greeting", "acknowledgement")
"""Which one counts of several: "ok merci bonne journée" is a goodbye."""

_OFFERS: Final = (FRENCH.offer, ENGLISH.offer)

_MISSPELT_FROM: Final = 5
_LIKE_OTHERS: Final = {
    *("mercredi", "bonus", "boxer", "salue", "marches", "parfois", "compte", "compter", "notes", "journal", "there"),
    *("these", "goods", "greats", "think", "thinks", "hells", "shell", "bonnet", "bonne", "noter", "sales", "world"),
}
"""Words of their own, however near they are to one of ours."""


def social_turn(text: str, history: Sequence[Turn] = ()) -> SocialTurn | None:
    """What sort of social turn a message is; None if any of it is something else.

    Assent after a question of the other side ("ok", "parfait") answers it, so that it is none. A plain yes or no
    answers nothing where nothing was asked, and a no to the offer of a person is only that; elsewhere both are none.

    Letters drawn out ("merciiii"), accents, capitals and, in words of five letters and more, one slip do not matter.
    A question mark makes it none, but for a greeting that asks how one is ("ça va ?").
    """
    found: set[SocialTurn] = set()
    plain = _UNSEEN.sub("", text)
    for char in set(plain):
        if char in _EMOJI:
            found.add(_EMOJI[char])
    plain = "".join(" " if char in _EMOJI else char for char in plain)
    smiles = bool(_SMILEY.search(plain))
    words = _WORD.findall(fold(_SMILEY.sub(" ", plain)))
    asks = "?" in words or "？" in words
    words = [word for word in words if word not in _PUNCTUATION and word not in "?？"]
    if len(words) > _LONGEST or not all(word[0].isalnum() for word in words):
        return None
    said = _said(words)
    if said is None and not asks and _answers_nothing(text, history):
        return "acknowledgement"
    if said is None or (asks and said != {"greeting"}):
        return None
    found |= said
    if not found and smiles:
        return "thanks"
    kind = next((kind for kind in _WEIGHT if kind in found), None)
    return None if kind == "acknowledgement" and _asked(history) else kind


def _asked(history: Sequence[Turn]) -> bool:
    """Whether the other side spoke last and asked something that assent answers: manners returned do not."""
    if not history or history[-1].role == "customer" or returns_manners(history[-1]):
        return False
    return history[-1].text.rstrip().endswith(("?", "？"))


def _answers_nothing(text: str, history: Sequence[Turn]) -> bool:
    """Whether this is a yes or no to what was no question, or a no to the offer of a person."""
    if not history or history[-1].role == "customer":
        return False
    said = spoken(text)
    if _asked(history):
        offered = history[-1].text.rstrip().endswith(_OFFERS)
        return offered and ONLY_NO.fullmatch(said) is not None
    return ONLY_NO.fullmatch(said) is not None or ONLY_YES.fullmatch(said) is not None


def _said(written: Sequence[str]) -> set[SocialTurn] | None:
    """The kinds that these words are made of, the longest phrases first; None if one of them belongs to no phrase."""
    ours = _vocabulary()
    words = tuple(takewhile(ours.__contains__, map(_known, written)))  # most questions end at their first word
    if len(words) < len(written):
        return None
    phrases, longest = _phrases()
    found: set[SocialTurn] = set()
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = words[at : at + length]
            if phrase in phrases:
                kind = phrases[phrase]
                if kind is not None:
                    found.add(kind)
                at += length
                break
        else:
            return None
    return found


@cache
def _phrases() -> tuple[dict[tuple[str, ...], SocialTurn | None], int]:
    """Each phrase, as its words, and its kind, None for what only goes along; and the length of the longest."""
    phrases: dict[tuple[str, ...], SocialTurn | None] = {}
    for kind in reversed(_WEIGHT):
        for phrase in _PHRASES[kind].split("|"):
            phrases[_shortened(phrase)] = kind
    for phrase in _ALONGSIDE.split("|"):
        phrases.setdefault(_shortened(phrase), None)
    return phrases, max(map(len, phrases))


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for phrase in _phrases()[0] for word in phrase)


@cache
def _mistakable() -> tuple[str, ...]:
    """Those that are long enough to be misspelt, in alphabetical order."""
    return tuple(sorted(word for word in _vocabulary() if len(word) >= _MISSPELT_FROM))


def _shortened(phrase: str) -> tuple[str, ...]:
    return tuple(map(_short, phrase.split()))


def _short(word: str) -> str:
    """The word without its doubled letters: "merciiii" is "merci"."""
    return re.sub(r"(.)\1+", r"\1", word)


def _known(word: str) -> str:
    """The word of ours that it stands for, or itself."""
    short = _short(word)
    if short in _vocabulary() or len(short) < _MISSPELT_FROM or not short.isalpha() or word in _LIKE_OTHERS:
        return short
    near = next((one for one in _mistakable() if OSA.distance(short, one, score_cutoff=1) <= 1), short)
    return near if near[0] == short[0] else short
