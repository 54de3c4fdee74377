"""Who is there: hours with their time zone and holidays, what is said when nobody is, and the ways that remain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from ragcare.deciding.contact import contact_for
from ragcare.schema import Contact
from ragcare.settings import HandoffSettings

pytest.importorskip("opening_hours", reason='needs the extra "handoff"')

HOURS = "Mo-Fr 09:00-18:00; Sa 09:30-12:00; PH off"


def contact(
    moment: str = "2026-11-25T10:00",
    *,
    language: str = "fr",
    when: Literal["now", "if_accepted"] = "if_accepted",
    urgent: bool = False,
    something_to_read: bool = True,
    **how: Any,
) -> Contact:
    settings = HandoffSettings.model_validate({"hours": HOURS, **how})
    now = datetime.fromisoformat(moment)
    if now.tzinfo is None:
        now = now.replace(tzinfo=ZoneInfo("Europe/Paris"))
    return contact_for(settings, now, language=language, when=when, urgent=urgent, something_to_read=something_to_read)


def test_nothing_is_said_while_people_are_there() -> None:
    assert contact("2026-11-25T09:00") == Contact(open=True, ways=("person",))
    assert contact("2026-11-25T03:00", hours=None).open


OPENINGS = [
    ("2026-11-25T08:59", "2026-11-25T09:00+01:00", "aujourd’hui à partir de 9 h", "today from 9:00"),
    ("2026-11-25T18:00", "2026-11-26T09:00+01:00", "demain à partir de 9 h", "tomorrow from 9:00"),
    ("2026-11-27T20:00", "2026-11-28T09:30+01:00", "demain à partir de 9 h 30", "tomorrow from 9:30"),
    ("2026-11-28T13:00", "2026-11-30T09:00+01:00", "lundi 30 novembre à partir", "on Monday 30 November from 9:00"),
    ("2026-07-31T19:00", "2026-08-01T09:30+02:00", "demain à partir de 9 h 30", "tomorrow from 9:30"),
    ("2026-12-24T19:00", "2026-12-26T09:30+01:00", "samedi 26 décembre", "on Saturday 26 December from 9:30"),
    ("2026-04-30T20:00", "2026-05-02T09:30+02:00", "samedi 2 mai", "on Saturday 2 May"),
    ("2026-10-24T13:00", "2026-10-26T09:00+01:00", "lundi 26 octobre", "on Monday 26 October"),
    ("2026-11-25T22:30+00:00", "2026-11-26T09:00+01:00", "demain à partir de 9 h", "tomorrow"),
    ("2026-11-25T23:30+00:00", "2026-11-26T09:00+01:00", "aujourd’hui à partir de 9 h", "today"),
]


@pytest.mark.parametrize(("moment", "opens_at", "french", "english"), OPENINGS)
def test_the_next_opening_is_said_in_both_languages(moment: str, opens_at: str, french: str, english: str) -> None:
    told = contact(moment)
    assert not told.open
    assert told.opens_at == datetime.fromisoformat(opens_at)
    assert french in told.said
    assert english in contact(moment, language="en").said


def test_the_holidays_are_those_of_the_country() -> None:
    assert not contact("2026-07-14T10:00").open
    assert contact("2026-07-14T10:00", country="GB").open
    assert not contact("2026-11-25T10:00", hours=f"{HOURS}; 2026 Nov 25 off").open


def test_hours_that_never_come_again_promise_nothing() -> None:
    told = contact(hours="off")
    assert (told.open, told.opens_at) == (False, None)
    assert "transmise" in told.said
    assert "passed on" in contact(hours="off", language="en").said


def test_a_language_that_the_team_does_not_speak_is_said() -> None:
    assert contact(language="en", languages=("fr",)).said == "Our advisers answer in French."
    assert contact(languages=("en", "de")).said == "Nos conseillers répondent en anglais et de."
    assert contact(language="und", languages=("fr",)).said == ""


ALL: dict[str, Any] = {"ways": ("article", "form", "callback", "person"), "form_url": "https://care.example/contact"}
CLOSED = "2026-11-25T20:00"


def test_the_ways_are_offered_first_to_last() -> None:
    assert contact(**ALL).ways == ("article", "form", "callback", "person")
    assert contact(**ALL, something_to_read=False).ways == ("form", "callback", "person")
    told = contact(CLOSED, **ALL)
    assert told.ways == ("article", "form", "callback")
    assert told.form == "https://care.example/contact"
    assert "rappeler" in told.said
    assert "https://care.example/contact" in told.said


def test_who_must_have_a_person_is_not_sent_to_an_article() -> None:
    hows: list[dict[str, Any]] = [{"when": "now"}, {"urgent": True}]
    for how in hows:
        assert contact(**ALL, **how).ways == ("person", "callback", "form")
        assert contact(CLOSED, **ALL, **how).ways == ("callback", "form")


def test_there_is_always_a_way() -> None:
    assert contact(CLOSED).ways == ("person",)
    assert contact(CLOSED, ways=("article",), something_to_read=False).ways == ("person",)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hours": "lundi 9-18"}, "write them as"),
        ({"hours": HOURS, "country": "XX"}, "XX"),
        ({"time_zone": "Paris"}, "no time zone"),
        ({"time_zone": "../etc"}, "no time zone"),
        ({"ways": ["form"]}, "form_url does not say"),
        ({"ways": []}, "at least 1"),
        ({"mask": ["passport"]}, "mask"),
        ({"form_url": "javascript:alert(1)", "ways": ["form"]}, "form_url"),
    ],
)
def test_settings_that_cannot_be_kept_are_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        HandoffSettings.model_validate(wrong)


def test_the_moment_may_come_from_anywhere() -> None:
    assert contact(datetime(2026, 11, 25, 9, 0, tzinfo=UTC).isoformat()).open
