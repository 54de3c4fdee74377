"""Whether anybody is there, when somebody is, and what to offer the customer until then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ragcare.deciding.wording import wording
from ragcare.schema import Contact, Way
from ragcare.settings import HandoffSettings

_MOST_HUMAN: tuple[Way, ...] = ("person", "callback", "form", "article")


def contact_for(
    how: HandoffSettings,
    now: datetime,
    *,
    language: str,
    when: Literal["now", "if_accepted"],
    urgent: bool,
    something_to_read: bool,
) -> Contact:
    """How people can be reached at this moment.

    Args:
        how: hours, time zone, languages and ways.
        now: the moment, with its time zone.
        language: the customer's.
        when: what goes to a person now is offered the most human way first, and no article.
        urgent: likewise.
        something_to_read: whether there is an article to offer.
    """
    here = now.astimezone(ZoneInfo(how.time_zone))
    is_open, opens_at = _presence(how, here)
    fitting = [
        way
        for way in how.ways
        if not (way == "person" and not is_open)
        and not (way == "article" and (when == "now" or urgent or not something_to_read))
    ]
    if when == "now" or urgent:
        fitting.sort(key=_MOST_HUMAN.index)
    ways = tuple(dict.fromkeys(fitting)) or ("person",)
    form = how.form_url if "form" in ways else None
    said = _said(how, language, is_open=is_open, opens_at=opens_at, here=here, ways=ways)
    return Contact(open=is_open, opens_at=opens_at, ways=ways, form=form, said=said)


def _presence(how: HandoffSettings, here: datetime) -> tuple[bool, datetime | None]:
    if how.hours is None:
        return True, None
    from opening_hours import OpeningHours  # settings that have hours were checked with it

    hours = OpeningHours(how.hours, timezone=ZoneInfo(how.time_zone), country=how.country)
    if hours.is_open(here):
        return True, None
    change = hours.next_change(here)
    while change is not None and not hours.is_open(change):  # from "closed" to "unknown", such as 'Sa "on call"'
        change = hours.next_change(change)
    return False, change


def _said(
    how: HandoffSettings,
    language: str,
    *,
    is_open: bool,
    opens_at: datetime | None,
    here: datetime,
    ways: Sequence[Way],
) -> str:
    words = wording(language)
    sentences = [] if is_open else [words.away(opens_at, here)]
    if not is_open and "callback" in ways:
        sentences.append(words.callback)
    if not is_open and "form" in ways:
        sentences.append(words.form.format(url=how.form_url))
    if language not in (*how.languages, "und"):
        sentences.append(words.team(how.languages))
    return " ".join(sentences)
