"""Words that exclude one another: where a question says one and the passage the other, it is about another case."""

from __future__ import annotations

from functools import cache
from typing import Final

from ragcare.answering.reading.words import words

_PAIRS: Final = {
    "fr": "premier/dernier, avant/apres, plus/moins, maximum/minimum, maximal/minimal, majeur/mineur, gratuit/payant, "
    "ouvert/ferme, debut/fin, commencer/finir, augmenter/diminuer, augmentation/diminution, hausse/baisse, nord/sud, "
    "est/ouest, homme/femme, acheter/vendre, autorise/interdit, obligatoire/facultatif, possible/impossible, "
    "entrant/sortant, arrivee/depart, grand/petit, haut/bas, long/court, nouveau/ancien, neuf/occasion, public/prive, "
    "professionnel/particulier, accepter/refuser, gagner/perdre, inclus/exclu, national/international, entree/sortie, "
    "marie/celibataire, locataire/proprietaire, employeur/salarie, prepaye/abonnement, victoire/defaite, avec/sans, "
    "semaine/weekend, jour/nuit, matin/soir, ete/hiver, riche/pauvre, rapide/lent, fort/faible, allie/ennemi",
    "en": "first/last, before/after, more/less, most/least, maximum/minimum, largest/smallest, highest/lowest, "
    "high/low, "
    "free/paid, open/closed, start/end, begin/finish, increase/decrease, rise/fall, gain/loss, win/lose, won/lost, "
    "north/south, northern/southern, east/west, eastern/western, male/female, men/women, buy/sell, allowed/prohibited, "
    "legal/illegal, mandatory/optional, required/optional, possible/impossible, arrive/depart, old/new, oldest/newest, "
    "big/small, large/small, long/short, longest/shortest, public/private, accept/refuse, accept/reject, "
    "include/exclude, "
    "married/single, tenant/landlord, employer/employee, with/without, day/night, summer/winter, rich/poor, fast/slow, "
    "strong/weak, ally/enemy, support/oppose, agree/disagree, major/minor, early/late, earliest/latest, "
    "domestic/foreign, "
    "victory/defeat, success/failure, succeed/fail, common/rare, simple/complex, positive/negative, internal/external, "
    "ancient/modern, best/worst, better/worse, join/leave, import/export, input/output, majority/minority, "
    "create/destroy, "
    "attack/defend, teacher/student, parent/child, permanent/temporary, liquid/solid, visible/invisible, above/below",
}
_NEGATING: Final = {
    "fr": ("non", "in", "im", "ir", "anti", "de", "mal"),
    "en": ("non", "un", "in", "im", "ir", "dis", "anti"),
}


@cache
def opposites(language: str) -> dict[str, frozenset[str]]:
    """The opposites of each stem that has any."""
    known: dict[str, set[str]] = {}
    for pair in _PAIRS[language].split(", "):
        one, other = (words(half, language)[0] for half in pair.split("/"))
        if one.stem and other.stem and one.stem != other.stem:
            known.setdefault(one.stem, set()).add(other.stem)
            known.setdefault(other.stem, set()).add(one.stem)
    return {stem: frozenset(against) for stem, against in known.items()}


def turned_round(stem: str, held: set[str] | frozenset[str], language: str) -> bool:
    """Whether a text that does not hold a stem holds its opposite: by the list, or by a prefix that negates."""
    if not opposites(language).get(stem, frozenset()).isdisjoint(held):
        return True
    for prefix in _NEGATING[language]:
        bare = stem.removeprefix(prefix).lstrip("-")
        if (bare != stem and len(bare) >= 4 and bare in held) or (len(stem) >= 4 and prefix + stem in held):
            return True
    return False
