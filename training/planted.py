"""Sentences that their evidence does not support, made from ones that it does: one small lie each, by type."""

from __future__ import annotations

import random
import re
from typing import Final, NamedTuple

from ragcare.language.negations import negations
from ragcare.language.quantities import quantities


class Lie(NamedTuple):
    """A sentence altered.

    Attributes:
        kind: "number", "amount", "percent", "date", "duration", "time", "negation", "entity", "condition", "segment" or
            "opposite".
        text: the sentence as it now reads.
    """

    kind: str
    text: str


_DIGITS: Final = re.compile(r"\d+")
_UNITS: Final = {
    "fr": [("jours", "mois", "semaines", "heures"), ("jour", "mois", "an"), ("minutes", "heures"), ("ans", "mois")],
    "en": [("days", "months", "weeks", "hours"), ("day", "month", "year"), ("minutes", "hours"), ("years", "months")],
}
# pairs that turn what is said around; each side may become the other
_OPPOSITES: Final = {
    "fr": [
        ("avant", "après"), ("maximum", "minimum"), ("au plus", "au moins"), ("plus de", "moins de"),
        ("toujours", "jamais"),
        ("gratuit", "payant"), ("gratuite", "payante"), ("obligatoire", "facultatif"), ("tous les", "certains"),
        ("supérieur", "inférieur"), ("supérieure", "inférieure"), ("augmente", "diminue"), ("premier", "dernier"),
        ("première", "dernière"), ("inclus", "exclu"), ("avec", "sans"), ("début", "fin"), ("peut", "doit"),
        ("autorisé", "interdit"), ("le même jour", "le lendemain"), ("jusqu'à", "à partir de"), ("plus", "moins"),
    ],
    "en": [
        ("before", "after"), ("maximum", "minimum"), ("at most", "at least"), ("more than", "less than"),
        ("always", "never"),
        ("free", "charged"), ("mandatory", "optional"), ("all", "some"), ("higher", "lower"),
        ("increased", "decreased"),
        ("first", "last"), ("included", "excluded"), ("with", "without"), ("beginning", "end"), ("may", "must"),
        ("allowed", "forbidden"), ("until", "from"), ("more", "fewer"), ("largest", "smallest"), ("most", "least"),
    ],
}  # fmt: skip
_SEGMENTS: Final = {
    "fr": [
        ("particuliers", "professionnels"), ("majeurs", "mineurs"), ("adultes", "enfants"),
        ("locataire", "propriétaire"),
        ("abonnés", "nouveaux clients"), ("salariés", "employeurs"), ("étudiants", "retraités"), ("hommes", "femmes"),
        ("prépayée", "avec abonnement"), ("en ligne", "en magasin"), ("mobile", "box"), ("en France", "à l'étranger"),
        ("client", "vendeur"), ("élèves", "enseignants"), ("parents", "enfants"), ("le titulaire", "le conjoint"),
    ],
    "en": [
        ("consumers", "businesses"), ("adults", "minors"), ("tenant", "landlord"), ("customers", "employees"),
        ("students", "teachers"), ("employees", "employers"), ("men", "women"), ("online", "in store"),
        ("buyer", "seller"),
        ("parents", "children"), ("users", "partners"), ("residents", "visitors"),
        ("new customers", "existing customers"),
        ("domestic", "international"), ("mobile", "home"), ("veterans", "spouses"), ("prepaid", "monthly"),
    ],
}  # fmt: skip
_CONDITION: Final = {
    "fr": re.compile(
        r"(?:,\s*)?(?<!\w)(?:si |s'il|s’il|lorsque |lorsqu|quand |sauf |à condition |sous réserve |à moins |hors "
        r"|uniquement |seulement |à partir de |dans la limite |en cas )[^,;.()]{6,}(?=[,;.]|$)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?:,\s*)?(?<!\w)(?:if |when |unless |except |provided |as long as |subject to |only |in case |up to |within "
        r"|as of )[^,;.()]{6,}(?=[,;.]|$)",
        re.IGNORECASE,
    ),
}
_NEGATABLE: Final = {
    # the verb is kept, its polarity turned; French closes with "pas"
    "fr": [
        (
            re.compile(
                r"(?<!\w)(?P<v>est|sont|était|étaient|sera|seront|peut|peuvent|doit|doivent|permet|permettent)(?!\w)"
            ),
            "ne",
        ),
        (re.compile(r"(?<!\w)(?P<v>a|ont|avait|avaient)(?= (?:été|\w+é[es]?)(?!\w))"), "n'"),
    ],
    "en": [
        (
            re.compile(r"(?<!\w)(?P<v>is|are|was|were|will|can|may|must|should|could|would|has been|have been)(?!\w)"),
            "not",
        ),
    ],
}
_NAME: Final = re.compile(
    r"(?<![.!?»\"]\s)(?<![\w’'-])(?:[A-ZÀÂÉÈÊÎÔÇ][\w’-]+)"
    r"(?:\s(?:de |du |d’|d'|of |the |la |le )?[A-ZÀÂÉÈÊÎÔÇ][\w’-]+){0,3}"
)
_SMALL_WORDS: Final = (
    "le la les un une des il elle ils elles on nous vous ce cette ces dans en au aux à pour par sur si et ou mais "
    "oui non après avant the a an in on at of it he she they we you this that these those for by if and or but when "
    "where there i no yes as from with to his her their our your its"
)
_NOT_NAMES: Final = frozenset(_SMALL_WORDS.split())


