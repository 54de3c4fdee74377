"""Requests for a person in so many words, put together from parts and then misspelt: what may never be missed.

The parts are our own and the seed is fixed, so the same requests come out each time.
"""

from __future__ import annotations

import random
from itertools import product

SEED = 909
EACH = 400
"""Requests a language."""

FRENCH = (
    (
        "",
        "Bonjour, ",
        "bjr ",
        "Excusez-moi mais ",
        "Ma box est en panne, ",
        "Non merci, ",
        "svp ",
        "Votre aide ne m'aide pas : ",
    ),
    (
        "je veux parler à",
        "je voudrais discuter avec",
        "pouvez-vous me passer",
        "mettez-moi en relation avec",
        "j'aimerais être rappelé par",
        "je souhaite échanger avec",
        "est-il possible de joindre",
        "transférez-moi à",
        "il me faut",
        "je préfère avoir affaire à",
        "puis-je avoir au téléphone",
        "j'ai besoin de parler avec",
        "je veux être mis en contact avec",
        "je veux expliquer mon problème à",
        "faites-moi rappeler par",
        "passez-moi",
    ),
    (
        "un conseiller",
        "une conseillère",
        "un humain",
        "une vraie personne",
        "quelqu'un",
        "un responsable",
        "un agent",
        "votre service client",
        "un technicien",
        "une personne compétente",
        "un de vos agents",
        "quelqu'un de chez vous",
        "un de vos collaborateurs",
    ),
    ("", ".", " svp", " s'il vous plaît", " maintenant", " pour ma facture", " !!!", " merci"),
)
ENGLISH = (
    ("", "Hello, ", "hi ", "Sorry but ", "My router is down, ", "No thanks, ", "pls ", "Your help pages are no help: "),
    (
        "I want to speak to",
        "I would like to talk to",
        "can you put me through to",
        "please connect me with",
        "could I be called back by",
        "let me chat with",
        "is it possible to reach",
        "transfer me to",
        "I need",
        "I'd rather deal with",
        "can I get on the phone with",
        "I need to talk with",
        "I want to be put in touch with",
        "I want to explain my problem to",
        "have me called back by",
        "get me",
    ),
    (
        "an adviser",
        "an agent",
        "a human",
        "a real person",
        "someone",
        "a manager",
        "a representative",
        "your customer service",
        "a technician",
        "a live agent",
        "a member of staff",
        "somebody from your team",
        "one of your colleagues",
    ),
    ("", ".", " please", " asap", " now", " about my bill", " !!!", " thanks"),
)


def explicit_requests(language: str) -> list[str]:
    """`EACH` requests of a language: a third as written, a third without accents or capitals, a third misspelt."""
    chance = random.Random(f"{SEED} {language}")
    written = ["".join((a, b, " ", c, d)) for a, b, c, d in product(*(FRENCH if language == "fr" else ENGLISH))]
    chosen = chance.sample(written, EACH)
    plain = str.maketrans("àâéèêëîïôûùç", "aaeeeeiiouuc")
    told = []
    for place, text in enumerate(chosen):
        if place % 3 == 1:
            text = text.lower().translate(plain).replace("'", "")
        elif place % 3 == 2:
            text = _misspelt(text, chance)
        told.append(text)
    return told


def _misspelt(text: str, chance: random.Random) -> str:
    """One slip in one of the longer words: two letters swapped, one lost, one doubled."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word, at = words[place], chance.randrange(1, len(words[place]) - 2)
    slips = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    words[place] = chance.choice(slips)
    return " ".join(words)
