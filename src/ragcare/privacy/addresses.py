"""Postal addresses: a number and a street, with what follows of them up to the town.

A street without a number is where a shop is, unless somebody says that they live there; a number and a street that
words before them call a shop's, a branch's or our own is public, and stays. A town alone is never personal.
"""

from __future__ import annotations

import re

from ragcare.privacy.finding import GAP, UPPER, Finder, PersonalData

_WORD = r"[^\W_]+(?:['’\-.][^\W_]+){0,6}"
_CAPITAL = rf"(?:[{UPPER}]|[ldLD]['’][{UPPER}])[^\W_]*(?:['’\-][^\W_]+){{0,6}}(?:(?<=\bSt)\.|(?<=\bDr)\.)?"
_BREAK = r"(?:[ \t\u00a0\u202f]{0,2}[,\n\-–][ \t\u00a0\u202f\n]{0,3}|[ \t\u00a0\u202f]{1,2})"

# --- French ---------------------------------------------------------------------------------------------

_VOIE = (
    r"(?:rue|ruelle|avenue|av(?!\.? J\.)\.?|boulevard|boul\.?|bvd|bld|bd\.?|place|pl\.|chemin|ch\.|che\.|impasse"
    r"|imp\.?|all[ée]es?"
    r"|quai|route|rte\.?|cours|square|sq\.|passage|faubourg|fbg|fg|r[ée]sidence|r[ée]s\.?|lotissement|lot\.|lieu[- ]dit"
    r"|hameau|villa|sentier|sente|esplanade|promenade|voie|mont[ée]e|c[ôo]te|cit[ée]|venelle|rond[- ]point|domaine|clos"
    r"|parvis|mail|traverse|rocade|chauss[ée]e|galerie|cour|zac|za|zi)"
)
_SURE = (  # typed small, the others are words too: "10 place assise", "2 cours de yoga"
    r"(?:rue|ruelle|avenue|av(?!\.? J\.)\.?|boulevard|boul\.?|bvd|bld|bd\.?|chemin|impasse|all[ée]es?|quai|faubourg"
    r"|lotissement)"
)
_LINKED = r"(?:de la|de l['’]|de|du|des|d['’]|la|le|les|l['’]|aux|au|à la|à|et|sous|sur|en|en[- ]face)"
_NAMED = (  # of words with a capital, abbreviations and figures ("du 8 mai 1945"), joined by small words
    rf"(?:{GAP}(?:{_LINKED}{GAP}?){{0,3}}(?-i:{_CAPITAL}"
    rf"|\d{{1,2}}(?:er)?{GAP}[^\W\d_]{{3,9}}(?:{GAP}\d{{4}})?)){{1,6}}"
)
_SMALL = rf"{GAP}(?:{_LINKED}{GAP}?){{0,3}}[^\W\d_]{{3,}}(?:-[^\W\d_]+){{0,4}}"  # "rue des lilas"
_INNER = (
    rf"(?:{_BREAK}(?:(?:b[âa]t(?:iment)?|appt?|appartement|esc(?:alier)?|[ée]tage|porte|hall|entr[ée]e|bo[îi]te|bp"
    rf"|cs)\.?"
    rf"{GAP}?(?:n°{GAP}?)?[A-Z0-9]{{1,5}}|\d{{1,2}}(?:er|e|[èe]me){GAP}[ée]tage"
    rf"|(?:tsa|bp|cs){GAP}\d{{2,5}})){{0,3}}"
)
_TOWN_WORD = rf"(?:(?!cedex)(?-i:[{UPPER}][^\W\d_]*(?:['’\-][^\W\d_]+){{0,5}}))"
_TOWN = (
    rf"(?:F-?)?(?:0[1-9]|[1-8]\d|9[0-8]){GAP}?\d{{3}}{GAP}(?:{_TOWN_WORD}(?:{GAP}(?:(?:sur|sous|en|de|du|la|le"
    rf"|les|lès)"
    rf"{GAP})?{_TOWN_WORD}){{0,4}}|(?:(?:la|le|les|saint|st){GAP})?[^\W\d_]{{3,}}(?:-[^\W\d_]+){{0,5}})"
    rf"(?:{GAP}cedex(?:{GAP}\d{{1,2}})?)?"
)
_AT = rf"(?<![\w.,/€$£-])(?:\d{{1,4}}(?:{GAP}?(?:bis|ter|quater)\b|{GAP}?[A-Da-d]\b)?(?:{GAP}?[-/]{GAP}?\d{{1,4}})?)"
_FRENCH = re.compile(
    rf"{_AT},?{GAP}(?:{_VOIE}(?:{_NAMED}|{_SMALL}(?:{GAP}[^\W\d_]+){{0,3}}?(?=,?{GAP}\d{{5}}\b))|{_SURE}{_SMALL})"
    rf"{_INNER}(?:{_BREAK}{_TOWN})?",
    re.IGNORECASE,
)
_AT_A_FRENCH_STREET = re.compile(
    rf"(?:\b(?:habit\w{{1,5}}|demeur\w{{1,4}}|r[ée]sid\w{{1,4}}|domicili[ée]e?s?|log[ée]e?s?"
    rf"|d[ée]m[ée]nag\w{{1,4}}){GAP}"
    rf"(?:(?:au|[àa]|dans|maintenant|d[ée]sormais){GAP})?(?:(?:la|l['’]){GAP}?)?)"
    rf"(?P<item>{_VOIE}(?:{_NAMED}|{_SMALL}){_INNER}(?:{_BREAK}{_TOWN})?)",
    re.IGNORECASE,
)
_A_FRENCH_STREET_IN_A_TOWN = re.compile(
    rf"(?<![\w-])(?=[^\W\d_]){_VOIE}(?:{_NAMED}){_INNER}(?:[ \t]?[,\n\-–][ \t\n]{{0,3}}|{GAP}){_TOWN}", re.IGNORECASE
)