def names(text: str) -> list[tuple[int, int]]:
    """Where names stand in a text: runs of capitalised words, less the word that merely opens a sentence."""
    found = []
    for match in _NAME.finditer(text):
        first = match[0].split()[0].lower().rstrip("’'")
        opens = match.start() == 0 and " " not in match[0]
        if first not in _NOT_NAMES and not opens and len(match[0]) > 2:
            found.append(match.span())
    return found


def _other_number(digits: str, rng: random.Random) -> str:
    """Another figure of about the same size: one digit changed, two swapped, a near value or ten times as much."""
    value = int(digits)
    if len(digits) == 4 and 1000 <= value <= 2100:
        return str(value + rng.choice([-30, -10, -7, -4, -3, -2, -1, 1, 2, 3, 4, 9, 11, 20]))
    ways = [value + rng.choice([1, 2, 3, 5]), value * 2, value + max(1, value // rng.choice([2, 3, 4, 10]))]
    if value > 4:
        ways += [value - rng.choice([1, 2, 3]), value // 2]
    if value >= 10:
        ways += [value * 10 if rng.random() < 0.3 else value + 10, int(digits[::-1])]
    others = [str(other).zfill(len(digits) if digits[0] == "0" else 0) for other in ways if other not in (value, 0)]
    return rng.choice(others)


def _quantity_lie(text: str, language: str, evidence: str, rng: random.Random) -> Lie | None:
    found = [q for q in quantities(text, language) if _DIGITS.search(text, q.start, q.end)]
    if not found:
        return None
    quantity = rng.choice(found)
    said = text[quantity.start : quantity.end]
    # a unit in the place of another is a lie that leaves the figure alone
    if quantity.kind == "duration" and rng.random() < 0.35:
        for group in rng.sample(_UNITS[language], len(_UNITS[language])):
            for unit in group:
                if re.search(rf"(?<!\w){unit}(?!\w)", said):
                    other = rng.choice([o for o in group if o != unit])
                    changed = re.sub(rf"(?<!\w){unit}(?!\w)", other, said, count=1)
                    return Lie(quantity.kind, text[: quantity.start] + changed + text[quantity.end :])
    # or another figure of the same evidence: right subject, wrong line
    same = [
        evidence[q.start : q.end]
        for q in quantities(evidence, language)
        if q.kind == quantity.kind and q.value != quantity.value and _DIGITS.search(evidence, q.start, q.end)
    ]
    if same and rng.random() < 0.4:
        changed = rng.choice(same)
    else:
        spots = list(_DIGITS.finditer(said))
        spot = rng.choice(spots)
        changed = said[: spot.start()] + _other_number(spot[0][:9], rng) + said[spot.end() :]
    return None if changed == said else Lie(quantity.kind, text[: quantity.start] + changed + text[quantity.end :])


def _negation_lie(text: str, language: str, rng: random.Random) -> Lie | None:
    there = negations(text, language)
    if there:
        at = rng.choice(there)
        said = text[at.start : at.end]
        if language == "fr":
            bare = re.sub(r"^n(?:e\s+|['’])", "", said, flags=re.IGNORECASE)
            bare = re.sub(r"\s*\b(?:pas|jamais|plus|point|aucunement)\b\s*$", "", bare)
        else:
            bare = re.sub(r"n['’]t$", "", said)
            bare = {"ca": "can", "wo": "will", "cannot": "can"}.get(bare, bare)
            bare = re.sub(r"^(?:not|never)$", "", bare)
        if bare != said:
            return Lie("negation", re.sub(r"\s{2,}", " ", text[: at.start] + bare + text[at.end :]).strip())
        return None
    for pattern, form in rng.sample(_NEGATABLE[language], len(_NEGATABLE[language])):
        matches = list(pattern.finditer(text))
        if matches:
            verb = rng.choice(matches)
            if language == "en":
                turned = f"{verb[0]} not"
            else:
                no = "n'" if form == "n'" or verb[0][0] in "eéaoiuh" else "ne "
                turned = f"{no}{verb[0]} pas"
            return Lie("negation", text[: verb.start()] + turned + text[verb.end() :])
    return None


def _swapped(kind: str, pairs: list[tuple[str, str]], text: str, rng: random.Random) -> Lie | None:
    for one, other in rng.sample(pairs, len(pairs)):
        for old, new in ((one, other), (other, one)):
            match = re.search(rf"(?<![\w'’-]){re.escape(old)}(?![\w'’-])", text)
            if match:
                return Lie(kind, text[: match.start()] + new + text[match.end() :])
    return None


def _entity_lie(text: str, evidence: str, elsewhere: list[str], rng: random.Random) -> Lie | None:
    mine = names(text)
    if not mine:
        return None
    start, end = rng.choice(mine)
    said = text[start:end]
    near = {evidence[a:b] for a, b in names(evidence)}
    others = [name for name in sorted(near) if name not in text and said not in name and name not in said]
    if not others or rng.random() < 0.3:
        others = [name for name in elsewhere if name not in evidence and name != said]
    return Lie("entity", text[:start] + rng.choice(others) + text[end:]) if others else None


def _condition_lie(text: str, language: str, rng: random.Random) -> Lie | None:
    matches = list(_CONDITION[language].finditer(text))
    if not matches:
        return None
    match = rng.choice(matches)
    left = (text[: match.start()] + text[match.end() :]).strip(" ,")
    if len(left) < 0.4 * len(text) or len(left.split()) < 5:
        return None
    return Lie("condition", left[0].upper() + left[1:])


def lies(text: str, language: str, evidence: str, elsewhere: list[str], rng: random.Random) -> list[Lie]:
    """One lie of each type that the sentence allows.

    Args:
        text: a sentence that the evidence supports.
        language: "fr" or "en".
        evidence: what it is to be held against; figures and names are taken from it where it has others.
        elsewhere: names from other texts.
        rng: where chance comes from.
    """
    made = [
        _quantity_lie(text, language, evidence, rng),
        _negation_lie(text, language, rng),
        _swapped("opposite", _OPPOSITES[language], text, rng),
        _swapped("segment", _SEGMENTS[language], text, rng),
        _entity_lie(text, evidence, elsewhere, rng),
        _condition_lie(text, language, rng),
    ]
    return [lie for lie in made if lie is not None and lie.text != text and lie.text not in evidence]


_LEAD: Final = re.compile(r"^[^,]{4,40}, (?=\w)")
_ASIDE: Final = re.compile(r"\s*\([^()]{2,80}\)")
_SMALL: Final = {
    "fr": [("vous pouvez", "il est possible de"), ("afin de", "pour"), ("également", "aussi"),
    ("cependant", "toutefois"),
           ("lorsque", "quand"), ("environ", "à peu près"), ("afin d'", "pour "), ("ainsi que", "et"),
           ("celui-ci", "il"),
           ("débute", "commence"), ("nécessaire", "requis"), ("effectuer", "faire"), ("permet de", "sert à")],
    "en": [("in order to", "to"), ("also", "as well"), ("however", "though"), ("approximately", "about"),
    ("as well as", "and"),
           ("began", "started"), ("such as", "like"), ("purchase", "buy"), ("obtain", "get"), ("requires", "needs"),
           ("must", "have to"), ("is able to", "can"), ("large", "big"), ("because", "since"),
           ("in addition", "moreover")],
}  # fmt: skip


def truths(text: str, language: str, rng: random.Random) -> list[str]:
    """The sentence said a little otherwise, with nothing added: an aside dropped, a word for its like."""
    made = []
    if _ASIDE.search(text):
        made.append(_ASIDE.sub("", text, count=1))
    for old, new in rng.sample(_SMALL[language], len(_SMALL[language])):
        if re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text):
            made.append(re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, text, count=1))
            break
    if text[:1].isupper() and rng.random() < 0.3:
        made.append(text[0].lower() + text[1:].rstrip("."))
    return [said for said in made if len(said.split()) >= 5]
