"""How a rule is written: a short line of words, read from left to right, made one regular expression.

A name in capitals stands for one word of the list of that name, ``a|b`` for either, ``x?`` for perhaps x, ``x*``
for up to four of them, ``..3`` for up to three other words of the same sentence, ``!x`` for "no x next", ``~x`` for
"no x just before", ``<`` and ``>`` for the start and end of a sentence. So ``TALK ..6 STAFF`` finds "speak to your
manager". A rule that makes a signal begins with its probability. All gaps are bounded: time is linear.
"""

from __future__ import annotations

import re
from functools import cache

from ragcare.deciding.signals.lists import LISTS
from ragcare.deciding.signals.spelling import codes, key

END = "\n"  # the end of a sentence, and the border of the message
OTHER = "\uf8ff"  # a word that no list has


@cache
def weighted_patterns(lines: str) -> list[tuple[float, re.Pattern[str]]]:
    """The rules of a text, each with its probability, the most probable first."""
    split = [line.split(maxsplit=1) for line in lines.strip().splitlines()]
    return sorted(((float(p), _compiled(rule)) for p, rule in split), key=lambda rule: -rule[0])


@cache
def patterns(lines: str) -> list[re.Pattern[str]]:
    """The rules of a text that has no probabilities."""
    return [_compiled(line) for line in lines.strip().splitlines() if line.strip()]


def _compiled(rule: str) -> re.Pattern[str]:
    return re.compile("".join(_part(part) for part in rule.split()))


def _part(part: str) -> str:
    """The regular expression of one part of a rule."""
    if part.startswith(".."):
        return f"[^{END}]{{0,{part[2:]}}}?"
    names, guard, repeat = part.strip("!~?*"), part[0], part[-1]
    chars = "".join(_characters(name) for name in names.split("|"))
    if guard in "!~":
        return f"(?{'<' if guard == '~' else ''}![{chars}])"
    if names.startswith("<"):
        return f"(?<=[{chars}])"
    if names.endswith(">") or names.startswith(">"):
        return f"(?=[{chars}])"
    return f"[{chars}]" + {"?": "?", "*": "{0,4}"}.get(repeat, "")


def _characters(name: str) -> str:
    if name in "<>":
        return END
    words = LISTS[name].split() if name.isupper() else [name]
    return "".join(codes()[key(word)] for word in words)
