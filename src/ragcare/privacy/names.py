"""Names of persons: after words that announce one, at the end of a letter, or a given name with a surname.

No library that installs from the package index alone finds names in both languages: spaCy and Presidio need models from
elsewhere (`docs/design/015-handoff.md`). So words speak for a name, and a list of given names, which is in
`given_names.txt`. A given name by itself, a town, a month and a brand that is called after somebody stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ragcare.privacy.finding import GAP, UPPER, Finder, PersonalData

_PIECE = rf"(?:[OD]['’])?[{UPPER}][^\W\d_]*(?:['’][{UPPER}]?[^\W\d_]{{2,}})?"
_CAPITAL = rf"{_PIECE}(?:-[{UPPER}]?[^\W\d_]+){{0,4}}"
_INITIAL = rf"[{UPPER}](?:\.-?[{UPPER}])?\."
_PARTICLE = (
    r"(?:de la|de|du|des|le|la|van der|van den|van de|van|von|der|den|ten|el|al|ben|bin|da|di|do|dos|del|ibn|d['’])"
)
_NAME = rf"(?:{_INITIAL}|{_CAPITAL})"
_BEGINS = rf"(?:(?:de la|de|du|d['’]|van der|van den|van|von|el|al|ben|di|da){GAP}?(?=[{UPPER}]))"
_FULL = re.compile(rf"{_BEGINS}?{_NAME}(?:{GAP}(?:{_PARTICLE}{GAP}?)?{_NAME}){{0,4}}")
_SMALL = re.compile(rf"[^\W\d_]+(?:['’\-][^\W\d_]+){{0,3}}(?:{GAP}[^\W\d_]+(?:['’\-][^\W\d_]+){{0,3}}){{0,2}}")
_WORD = re.compile(rf"{_INITIAL}|[^\W\d_]+(?:['’\-][^\W\d_]+)*")


class _Cue(NamedTuple):
    """Words that announce a name, and how much they prove.

    Attributes:
        how: "sure" takes any word with a capital, and a known given name without; "given" only what begins with a known
            given name or an initial, with a capital; "title" what has a capital and is no rank.
    """

    pattern: str
    how: str


_CUES = (
    _Cue(
        r"je m['’ ]?\s?appel+e|moi c['’]est|mon nom (?:complet |de famille )?(?:est|c['’]est|:)"
        r"|mon pr[ée]nom(?: est| c['’]est)?|nom(?: de famille| complet)?\s?:"
        r"|pr[ée]nom\s?:|nom et pr[ée]nom\s?:|je soussign[ée]e?,?|(?:s['’]|m['’])appel(?:le|ait)|se nomm(?:e|ait)"
        r"|my (?:full |last |first |sur)?name(?:['’]?s| is|:)|(?:sur)?name\s?:|the name['’]?s|(?:is|was) called"
        r"|i,? the undersigned,?"
        r"|au nom d(?:e|['’])|[àa] l['’]ordre de|in the name of|on behalf of|(?:titulaire|souscripteur"
        r"|souscriptrice|b[ée]n[ée]ficiaire|locataire|assur[ée]e?)(?:\s?:| est| s['’]appelle)|(?:account"
        r"|policy|card)[ -]?holder(?:\s?:| is)?"
        r"|under the name(?: of)?"
        r"|signed(?: by)?\s?:?|sign[ée] (?:par |: ?)|contact\s?:",
        "sure",
    ),
    _Cue(
        r"je suis|c['’]est|ici|i['’ ]?a?m|it['’]s|this is|here is|bonjour|bonsoir|salut|hello|hi|dear|cher"
        r"|ch[èe]re|merci|thanks"
        r"|thank you|parl[ée]e? (?:[àa]|avec)|eu affaire [àa]|re[çc]u par|conseill?(?:er|[èe]re)|agente?"
        r"|technicien(?:ne)?|vendeu(?:r|se)"
        r"|livreur|g[ée]rante?|coll[èe]gue|spoken? (?:to|with)|talked (?:to|with)|dealt with|advis[eo]r|engineer"
        r"|colleague"
        r"|(?:my|his|her|our) (?:late )?(?:husband|wife|son|daughter|mother|mum|mom|father|dad|brother|sister"
        r"|neighbour|neighbor"
        r"|partner|friend|boss|landlord|tenant|grandmother|grandfather|uncle|aunt)|(?:mon|ma|sa|son"
        r"|notre) (?:d[ée]funte? )?(?:mari"
        r"|femme|[ée]pou(?:x|se)|fils|fille|m[èe]re|p[èe]re|fr[èe]re|s[oœ]e?ur|voisine?|conjointe?|compagn(?:on"
        r"|e)|amie?|grand-m[èe]re"
        r"|grand-p[èe]re|oncle|tante|propri[ée]taire|locataire|associ[ée]e?)|l['’]attention d(?:e|['’])|attn\.?"
        r"|named|nomm[ée]e?",
        "given",
    ),
    _Cue(
        r"(?-i:M|MM|Mr|Mmes|Ms|Miss|Mx|Dr|Pr|Prof|Me|Sir)\.?|(?:mme|mlle|mrs|mr|ms)\.?|monsieur|madame"
        r"|mademoiselle|docteur"
        r"|ma[iî]tre"
        r"|doctor|professor|professeur",
        "title",
    ),
)
_CUE = re.compile(
    r"(?<![\w-])(?=[^\W\d_])(?:"
    + "|".join(f"(?P<{cue.how}>{cue.pattern})" for cue in _CUES)
    + rf")(?:{GAP}?[:,]?{GAP}|(?<=['’])|(?<=:))",
    re.IGNORECASE,
)

_CLOSING = re.compile(
    r"(?:^|(?<=[\n.!?,;]))[ \t]*(?=[^\W\d_])(?:bien |tr[èe]s |tr[èe]s bien )?(?:cordialement|cdlt|cdt"
    r"|bien [àa] (?:vous|toi)|sinc[èe]rement"
    r"|respectueusement|amicalement|bonne (?:journ[ée]e|soir[ée]e)|merci(?: (?:d['’]avance|beaucoup|bien"
    r"|par avance|[àa] vous))?"
    r"|salutations(?: distingu[ée]es)?|mes salutations(?: distingu[ée]es)?|sign[ée]|(?:kind |best |warm "
    r"|warmest )?regards|best wishes"
    r"|best|thanks(?: (?:in advance|again|a lot|so much))?|thank you(?: (?:in advance|very much))?|many thanks"
    r"|cheers|sincerely"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely yours|respectfully|signed)"
    r"(?P<end>[ \t]*[,.!:–-]?[ \t]*(?:\n[ \t]*){1,3}|[ \t]*[,:–-][ \t]*)",
    re.IGNORECASE,
)
_ALONE = re.compile(r"[ \t]*[,.]?[ \t]*(?:\n|$|[\[(])")

_STREET_OR_THING_BEFORE = re.compile(
    r"(?:\b(?:rue|avenue|av|boulevard|bd|place|quai|impasse|all[ée]es?|square|cours|chemin|lyc[ée]e|coll[èe]ge"
    r"|[ée]cole|h[ôo]pita(?:l|ux)|hospitalier|(?:poly)?clinique|institut|chu"
    r"|stade|a[ée]roport|gare|mus[ée]e|station|biblioth[èe]que|parc|pont|tour|fondation|prix|parfum|film|livre"
    r"|marque|mod[èe]le|gamme"
    r"|magazine|collection|s[ée]rie|canap[ée]|album|robe|maison|chez|street|road|airport|hospital|clinic|school|museum"
    r"|perfume|brand"
    r"|book|show|range|the|le|les|la|un|une|du|des|au|aux|a|an|saint|sainte|st|ste|san|santa)"
    r"|[&+\-\d])[ \t\u00a0]{1,2}$",
    re.IGNORECASE,
)
_BEFORE = 24


_PARTICLES = frozenset(
    ("de", "du", "des", "le", "la", "van", "von", "der", "den", "ten", "ben", "el", "al")
) | frozenset(("bin", "da", "di", "do", "dos", "del", "ibn", "d'"))


def _read(name: str) -> list[str]:
    text = files("ragcare.privacy").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line]


@cache
def _no_names() -> dict[str, frozenset[str]]:
    """The lists of `no_names.txt`, by what stands in their headings' brackets."""
    lists: dict[str, set[str]] = {}
    for line in _read("no_names.txt"):
        if heading := re.match(r"# \[(.*?)\]", line):
            words = lists.setdefault(heading[1], set())
        elif not line.startswith("#"):
            words.update(line.split())
    return {name: frozenset(words) for name, words in lists.items()}


