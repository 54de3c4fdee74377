"""Numbers that prove themselves by a check digit: IBAN, RIB, payment cards, French social security numbers (NIR).

Shapes propose, ``python-stdnum`` decides. A NIR without its key has no such proof: it must be grouped as on the
card, or stand after words that announce it. So must a sort code and the number of a bank account.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ragcare.privacy.finding import (
    MAYBE_SEP,
    NOT_GOING_ON,
    NOT_INSIDE,
    SEP,
    Finder,
    finder,
    finder_after,
)

_IBAN = rf"{NOT_INSIDE}[A-Za-z]{{2}}\d{{2}}(?:{MAYBE_SEP}[A-Za-z0-9]){{11,30}}(?![^\W_])"
_NIR = (
    rf"{NOT_INSIDE}[1278]{MAYBE_SEP}\d\d{MAYBE_SEP}\d\d{MAYBE_SEP}(?:\d\d|2[AaBb])"
    rf"{MAYBE_SEP}\d{{3}}{MAYBE_SEP}\d{{3}}{MAYBE_SEP}\d\d{NOT_GOING_ON}"
)
# Grouped as on the card, or in one run that begins as the schemes do: an IMEI (15 digits), a SIRET (14) and
# a SIM number (19) end in the same check digit and are no card.
_CARD = (
    rf"{NOT_INSIDE}(?:[2-6]\d{{3}}(?:{SEP}\d{{4}}){{3}}|3[47]\d\d{MAYBE_SEP}\d{{6}}{MAYBE_SEP}\d{{5}}"
    rf"|3[0689]\d\d{SEP}\d{{6}}{SEP}\d{{4}}|(?:4\d|5[0-8]|2[2-7]|6[0-9])\d{{14}}){NOT_GOING_ON}"
)


@lru_cache(maxsize=4096)
def _iban_length(candidate: str) -> int:
    from stdnum import iban

    # The words after an IBAN look like more of it: try without them, one group after the other. Country
    # rules beyond the international check are left aside: they would let a real account through.
    ends = [group.end() for group in re.finditer(r"[A-Za-z0-9]+", candidate)]
    for end in reversed(ends):
        if end >= 15 and iban.is_valid(re.sub(SEP, "", candidate[:end]), check_country=False):
            return end
    return 0


# Bank, branch, account and key, as a French bank prints them; letters count for digits, and all of it is 0 modulo 97.
_RIB = rf"{NOT_INSIDE}\d{{5}}{MAYBE_SEP}\d{{5}}{MAYBE_SEP}[A-Za-z0-9]{{11}}{MAYBE_SEP}\d\d{NOT_GOING_ON}"
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_ACCOUNT_ANNOUNCED = (
    r"\b(?:(?:num[ée]ro|n[°o]) (?:de|du|de mon) compte bancaire|compte bancaire n[°o]|rib"
    r"|bank (?:account|acct?)(?: (?:number|no\.?|n[°o]))?|a/c(?: no\.?)?)"
    r"(?: (?:est|is|le|the))?[ \t\u00a0\u202f]{0,2}[:=]?[ \t\u00a0\u202f]{0,2}"
)
_SORT_ANNOUNCED = r"\bsort[ -]?code(?: is)?[^\w\n]{0,4}"
_SORT_CODE = rf"\d\d{MAYBE_SEP}\d\d{MAYBE_SEP}\d\d{NOT_GOING_ON}"
_BRITISH = r"\d{4} ?\d{4}"
"""The number of an account beside its sort code; by itself it may be that of a customer."""
_CALLED = r"\b(?:account|acct?|a/c)(?: (?:number|no\.?))?(?: is)?[^\w\n]{0,3}"


@lru_cache(maxsize=4096)
def _rib_length(candidate: str) -> int:
    digits = re.sub(SEP, "", candidate).upper().translate(_RIB_DIGITS)
    return len(candidate) if int(digits) > 0 and int(digits) % 97 == 0 else 0


@lru_cache(maxsize=4096)
def _nir_length(candidate: str) -> int:
    from stdnum.fr import nir

    return len(candidate) if nir.is_valid(re.sub(SEP, "", candidate).upper()) else 0


@lru_cache(maxsize=4096)
def _card_length(candidate: str) -> int:
    from stdnum import luhn

    return len(candidate) if luhn.is_valid(re.sub(SEP, "", candidate)) else 0


_MONTH = r"(?:0[1-9]|1[0-2]|[2-4]\d)"
_PLACE = r"(?:0[1-9]|[1-8]\d|9[0-57-9]|2[AaBb])"
_KEYLESS = rf"[12]{SEP}\d\d{SEP}{_MONTH}{SEP}{_PLACE}{SEP}\d{{3}}{SEP}\d{{3}}"
_KEYLESS_IN_ONE = rf"[12]{MAYBE_SEP}\d\d{MAYBE_SEP}{_MONTH}{MAYBE_SEP}{_PLACE}{MAYBE_SEP}\d{{3}}{MAYBE_SEP}\d{{3}}"
# One digit typed wrong, and the check of a NIR, an IBAN or a card fails: announced, it is nearly somebody's.
_ANNOUNCED = (
    r"(?<!\w)(?:s[ée]cu(?:rit[ée] sociale)?|assur[ée]e?(?: social[e]?)?|num[ée]ro social|nir|insee|carte vitale"
    r"|n[°o] ?ss|social security)\b"
    r"[^\d\n]{0,30}"
)
_IBAN_ANNOUNCED = r"\b(?:iban|rib)\b[^\d\n]{0,20}?"
_IBAN_LIKE = (  # after the bank each group has a digit, and the words behind are no part of it
    rf"{NOT_INSIDE}[A-Z]{{2}}\d\d(?:[A-Z0-9]{{11,30}}|{SEP}[A-Z0-9]{{4}}(?:{SEP}(?=[A-Z]{{0,3}}\d)[A-Z0-9]{{4}}){{1,6}}"
    rf"(?:{SEP}(?=[A-Z]{{0,2}}\d)[A-Z0-9]{{1,3}})?){NOT_GOING_ON}"
)
_CARD_ANNOUNCED = (
    r"\b(?:carte(?: bancaire| bleue| visa)?|cb|visa|mastercard|(?:bank |credit |debit )?card)\b[^\d\n]{0,20}"
)

FINDERS: tuple[Finder, ...] = (
    finder("iban", _IBAN, _iban_length),
    finder_after("iban", _IBAN_ANNOUNCED, _IBAN_LIKE),
    finder("account", _RIB, _rib_length),
    finder_after("account", _SORT_ANNOUNCED, _SORT_CODE),
    finder_after(
        "account",
        rf"{_SORT_ANNOUNCED}{_SORT_CODE}(?:[^\w\n]{{1,3}}|[^\d\n]{{1,20}}?{_CALLED})",
        rf"{_BRITISH}{NOT_GOING_ON}",
    ),
    finder_after("account", _CALLED, rf"{_BRITISH}(?=[^\d\n]{{1,20}}sort[ -]?code)"),
    finder_after("account", _ACCOUNT_ANNOUNCED, rf"\d(?:[ -]?\d){{7,10}}{NOT_GOING_ON}"),
    finder("nir", _NIR, _nir_length),
    finder("nir", rf"{NOT_INSIDE}{_KEYLESS}{NOT_GOING_ON}(?!{SEP}\d\d(?!\d))", len),
    finder_after("nir", _ANNOUNCED, rf"{_KEYLESS_IN_ONE}(?:{MAYBE_SEP}\d\d)?{NOT_GOING_ON}"),
    finder("card", _CARD, _card_length),
    finder_after("card", _CARD_ANNOUNCED, rf"[2-6]\d{{3}}(?:{MAYBE_SEP}\d{{4}}){{3}}{NOT_GOING_ON}"),
)
