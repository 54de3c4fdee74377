"""What must hold in every conversation, on some of those that `make invariants` holds."""

from __future__ import annotations

import pytest
from tests.statistical.invariants import INVARIANTS, Invariants
from tests.statistical.random_conversations import conversation

SOME = 200
"""Of the 10,000 of `make invariants`."""


@pytest.fixture(scope="module")
def invariants() -> Invariants:
    pytest.importorskip("opening_hours", reason="hours need the extra handoff: pip install ragcare[handoff]")
    held = Invariants()
    for seed in range(SOME):
        held.hold(seed)
    return held


@pytest.mark.parametrize("name", INVARIANTS)
def test_it_holds_in_every_conversation(invariants: Invariants, name: str) -> None:
    assert invariants.seen.broken[name] == []


def test_the_conversations_go_every_way_there_is(invariants: Invariants) -> None:
    actions = {told.split(", ")[0] for told in invariants.seen.actions}
    codes = {told.split(", ")[1] for told in invariants.seen.actions}
    assert actions == {"answer", "clarify", "refuse", "escalate"}
    assert {"ambiguous", "expired", "asks_person", "repeated_failure", "anger", "greeting"} <= codes
    assert min(invariants.seen.asked.values()) > 10


def test_hardly_a_misspelt_request_for_a_person_is_missed(invariants: Invariants) -> None:
    assert len(invariants.seen.missed) <= 1


def test_a_conversation_is_the_same_for_the_same_seed() -> None:
    assert conversation(7) == conversation(7)
    assert conversation(7) != conversation(8)
