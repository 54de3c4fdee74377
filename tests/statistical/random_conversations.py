"""Conversations that nobody would write: answered questions, near misses, noise, manners, follow-ups, anger, requests.

Each message says what may be known of it beforehand, so that what must hold of its reply can be told without a label.
"""

from __future__ import annotations

import random
from typing import Final, NamedTuple


class Message(NamedTuple):
    """What a customer writes.

    Attributes:
        asks_person: whether it asks for a person in so many words.
        misspelt: whether one of these words has a slip of the keyboard.
    """

    text: str
    asks_person: bool = False
    misspelt: bool = False


_ANSWERED: Final = (
    "Comment annuler ma commande ?",
    "Comment renvoyer un produit ?",
    "Quels sont les délais de livraison ?",
    "combien coute la livraison a domicile",
    "en combien de temps suis-je livré ?",
    "How do I cancel my order?",
    "How do I send a product back?",
    "how long does delivery take",
    "Is a return free at a pick-up point?",
    "What does delivery cost?",
)
_VAGUE: Final = (
    "résilier",
    "résiliation",
    "Résilier ?",
    "comment résilier",
    "cancel",
    "close contract",
    "résilier svp",
)
_NEAR_MISSES: Final = (
    "Puis-je annuler une commande déjà expédiée en Suisse ?",
    "Le retour d'un meuble est-il repris à l'étage ?",
    "Livrez-vous le dimanche à Ajaccio ?",
    "Quelle remise ont les professionnels ?",
    "Le code ÉTÉ25 marche-t-il encore ?",
    "Do you deliver to a PO box in Iceland?",
    "Can I return a gift without the receipt?",
    "What discount do business customers get?",
    "Does SUMMER25 still work?",
    "Who pays customs on a return from Canada?",
    "Quelle est la capitale du Pérou ?",
    "What is the boiling point of mercury?",
)
_FOLLOW_UPS: Final = (
    "et en point relais ?",
    "et à domicile ?",
    "Et si c'est déjà parti ?",
    "c'est combien ?",
    "non, je voulais dire un retour",
    "pourquoi ?",
    "and from home?",
    "what about delivery?",
    "and how much is it?",
    "no, I meant a return",
    "why?",
    "et pour un pro ?",
)
_CHOICES: Final = (
    *(
        "1",
        "2",
        "3",
        "4",
        "0",
        "la deuxième",
        "le premier",
        "the second one",
        "the last one",
        "oui",
        "non",
        "yes",
        "no",
    ),
    *("aucun des deux", "neither", "la box", "mobile"),
)
_MANNERS: Final = (
    *(
        "Bonjour",
        "bjr",
        "Hello",
        "merci",
        "Merci beaucoup !",
        "thanks",
        "ok",
        "d'accord",
        "parfait",
        "au revoir",
        "bye",
    ),
    *("👍", "super merci bonne journée", "hi there", "cool"),
)
_ANGER: Final = (
    "Vous vous moquez du monde !",
    "C'EST UNE HONTE VOTRE SERVICE",
    "j'en ai ras le bol de vos réponses",
    "this is a joke, worst company ever",
    "I am so angry with you",
    "sick and tired of waiting",
    "Mon mari est mort hier",
    "On a piraté mon compte et vidé ma carte",
    "I will sue you",
    "je veux porter plainte contre vous",
)
_NOISE: Final = (
    "???",
    "asdf qwer",
    "....",
    "🦄🦄",
    "12345",
    "x",
    "<b>oui</b>",
    "a'; DROP TABLE--",
    "ça marche pas ça",
    "?",
)
_ASKED: Final = (
    "Je veux parler à un conseiller",
    "je voudrais parler à quelqu'un svp",
    "Mettez-moi en relation avec un humain",
    "pouvez-vous me passer un responsable",
    "un conseiller",
    "est-il possible de joindre votre service client ?",
    "Faites-moi rappeler par un technicien",
    "I want to speak to a human",
    "can you put me through to an agent please",
    "connect me with a real person",
    "agent",
    "Let me talk to somebody from your team",
    "I need to talk with a manager NOW",
    "get me a representative",
)
_BEFORE: Final = (
    "",
    "",
    "",
    "Bonjour, ",
    "Hello, ",
    "Non. ",
    "ok ",
    "Ma commande n'est pas là. ",
    "My parcel is late. ",
)
_AFTER: Final = (
    "",
    "",
    "",
    "!!!",
    " svp",
    " please",
    " merci",
    ". Comment annuler ma commande ?",
    ". How do I cancel it?",
)


def conversation(seed: int) -> list[Message]:
    """One conversation of one to eight messages; the same for the same seed."""
    chance = random.Random(f"conversation {seed}")
    said: list[Message] = []
    for _ in range(chance.choice((1, 2, 3, 4, 5, 6, 8))):
        said.append(chance.choice(said) if said and chance.random() < _AGAIN else _message(chance))
        if chance.random() < _STUBBORN:
            said += [said[-1]] * chance.randint(2, 5)
    return said


_AGAIN: Final = 0.12
"""How often something is said again, word for word."""
_STUBBORN: Final = 0.06
"""How often it is then said over and over."""


def _message(chance: random.Random) -> Message:
    kind = chance.choices(_KINDS, _WEIGHTS)[0]
    if kind is _ASKED:
        return _request(chance)
    text = _long(chance) if kind is None else chance.choice(kind)
    if kind is not None and len(text) > _SHORT and chance.random() < _SLIPS:
        text = misspelt(text, chance)
    return Message(text)


_KINDS: Final = (_ANSWERED, _VAGUE, _NEAR_MISSES, _FOLLOW_UPS, _CHOICES, _MANNERS, _ANGER, _NOISE, _ASKED, None)
_WEIGHTS: Final = (24, 8, 20, 10, 8, 8, 3, 6, 10, 2)
_SHORT: Final = 12
_SLIPS: Final = 0.2


def _request(chance: random.Random) -> Message:
    asked = written = chance.choice(_ASKED)
    if len(asked) > _SHORT and chance.random() < _SLIPS:
        asked = misspelt(asked, chance)
    return Message(f"{chance.choice(_BEFORE)}{asked}{chance.choice(_AFTER)}", True, asked != written)


def _long(chance: random.Random) -> str:
    """A story of up to 4,000 characters, none of which need belong together."""
    kinds = (_ANSWERED, _NEAR_MISSES, _FOLLOW_UPS, _NOISE)
    parts = [chance.choice(chance.choice(kinds)) for _ in range(chance.randint(5, 60))]
    return ". ".join(parts)[:3900]


def misspelt(text: str, chance: random.Random) -> str:
    """One slip of the keyboard in one word of six letters or more: two letters swapped, one lost or one doubled."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word = words[place]
    at = chance.randrange(1, len(word) - 2)
    swapped, lost, doubled = word[at + 1] + word[at] + word[at + 2 :], word[at + 1 :], word[at] + word[at:]
    words[place] = word[:at] + chance.choice((swapped, lost, doubled))
    return " ".join(words)
