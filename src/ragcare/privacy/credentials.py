"""Passwords, PINs and codes that somebody tells: the words before them alone tell.

A word that only might be one stays: "my password is wrong". It has a digit or a sign within, or it stands in quotes.
"""

from __future__ import annotations

from ragcare.privacy.finding import GAP, Finder, finder_after

_LINK = rf"(?:{GAP}?(?:\b(?:est|is|was|[ée]tait|c['’]est)\b|[:=])){{1,2}}{GAP}?(?:(?:le|the){GAP})?"
_PASSWORD = r"\b(?:mots?[ -]de[ -]passe|mdp|pass ?(?:word|phrase|code)|pwd)\b"
_SAID = (
    r"(?:(?<=[\"'«“‘])|(?=[^\s\"'«»“”]{0,63}[\d@#$%^&*_+=]))[^\s\"'«»“”,;]{3,63}[^\s\"'«»“”,;.!?)]"
    r"|(?<=[«“] )[^\s»”]{3,64}"
)
_PIN = (
    r"\b(?:pin|puk|cvv|cvc|cvv2|otp|cryptogramme"
    r"|code (?:secret|confidentiel|personnel|d['’]acc[èe]s|de s[ée]curit[ée]|de v[ée]rification|de validation"
    r"|de connexion|re[çc]u(?: (?:par|sur) \w{1,12}){0,2})"
    r"|(?:security|secret|access|verification|entry|login) code|one[- ]time code)\b"
)
_DIGITS = r"\d(?:[ -]?\d){2,7}(?![^\W_])(?![.,:]\d)"

FINDERS: tuple[Finder, ...] = (
    finder_after("secret", rf"{_PASSWORD}{_LINK}[\"'«“‘]?{GAP}?", _SAID),
    finder_after("secret", rf"{_PIN}(?:{GAP}(?:code|number|num[ée]ro))?(?:{_LINK}|{GAP})", _DIGITS),
    finder_after("secret", rf"\b(?:mon|my|notre|our) (?:pass)?code{_LINK}", _DIGITS),
)
