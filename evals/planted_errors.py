"""Sentences with errors planted by rule, and faithful rewritings of them, from articles in both languages.

Seeded and deterministic: the same articles give the same pairs. An article's pairs are all in one half,
"fit" or "test".
The rules here are written apart from those of the check; they share only `language.quantities`, which finds figures.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from ragcare.language.quantities import Quantity, quantities
from ragcare.language.sentences import sentence_spans
from ragcare.language.spelled import spelled_numbers

FACTS: Final = ("number", "amount", "date", "duration", "negation")
ERRORS: Final = (*FACTS, "entity", "condition", "segment", "step", "topic")
_BESIDE: Final = 2  # sentences on either side that are evidence as well
_SHORTEST, _LONGEST = 5, 45  # words of a sentence that is used
_NEAR_ITEMS: Final = re.compile(r"\|")


class Text(NamedTuple):
    """An article as it is rewritten."""

    id: str
    language: str
    body: str


class Pair(NamedTuple):
    """A sentence and its evidence.

    Attributes:
        kind: how it was rewritten, or which error was planted.
        half: "fit" or "test".
    """

    said: str
    evidence: str
    language: str
    kind: str
    supported: bool
    half: str
    source: str


_SYNONYMS: Final = {
    "fr": (
        ("gratuit", "sans frais"), ("boutique", "magasin"), ("envoyé", "expédié"), ("coûte", "est facturé"),
        ("immédiatement", "tout de suite"), ("Vous pouvez", "Il vous est possible de"), ("téléphone", "mobile"),
        ("permet de", "sert à"), ("demander", "solliciter"), ("afin de", "pour"), ("obtenir", "avoir"),
        ("automatiquement", "de façon automatique"), ("remboursé", "recrédité"), ("fournir", "donner"),
        ("Il faut", "Il est nécessaire de"), ("reçoit", "obtient"), ("au moins", "au minimum"),
        ("commence", "débute"), ("utiliser", "employer"), ("se trouve", "figure"), ("choisissez", "sélectionnez"),
        ("prend effet", "devient effectif"), ("doit être", "est à"), ("rapidement", "vite"), ("démarche", "formalité"),
        ("conserver", "garder"), ("effectuer", "faire"), ("chaque mois", "tous les mois"), ("maximum", "au plus"),
        ("disponible", "accessible"), ("nécessaire", "requis"), ("contacter", "joindre"), ("plusieurs", "divers"),
    ),
    "en": (
        ("free of charge", "free"), ("shop", "store"), ("sent", "shipped"), ("costs", "is charged at"),
        ("at once", "immediately"), ("You can", "It is possible for you to"), ("phone", "handset"), ("bill", "invoice"),
        ("choose", "select"), ("get", "receive"), ("begins", "starts"), ("at least", "a minimum of"),
        ("must", "has to"),
        ("shown", "displayed"), ("buy", "purchase"), ("help", "assist"), ("keep", "retain"), ("ask", "request"),
        ("need to", "have to"), ("within", "in under"), ("about", "around"), ("children", "kids"), ("every", "each"),
        ("currently", "at present"), ("required", "necessary"), ("contact", "get in touch with"), ("more than", "over"),
        ("available", "accessible"), ("provide", "give"), ("obtain", "get"), ("before", "prior to"), ("may", "might"),
    ),
}  # fmt: skip
_TAILS: Final = {
    "fr": (
        "puis redémarrez la box", "et appelez ensuite le service technique", "puis imprimez le récapitulatif",
        "et envoyez une copie signée par courrier", "après avoir vidé le cache du navigateur",
        "puis présentez-vous en agence avec un témoin", "et joignez un extrait de casier", "puis attendez un SMS",
    ),
    "en": (
        "then restart the router", "and call the technical desk afterwards", "then print the summary",
        "and post a signed copy", "after clearing the browser cache", "then come to a branch with a witness",
        "and attach a police record", "then wait for a text message",
    ),
}  # fmt: skip
_SEGMENTS: Final = {
    "fr": (("professionnels", "particuliers"), ("particuliers", "professionnels"), ("entreprises", "particuliers"),
           ("étudiants", "retraités"), ("salariés", "indépendants"), ("enfants", "adultes"), ("mineur", "majeur"),
           ("locataire", "propriétaire"), ("propriétaire", "locataire"), ("nouveaux clients", "anciens clients")),
    "en": (("business", "residential"), ("companies", "individuals"), ("students", "pensioners"),
           ("employees", "self-employed people"), ("children", "adults"), ("adults", "children"),
           ("new customers", "existing customers"), ("tenants", "landlords"), ("workers", "students")),
}  # fmt: skip
_ADDED_SEGMENTS: Final = {
    "fr": ("Pour les professionnels, ", "Réservé aux étudiants : ", "Pour les nouveaux clients uniquement, "),
    "en": ("For business customers, ", "For students only: ", "For new customers only, "),
}
_CONDITIONS: Final = {
    "fr": (
        re.compile(r",?\s(?:sauf|à moins|à condition|sous réserve|uniquement si|seulement si|hors|en cas d)[^.;:!?|]*"),
        re.compile(r",?\s(?:si|s'il|s’il)\s[^.;:!?,|]{8,}(?=[.;]|$)"),
        re.compile(r"^(?:Si|S'il|S’il|En cas d)[^.;:!?,|]{8,},\s"),
    ),
    "en": (
        re.compile(r",?\s(?:unless|except|provided that|as long as|subject to|only if|in case of)\b[^.;:!?|]*"),
        re.compile(r",?\sif\s[^.;:!?,|]{8,}(?=[.;]|$)"),
        re.compile(r"^If\s[^.;:!?,|]{8,},\s"),
    ),
}
_VERBS: Final = {
    "fr": re.compile(
        r"(?<![\w'’])(est|sont|peut|peuvent|pouvez|doit|doivent|devez|sera|seront|permet|prend|coûte|reste|restent|"
        r"couvre|comprend|concerne|donne|reçoit|commence|fonctionne|dure|avez|faut)(?![\w-])"
    ),
    "en": re.compile(r"\b(is|are|can|must|will|should|may|was|were|has to be)\b(?! not|n['’]t|not)"),
}
_NEGATED: Final = {
    "fr": re.compile(r"\b(?:ne\s|n['’])(?P<kept>[^\s.,;]+(?:\s[^\s.,;]+)?)\s(?:pas|plus|jamais)\b"),
    "en": re.compile(
        r"(?P<kept>\b(?:is|are|can|must|will|do|does|should|may|was|were))(?: not|n['’]t|not)\b", re.IGNORECASE
    ),
}
_CAPITAL: Final = re.compile(
    r"(?<=[a-zà-ÿ,’'] )(?:[A-ZÀ-Ý][\wà-ÿ-]{2,})(?: [A-ZÀ-Ý][\wà-ÿ-]+)*|(?<=[’'])[A-Z][a-zà-ÿ]{3,}"
)
_MONTHS: Final = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_DAYS: Final = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


def plant(texts: Sequence[Text], seed: int = 5, each: int = 3) -> list[Pair]:
    """Pairs from articles: for each sentence its rewritings, and at most `each` errors of different types.

    Args:
        texts: the articles.
        seed: of every choice.
        each: errors a sentence, figures and negations first, then at random among those that can be planted.
    """
    names = {
        language: sorted({name for one in texts if one.language == language for name in _CAPITAL.findall(one.body)})
        for language in ("fr", "en")
    }
    pairs = []
    for text in texts:
        chance = random.Random(f"{seed} {text.id}")
        half = "test" if zlib.crc32(_subject(text.id).encode()) % 2 else "fit"
        others = [one for one in texts if one.language == text.language and _subject(one.id) != _subject(text.id)]
        for said, evidence in _sentences(text):
            topic = next(iter(_sentences(chance.choice(others))), None) if others else None

            def pair(
                rewritten: str,
                kind: str,
                supported: bool,
                evidence: str = evidence,
                half: str = half,
                text: Text = text,
            ) -> Pair:
                return Pair(rewritten, evidence, text.language, kind, supported, half, text.id)

            rewritings = list(_rewritten(said, text.language, chance))
            pairs.append(pair(said, "verbatim", True))
            pairs += [pair(one, kind, True) for kind, one in rewritings]
            planted = list(_planted(said, text.language, chance, names[text.language], evidence))
            if topic is not None:
                planted.append(("topic", topic[0]))
            chance.shuffle(planted)
            planted.sort(key=lambda one: one[0] not in FACTS)
            for kind, wrong in planted[:each]:
                # Half of the errors stand in a paraphrase: a word for word copy would be too easy to compare.
                loose = _with_synonyms(wrong, text.language, chance) if chance.random() < 0.5 else wrong
                pairs.append(pair(loose, kind, False))
    return [one for one in pairs if one.supported or one.said.strip() not in one.evidence]


def _subject(article_id: str) -> str:
    """The same for the twins of an article in two languages, where the id says so."""
    return re.sub(r"^(?:fr|en)-", "", article_id)


def _sentences(text: Text) -> Iterator[tuple[str, str]]:
    """Each usable sentence, and the evidence around it."""
    spans = sentence_spans(text.body, text.language)
    for at, (start, end) in enumerate(spans):
        said = " ".join(text.body[start:end].split())
        if (
            _SHORTEST <= len(said.split()) <= _LONGEST
            and said[-1] in ".!;"
            and not _NEAR_ITEMS.search(said)
            and said[0].isalpha()
        ):
            first, last = spans[max(0, at - _BESIDE)], spans[min(len(spans) - 1, at + _BESIDE)]
            yield said, text.body[first.start : last.end]


def _rewritten(said: str, language: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    equal = _in_other_forms(said, language)
    if equal != said:
        yield "equal form", equal
    other = _with_synonyms(said, language, chance)
    if other != said:
        yield "synonyms", other
        both = _in_other_forms(other, language)
        if both not in (other, equal):
            yield "both", both
    moved = _moved(said)
    if moved:
        yield "reordered", moved
    half = re.match(r"^([^,;:]{25,}?)(?: ;|;|, (?:et|mais|and|but) )(?P<rest>.+)$", said)
    if half and not any(one.search(f" {half['rest']}") for one in _CONDITIONS[language]):
        yield "first half", f"{half[1].strip()}."


def _with_synonyms(said: str, language: str, chance: random.Random) -> str:
    for word, other in chance.sample(_SYNONYMS[language], len(_SYNONYMS[language])):
        for one, two in ((word, other), (word.capitalize(), other.capitalize())):
            said = re.sub(rf"(?<![\w'’]){re.escape(one)}(?![\w-])", two, said, count=1)
    return said


def _moved(said: str) -> str | None:
    """A condition from the beginning to the end."""
    opening = re.match(
        r"^(?P<mark>Si|S['’]il|En cas d|Pour|Avant|Après|Dans|If|When|For|Before|After|In|Until|From)(?P<rest>[^,;:]*),"
        r"\s(?P<main>[^;:]+)\.$",
        said,
    )
    if opening is None or opening["main"].count(",") > 1:
        return None
    main = opening["main"]
    return f"{main[0].upper()}{main[1:]} {opening['mark'].lower()}{opening['rest']}."


def _in_other_forms(said: str, language: str) -> str:
    """Every figure in another form that says the same."""
    for one in reversed(quantities(said, language)):
        other = _other_form(one, said[one.start : one.end], language)
        if (
            other
            and re.match(r"(?:^|[\s(])", said[max(0, one.start - 1) :])
            and re.match(r"[\s.,;]|$", said[one.end :])
        ):
            said = said[: one.start] + other + said[one.end :]
    return said


def _other_form(one: Quantity, written: str, language: str) -> str | None:
    french = language == "fr"
    number, _, unit = one.value.partition(" ")
    if one.kind == "amount" and unit == "EUR" and number.isdigit():
        return f"{number} euros" if "€" in written else f"{number} €" if french else f"€{number}"
    if one.kind == "percent":
        return f"{written.rstrip('% ')} pour cent" if french and "%" in written else None
    if one.kind == "duration" and number.isdigit():
        weeks = int(number) % 7 == 0 and unit == "d" and int(number) <= 28
        if weeks:
            count = _spelled(int(number) // 7, language)
            return None if int(number) == 7 else f"{count} {'semaines' if french else 'weeks'}"
        if (unit == "y" and "mois" in written) or (unit == "y" and "month" in written):
            return (
                f"{number} {('an' if number == '1' else 'ans') if french else ('year' if number == '1' else 'years')}"
            )
        digits = re.match(r"\d+", written)
        if digits and digits[0] == number and 2 <= int(number) <= 60:
            return _spelled(int(number), language) + written[digits.end() :].replace("-", " ")
    if one.kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", one.value):
        year, month, day = one.value.split("-")
        return f"{day}/{month}/{year}" if french else f"{int(day)} {_MONTHS['en'][int(month) - 1]} {year}"
    if one.kind == "number" and one.value.isdigit() and 2 <= int(one.value) <= 16 and written == one.value:
        return _spelled(int(one.value), language)
    return None


def _spelled(number: int, language: str) -> str:
    return next(words for words, value in spelled_numbers(language).items() if value == number)


def _planted(
    said: str, language: str, chance: random.Random, names: Sequence[str], evidence: str
) -> Iterator[tuple[str, str]]:
    """One error of each type that can be planted in a sentence."""
    found = quantities(said, language)
    chance.shuffle(found)
    done = set()
    for one in found:
        kind = {"percent": "number", "time": "date"}.get(one.kind, one.kind)
        other = _other_figure(one, said[one.start : one.end], language, chance)
        if kind not in done and other and _is_new(other, language, evidence):
            done.add(kind)
            yield kind, said[: one.start] + other + said[one.end :]
    for day in _DAYS[language]:
        if day in said and "date" not in done:
            yield (
                "date",
                said.replace(day, chance.choice([one for one in _DAYS[language] if one not in evidence] or ["?"])),
            )
            break
    rules: tuple[tuple[str, Callable[[], str | None]], ...] = (
        ("negation", lambda: _flipped(said, language, chance)),
        ("entity", lambda: _swapped(said, chance, [name for name in names if name not in evidence])),
        ("condition", lambda: _without_condition(said, language)),
        ("segment", lambda: _other_segment(said, language, chance, evidence)),
        ("step", lambda: f"{said.rstrip('.!; ')}, {chance.choice(_TAILS[language])}."),
    )
    for kind, rule in rules:
        wrong = rule()
        if wrong and wrong != said:
            yield kind, wrong


def _is_new(other: str, language: str, evidence: str) -> bool:
    there = {(one.kind, one.value) for one in quantities(evidence, language)}
    return any((one.kind, one.value) not in there for one in quantities(other, language))


def _other_figure(one: Quantity, written: str, language: str, chance: random.Random) -> str | None:
    if one.kind == "duration" and chance.random() < 0.3:
        units = (("jours", "semaines"), ("mois", "jours"), ("heures", "jours"), ("ans", "mois"), ("days", "weeks"),
                 ("months", "weeks"), ("hours", "days"), ("years", "months"))  # fmt: skip
        for unit, other in units:
            if unit in written:
                return written.replace(unit, other)
    if one.kind == "amount" and chance.random() < 0.15:
        for unit, other in (("€", "$"), ("euros", "dollars"), ("$", "€")):
            if unit in written:
                return written.replace(unit, other)
    for month in _MONTHS[language]:
        if one.kind == "date" and month in written and chance.random() < 0.5:
            return written.replace(month, chance.choice([other for other in _MONTHS[language] if other != month]))
    digits = re.search(r"\d+", written)
    if digits:
        number = int(digits[0])
        if one.kind == "date" and one.end - one.start > 2:
            changed = number % 28 + 1 if number <= 31 else number + 1
        else:
            changed = chance.choice([number + 1, number * 2, number * 10, max(number - 1, 0), number + 5])
        return None if changed == number else written[: digits.start()] + str(changed) + written[digits.end() :]
    for words, value in sorted(spelled_numbers(language).items(), key=lambda row: -len(row[0])):
        if re.match(rf"{words}\b", written) and value:
            return written.replace(words, _spelled(value % 12 + 2, language), 1)
    return None


def _flipped(said: str, language: str, chance: random.Random) -> str | None:
    negated = _NEGATED[language].search(said)
    if negated:
        return said[: negated.start()] + negated["kept"] + said[negated.end() :]
    without, instead = ("sans", "avec") if language == "fr" else ("without", "with")
    if re.search(rf"\b{without}\b", said):
        return re.sub(rf"\b{without}\b", instead, said, count=1)
    if re.search(r"\b(?:ne|n['’]|aucune?|ni|not?|never|jamais|n['’]t)\b", said, re.IGNORECASE):
        return None
    verbs = list(_VERBS[language].finditer(said))
    if not verbs:
        return None
    verb = chance.choice(verbs)
    if language == "en":
        return f"{said[: verb.end()]} not{said[verb.end() :]}"
    ne = "n'" if verb[0][0] in "aeé" else "ne "
    return f"{said[: verb.start()]}{ne}{verb[0]} pas{said[verb.end() :]}"


def _swapped(said: str, chance: random.Random, names: Sequence[str]) -> str | None:
    found = _CAPITAL.search(said)
    if found is None or not names:
        return None
    return said[: found.start()] + chance.choice(names) + said[found.end() :]


def _without_condition(said: str, language: str) -> str | None:
    for pattern in _CONDITIONS[language]:
        shorter = pattern.sub("", said, count=1)
        if shorter != said and len(shorter.split()) >= 4 and not shorter.startswith((":", ",")):
            return shorter[0].upper() + shorter[1:]
    return None


def _other_segment(said: str, language: str, chance: random.Random, evidence: str) -> str | None:
    for segment, other in _SEGMENTS[language]:
        if re.search(rf"\b{segment}\b", said) and other not in evidence:
            return re.sub(rf"\b{segment}\b", other, said)
    added = chance.choice(_ADDED_SEGMENTS[language])
    if re.search("professionnel|entreprise|étudiant|nouve|business|compan|student|new", evidence, re.IGNORECASE):
        return None
    return added + said[0].lower() + said[1:]
