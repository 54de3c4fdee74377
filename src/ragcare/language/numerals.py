"""Numbers written in digits: what one looks like in each language, and its canonical string."""

from typing import Final

_SPACE: Final = "[ \u00a0\u202f\u2009]"  # the normal, non-breaking, narrow and thin spaces that group digits
_HEAD: Final = "[1-9][0-9]{0,2}"  # a grouped number never starts with 0; "01 234" is two things

_SPACED: Final = rf"{_HEAD}(?:{_SPACE}[0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?"
_DOTTED: Final = rf"{_HEAD}(?:\.[0-9]{{3}})+(?![0-9])"
_COMMAED: Final = rf"{_HEAD}(?:,[0-9]{{3}})+(?![0-9])"
_PLAIN: Final = "[0-9]+(?:[.,][0-9]+)?"


def number_pattern(language: str) -> str:
    """Return the regular expression of a number in digits.

    The two habits meet in "1.200" and "1,200": French reads a dot before three digits as a group and a
    comma as the decimal mark, English the other way round. A number that shows both marks is read the
    same in either language.
    """
    if language == "fr":
        grouped = rf"{_DOTTED}(?:,[0-9]+)?|{_COMMAED}\.[0-9]+"
    else:
        grouped = rf"{_COMMAED}(?:\.[0-9]+)?|{_DOTTED},[0-9]+"
    return f"(?:{_SPACED}|{grouped}|{_PLAIN})"


def canonical_number(raw: str, language: str) -> str:
    """Return one string for all spellings of a number: "1 200,50" and "1,200.5" both give "1200.5".

    Works on strings throughout, because a customer may paste ten thousand digits. An integer that starts
    with 0 is an identifier (a telephone number, a contract) and keeps its zeros.
    """
    if raw.isdecimal():
        return raw
    digits = "".join(char for char in raw if char in "0123456789.,")
    whole, fraction = _split(digits, language)
    fraction = fraction.rstrip("0")
    if fraction:
        return f"{whole.lstrip('0') or '0'}.{fraction}"
    return whole


def _split(digits: str, language: str) -> tuple[str, str]:
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return digits, ""
    last = marks[-1]
    whole, _, tail = digits.rpartition(last)
    group_mark = "." if language == "fr" else ","
    is_group = len(marks) == marks.count(last) and (len(marks) > 1 or (last == group_mark and len(tail) == 3))
    if is_group and whole.partition(last)[0] not in ("", "0"):
        return digits.replace(last, ""), ""
    return whole.replace(".", "").replace(",", ""), tail
