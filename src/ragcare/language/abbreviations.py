"""Words whose full stop does not end a sentence, in three sorts by what may follow. Folded; without the last dot."""

from typing import Final, NamedTuple


class Abbreviations(NamedTuple):
    """The abbreviations of one language.

    Attributes:
        leading: a name or a word always follows: "M. Dupont", "e.g. shipping". Never the end.
        numbered: a number follows: "art. 5", "No. 12". The end before anything else.
        trailing: may end a sentence: "etc.", "5 p.m.". The end before a capital, unless it begins an acronym ("5 p.m.
            EST") or a word of `beside_hours`.
        beside_hours: what goes on with an hour, its capital notwithstanding: "5 p.m. Monday to Friday".
        openers: words that start a sentence rather than a name, so "the U.S. The" is an end.
    """

    leading: frozenset[str]
    numbered: frozenset[str]
    trailing: frozenset[str]
    beside_hours: frozenset[str]
    openers: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRENCH: Final = Abbreviations(
    leading=_words(
        "m mm mme mmes mlle mlles dr drs pr prs prof me mes st ste mgr cdt gal col cf p.ex ex c.-a-d c-a-d"
        " av bd boul tel ref conf s.a.r.l s.a.s adr"
    ),
    numbered=_words(
        "art al p pp n° no nos num chap fig vol sect § tab ann t janv jan fevr fev avr juil sept oct nov dec max min"
    ),
    trailing=_words("etc env h s.a j.-c j.c cie ltd inc"),
    beside_hours=frozenset(),  # French writes its days small
    openers=_words(
        "le la les un une des il elle ils elles on nous vous je ce cet cette ces en si pour dans avec sans par"
        " votre notre mais et puis ensuite toutefois cependant merci voir seul seule tout aucun"
    ),
)
_ENGLISH: Final = Abbreviations(
    leading=_words(
        "mr mrs ms dr drs prof st sen rep gov gen col capt lt sgt rev hon mt messrs e.g eg i.e ie cf vs viz approx"
        " dept tel ext esp incl"
    ),
    numbered=_words(
        "no nos p pp art fig figs sec vol ch chap § tab max min jan feb mar apr jun jul aug sep sept oct nov dec"
    ),
    trailing=_words("etc inc ltd corp co jr sr ph.d al a.m p.m ave blvd rd"),
    beside_hours=_words(
        "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
        " mondays tuesdays wednesdays thursdays fridays saturdays sundays eastern central mountain pacific greenwich"
        " et"  # Eastern Time; where the language is unknown, the French "et" opens sentences
    ),
    openers=_words(
        "the a an it he she they we you i this that these those if in on at for from with without to please"
        " your our his her their there then but and so no not do see all any when"
    ),
)
_EITHER: Final = Abbreviations(*(french | english for french, english in zip(_FRENCH, _ENGLISH, strict=True)))


def abbreviations(language: str) -> Abbreviations:
    """Return the abbreviations of a language; those of both where the language is another or unknown."""
    return {"fr": _FRENCH, "en": _ENGLISH}.get(language, _EITHER)