@cache
def _brands() -> frozenset[str]:
    return frozenset(line for line in _read("brands.txt") if not line.startswith("#"))


@cache
def _given_names() -> dict[str, frozenset[str]]:
    """Given names, folded: all of them; those that count with a surname; those that count alone."""
    words = [word for line in _read("given_names.txt") if not line.startswith("#") for word in line.split()]
    never = {word[1:] for word in words if word.startswith("!")}
    with_surname = {word[1:] for word in words if word.startswith("~")}
    every = {word.lstrip("!~") for word in words}
    return {
        "cued": frozenset(every),
        "with surname": frozenset(every - never),
        "alone": frozenset(every - never - with_surname),
    }


@cache
def _letters() -> Callable[[str], str]:
    """Folds a word: no accents, small letters, one sort of apostrophe."""
    strip = re.compile("[\u0300-\u036f]")
    return lambda word: strip.sub("", unicodedata.normalize("NFD", word.casefold())).replace("’", "'")


def _fold(word: str) -> str:
    return _letters()(word).replace("œ", "oe")


def _is_given(word: str, standing: str = "cued") -> bool:
    """Whether a word is a given name, where it stands after a cue, before a surname, or alone."""
    folded = _fold(word)
    parts = folded.split("-")
    # "Jean-Pierre": each half may be a word, both together are a name
    return folded in _given_names()[standing] or (
        len(parts) > 1 and all(part in _given_names()["cued"] for part in parts)
    )