# --- English --------------------------------------------------------------------------------------------

_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|crescent|cres|gardens|gdns|grove|hill|park"
    r"|place|pl"
    r"|square|sq|terrace|way|walk|row|mews|boulevard|blvd|parade|view|rise|quay|green|highway|hwy|parkway|pkwy"
    r"|circle|trail"
    r"|broadway|wharf|vale|meadow|meadows|fields|heights)\b\.?"
)
_FLAT = rf"(?:(?:flat|apartment|apt|unit|suite|ste|room|floor)\.?{GAP}?#?[0-9]{{0,4}}[a-z]?\b)"
_POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]?[ \u00a0]?\d[A-Z]{2}\b|GIR[ ]?0AA)"
_ZIP = r"(?:(?-i:[A-Z]{2}),?[ \u00a0])?\d{5}(?:-\d{4})?\b"
_PLACE = (
    rf"(?-i:[{UPPER}][^\W\d_]*(?:['’\-][^\W\d_]+){{0,3}}(?:{GAP}(?:(?:upon|on|of|the"
    rf"|in){GAP})?[{UPPER}][^\W\d_]+){{0,2}})"
)
_NOT_A_PLACE = (
    r"(?!(?:Thanks?|Thank|Please|Can|Could|I|It|My|The|This|And|But|Not|Regards|Best|Kind|Hello|Hi|Is|Are)\b)"
)
_STREET_NAMED = (
    rf"(?-i:(?:[NSEW]\.?{GAP})?(?:{_CAPITAL}|\d{{1,3}}(?:st|nd|rd|th))(?:{GAP}(?:{_CAPITAL}|\d{{1,3}}(?:st|nd|rd"
    rf"|th))){{0,3}}?)"
)
_END = (
    rf"(?:,?{GAP}{_FLAT})?"
    rf"(?:(?:{_BREAK}{_NOT_A_PLACE}{_PLACE}){{0,3}}?{_BREAK}(?:{_POSTCODE}|{_ZIP})"
    rf"|(?:{GAP}?[,\n]{GAP}?{_NOT_A_PLACE}{_PLACE}){{0,2}})"
)
_ENGLISH = re.compile(
    rf"(?:{_FLAT},?{GAP})?(?<![\w.,/€$£])\d{{1,5}}[A-Za-z]?(?:-\d{{1,4}})?,?{GAP}"
    rf"{_STREET_NAMED}{GAP}{_STREET}(?:{GAP}(?:north|south|east|west|[nsew]\b))?{_END}",
    re.IGNORECASE,
)
_SMALL_ENGLISH = re.compile(  # typed without capitals: only a postcode proves it
    rf"(?:{_FLAT},?{GAP})?(?<![\w.,/€$£])\d{{1,5}}[a-z]?,?{GAP}[a-z]{{2,20}}"
    rf"(?:{GAP}[a-z]{{2,20}}){{0,2}}?{GAP}{_STREET}"
    rf"(?:,?{GAP}[a-z]{{2,20}}){{0,3}}?,?{GAP}{_POSTCODE}",
    re.IGNORECASE,
)
_AT_AN_ENGLISH_STREET = re.compile(
    rf"\b(?:live|lives|lived|living|reside|resides|moved|moving){GAP}(?:(?:now|currently){GAP})?(?:on|in|at|to){GAP}"
    rf"(?P<item>(?:\d{{1,5}}[a-z]?{GAP})?(?:{_STREET_NAMED}"
    rf"|\d{{1,5}}[a-z]?{GAP}[a-z]{{3,20}}(?:{GAP}[a-z]{{3,20}})?){GAP}{_STREET}{_END})",
    re.IGNORECASE,
)
_AT_A_POSTCODE = re.compile(rf"\bpost ?code\b(?:{GAP}?(?:is|:|=)){{0,2}}{GAP}?(?P<item>{_POSTCODE})", re.IGNORECASE)

