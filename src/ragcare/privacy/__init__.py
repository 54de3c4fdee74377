"""Personal data in a text, found and masked, so that transcripts and logs can leave the conversation.

Shapes propose, libraries decide where there is something to decide: ``phonenumbers`` whether it is a phone number,
``python-stdnum`` whether an IBAN, a payment card or a French social security number (NIR) checks. An order number, an
amount or a date has no such proof and stays. Names, postal addresses, dates of birth, the numbers of papers and
passwords have no proof at all: words around them, shapes and a list of given names speak for them.
``evals/PRIVACY.md`` says how well.

Known limits: a name that stands alone without any cue is not found, nor a full one whose given name is rare; nor a
national phone number outside France, the United Kingdom and North America written without its country code.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from ragcare.privacy.finding import Finder, PersonalData
from ragcare.schema import PersonalKind

__all__ = ["PersonalData", "find_personal_data", "mask"]


@cache
def _finders() -> tuple[Finder, ...]:
    """Those of all kinds. Their expressions take a while to compile: not what every `import ragcare` shall wait for."""
    from ragcare.privacy import addresses, contact_details, credentials, names, numbers, papers

    return tuple(
        finder for kind in (contact_details, numbers, papers, credentials, addresses, names) for finder in kind.FINDERS
    )


def find_personal_data(text: str) -> list[PersonalData]:
    """Find the personal data in ``text``, in time linear in its length.

    Args:
        text: Any text; French and English are first-class.

    Returns:
        What was found, in order, without overlap. Where two kinds claim the same characters, the one that
        starts first wins, then the longer one.
    """
    found: list[PersonalData] = []
    finders = _finders()
    upcoming = [find(text, 0) for find in finders]
    while True:
        candidates = [item for item in upcoming if item is not None]
        if not candidates:
            return found
        best = min(candidates, key=lambda item: (item.start, -item.end))
        found.append(best)
        for place, item in enumerate(upcoming):
            if item is not None and item.start < best.end:
                upcoming[place] = finders[place](text, best.end)


def mask(text: str, kinds: Collection[PersonalKind] | None = None) -> str:
    """Replace each piece of personal data by its kind in brackets, as in ``"[email]"``.

    Masking what is already masked changes nothing.

    Args:
        text: Any text.
        kinds: Which kinds to mask; all if None.
    """
    masked, before = _masked_once(text, kinds), text
    while masked != before:  # a number that touches another is only seen once that one is gone
        masked, before = _masked_once(masked, kinds), masked
    return masked


def _masked_once(text: str, kinds: Collection[PersonalKind] | None) -> str:
    parts: list[str] = []
    end = 0
    for item in find_personal_data(text):
        if kinds is None or item.kind in kinds:
            parts += (text[end : item.start], f"[{item.kind}]")
            end = item.end
    return "".join(parts) + text[end:]