def _is_initial(word: str) -> bool:
    return word.endswith(".")


def _cut(text: str, match: re.Match[str], *, most: int = 5) -> tuple[list[str], int]:
    """The words of a candidate before the first that is no part of a name, and where they end."""
    words: list[str] = []
    end = match.start()
    found = list(_WORD.finditer(text, match.start(), match.end()))
    for at, word in enumerate(found):
        folded = _fold(word[0])
        follows = found[at + 1][0] if at + 1 < len(found) else ""
        goes_on = _fold(follows) in _PARTICLES or _fold(follows) not in _no_names()["never"]
        joins = folded in _PARTICLES and follows[:1].isupper() and goes_on
        if not joins and (folded in _no_names()["never"] or folded in _PARTICLES or len(words) == most):
            break
        words.append(word[0])
        if not joins:
            end = word.end()
            if word[0].endswith(("'s", "’s")) and len(word[0]) > 3:
                return words, end - 2
    if words and _fold(words[-1]) in _PARTICLES:
        words.pop()
    return words, end


def _is_brand(words: list[str], title: str = "") -> bool:
    told = " ".join(_fold(word).removesuffix("'s").replace("-", " ") for word in words)
    tries = {
        told,
        " ".join(told.split()[:2]),
        " ".join(told.split()[:3]),
        f"{_fold(title.rstrip('.'))} {told.partition(' ')[0]}",
    }
    return bool(tries & _brands())


def _after_cue(text: str, cue: re.Match[str]) -> int | None:
    """Where the name that this cue announces ends, if it announces one."""
    how = cue.lastgroup
    candidate = _FULL.match(text, cue.end())
    if candidate is None:
        return _small_after(text, cue)
    words, end = _cut(text, candidate)
    if not words or (len(words) == 1 and _is_initial(words[0]) and how != "title"):
        return None
    given = _is_given(words[0]) or (_is_initial(words[0]) and len(words) > 1)
    shouted = cue[0].isupper() and len(cue[0].strip()) > 4
    if how == "title":
        fits = _fold(words[0]) not in _no_names()["not first"] and not _is_brand(words, cue[0].strip())
        fits = fits and not (cue[0].strip() == "Me" and not given) and not (cue[0].strip() == "M" and not given)
    elif how == "sure":
        fits = given or not ((shouted and len(words) > 2) or _fold(words[0]) in _no_names()["not first"])
    else:
        # "Dear Laura" is the name of somebody; "It's Rose" and "c'est Noël" may be anything
        doubtful = len(words) == 1 and not _is_given(words[0], "alone") and not _OF_SOMEBODY.match(cue[0])
        last_first = len(words) > 1 and words[0].isupper() and _is_given(words[1])
        fits = ((given and not doubtful) or last_first) and not _is_brand(words)
    return end if fits else None