# --- whose it is ----------------------------------------------------------------------------------------

_SAID_BEFORE = 48
_PUBLIC = re.compile(
    r"\b(?:magasins?|boutiques?|agences?|si[èe]ge(?: social)?|point(?:s)?[- ]relais|relais|service (?:client"
    r"|retours?)s?"
    r"|entrep[ôo]t|bureaux|nos|notre|guichets?|mairie|pr[ée]fecture|stores?|shops?|branch(?:es)?|headquarters"
    r"|head office"
    r"|our|returns (?:department|centre)|warehouse|showroom|office)\b",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"\b(?:habite|demeur|r[ée]sid|domicil|adresse|chez|livr|exp[ée]di|envoy|mon|ma|mes|moi|suis|j['’]|live|living"
    r"|home|address"
    r"|deliver|ship|send|my|me|i['’]m|i am|moved)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n\n")


def _is_public(text: str, start: int) -> bool:
    """Whether the words right before say that it is where a business is."""
    before = text[max(0, start - _SAID_BEFORE) : start]
    ends = [end.end() for end in _SENTENCE_END.finditer(before)]
    before = before[ends[-1] :] if ends else before
    public = [cue.end() for cue in _PUBLIC.finditer(before)]
    return bool(public) and _HOME.search(before, public[-1]) is None


def _finder(pattern: re.Pattern[str]) -> Finder:
    item = "item" if "item" in pattern.groupindex else 0

    def find(text: str, start: int) -> PersonalData | None:
        while match := pattern.search(text, start):
            if not _is_public(text, match.start(item)):
                return PersonalData("address", match.start(item), match.end(item))
            start = match.end()
        return None

    return find


FINDERS: tuple[Finder, ...] = tuple(
    _finder(pattern)
    for pattern in (
        _FRENCH,
        _AT_A_FRENCH_STREET,
        _A_FRENCH_STREET_IN_A_TOWN,
        _ENGLISH,
        _SMALL_ENGLISH,
        _AT_AN_ENGLISH_STREET,
        _AT_A_POSTCODE,
    )
)
