"""Dates of birth, and the numbers of licences, passports and identity cards: the words before them alone tell."""

from __future__ import annotations

from ragcare.privacy.finding import Finder, finder_after

_MONTH = (
    r"(?:janv(?:ier|\.)?|f[ée]v(?:rier|r?\.?)|mars|avr(?:il|\.)|mai|juin|juil(?:let|\.)|ao[uû]t|sept(?:embre|\.)?"
    r"|oct(?:obre|\.)?|nov(?:embre|\.)?|d[ée]c(?:embre|\.)?|jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?"
    r"|apr(?:il|\.)?"
    r"|may|june?|july?|aug(?:ust|\.)?|sep(?:tember|\.)?|october|november|december|dec\.?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th)?"
_YEAR = r"(?:(?:18|19|20)\d\d)"
_DATE = (
    rf"(?:(?:0?[1-9]|[12]\d|3[01])(?P<sign>[/.\- ])(?:0?[1-9]|[12]\d|3[01])(?P=sign)(?:{_YEAR}|\d\d)"
    rf"|{_YEAR}[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])"
    rf"|{_DAY} (?:of )?{_MONTH},? {_YEAR}|{_MONTH} {_DAY},? {_YEAR})(?!\d)"
)
_WHOSE = r"(?:(?: \w{1,12}){0,2}?| (?:de|du|of)(?: \w{1,12}){1,3}?)"
_BORN = (
    r"(?<!\w)(?:n[ée](?:e?s?|\(e\)s?)(?: à [\w' \-]{2,30}?)?(?:,)? (?:le|du) "
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )?"
    rf"|(?:date|jour) de naissance{_WHOSE}\s?[:=]?\s{{0,2}}(?:(?:c['’])?est (?:le )?|le )?|ddn\s?[:=]?\s?"
    r"|naissance\s?[:=]\s?(?:le )?|anniversaire (?:est |c'est )?(?:le )"
    r"|born(?: in [\w' \-]{2,30}?)? (?:on )?(?:the )?|birth ?(?:date"
    r"|day)(?: \w{1,12}){0,2}?\s?[:=]?\s?(?:is )?(?:on )?(?:the )?"
    rf"|date of birth{_WHOSE}\s?[:=]?\s?(?:is )?(?:the )?|d\.?o\.?b\.?\s?(?:is|[:=])?\s?)"
)

_PAPER = (
    r"(?<!\w)(?:permis(?: de conduire)?|licen[cs]e|passe?port|carte (?:nationale )?d['’]identit[ée]|cni"
    r"|titre de s[ée]jour"
    r"|pi[èe]ce d['’]identit[ée]|(?:id|identity) card|national insurance(?: number)?|ni number|nino"
    r"|social security number|ssn)"
)
_LINK = r"(?:\s{1,2}(?:num[ée]ro|n[°o]\.?|number|no\.?|nr\.?|#|est|is|le|the|:|=)|\s?[:=#]|\s?n°){0,4}\s{0,2}"
_GROUP = r"(?:[A-Z]{0,6}\d[A-Z0-9]{0,17}|[A-Z]{1,2}(?=[ -][A-Z]{0,2}\d))"
_NUMBER = (
    rf"(?-i:(?=(?:[ -]?[A-Za-z0-9]){{6}})(?=[^\n]{{0,8}}\d{{2}}){_GROUP}(?:[ -]{_GROUP}){{0,5}}(?: [A-D])?(?![\w]))"
)
_NATIONAL_INSURANCE = r"(?-i:[A-CEGHJ-PR-TW-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D])(?!\w)"
_AMERICAN = r"\d{3}-\d{2}-\d{4}(?!\d)"

FINDERS: tuple[Finder, ...] = (
    finder_after("birth", _BORN, _DATE),
    finder_after("licence", rf"{_PAPER}{_LINK}", rf"(?:{_NATIONAL_INSURANCE}|{_AMERICAN}|{_NUMBER})"),
)