def _small_after(text: str, cue: re.Match[str]) -> int | None:
    """A name typed without capitals: a known given name, and the word after it if that is no other word."""
    candidate = _SMALL.match(text, cue.end())
    if candidate is None:
        return None
    words = [(word[0], word.end()) for word in _WORD.finditer(text, candidate.start(), candidate.end())]
    first, end = words[0]
    if cue.lastgroup == "title":
        short = cue[0].strip().casefold().rstrip(".") in ("mme", "mlle", "mrs", "ms", "mr")
        other = _fold(first) in _no_names()["never"] | _no_names()["not first"] | _no_names()["not second"]
        return end if short and not other and len(first) > 2 and not _is_brand([first], cue[0].strip()) else None
    if not _is_given(first, "alone" if cue.lastgroup == "given" else "cued"):
        return None
    if cue.lastgroup == "given" and not (len(first) > 3 and cue[0].casefold().startswith(_INTRODUCES)):
        return None
    for word, after in words[1:]:
        if _fold(word) in _no_names()["never"] | _no_names()["not first"] | _no_names()["not second"] or len(word) < 3:
            break
        return after
    return end


_OF_SOMEBODY = re.compile(r"(?:my|his|her|our|mon|ma|sa|son|notre|parl|spoke|talk|dealt)", re.IGNORECASE)
_INTRODUCES = ("je suis", "i'm", "i’m", "im ", "i am", "this is")


def _next_announced(text: str, start: int) -> PersonalData | None:
    for cue in _CUE.finditer(text, start):
        end = _after_cue(text, cue)
        if end is not None:
            return PersonalData("name", cue.end(), end)
    return None


def _next_signed(text: str, start: int) -> PersonalData | None:
    for closing in _CLOSING.finditer(text, start):
        candidate = _FULL.match(text, closing.end())
        if candidate is None:
            small = _SMALL.match(text, closing.end())
            if small and _ALONE.match(text, small.end()) and _is_given(small[0].split()[0]):
                return PersonalData("name", small.start(), small.end())
            continue
        words, end = _cut(text, candidate)
        new_line = "\n" in closing["end"]
        if not words or end != candidate.end() or not _ALONE.match(text, end) or _is_brand(words):
            continue
        given = _is_given(words[0]) or _is_given(words[-1]) or _is_initial(words[0])
        if given or (new_line and len(words) > 1):
            return PersonalData("name", candidate.start(), end)
    return None


def _next_full(text: str, start: int) -> PersonalData | None:
    """A known given name with a surname behind it, anywhere in a text."""
    brand_until = start
    for word in _CAPITAL_WORD.finditer(text, start):
        if word.start() < brand_until or not _is_given(word[0], "with surname"):
            continue
        candidate = _FULL.match(text, word.start())
        if candidate is None:
            continue
        words, end = _cut(text, candidate)
        thing = _STREET_OR_THING_BEFORE.search(text, max(0, word.start() - _BEFORE), word.start())
        real = [one for one in words[1:] if not _is_initial(one)]
        if thing or _is_brand(words):
            brand_until = end
        elif real and not any(one.isupper() and len(one) < 4 for one in real):
            return PersonalData("name", word.start(), end)
    return None


_CAPITAL_WORD = re.compile(rf"(?<![^\W_])(?<!['’\-]){_CAPITAL}(?![^\W_])")


FINDERS: tuple[Finder, ...] = (_next_announced, _next_signed, _next_full)
