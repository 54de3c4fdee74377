"""The database: one contract over SQLite, and over PostgreSQL where TEST_POSTGRES names one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.server.conftest import settings

from ragcare.assistant import Assistant
from ragcare.errors import BadInput
from ragcare.schema import Reply, Turn
from ragcare.server.store import ServerStore
from ragcare.testing import small_knowledge

POSTGRES = os.environ.get("TEST_POSTGRES", "")


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant.over(small_knowledge(), settings=settings(), embedder="hash")


@pytest.fixture
def refused(assistant: Assistant) -> Reply:
    return assistant.ask("Zygomatique xylophone ?")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgresql", marks=pytest.mark.skipif(not POSTGRES, reason="make test-postgres starts a PostgreSQL for it")
        ),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerStore]:
    store = ServerStore(POSTGRES if request.param == "postgresql" else f"sqlite:///{tmp_path / 'server.sqlite'}")
    store.forget(time.time() + 1)
    for key in list(store.keys()):
        store.revoke_key(key["name"])
    yield store
    store.close()


def _begun(store: ServerStore, reply: Reply) -> str:
    """A session of mine with this reply in it."""
    session = store.new_session()
    store.keep(reply, "me", session=session, turns=_turns(), new=True)
    return session


def _turns(text: str = "Bonjour") -> list[Turn]:
    return [Turn(role="customer", text=text), Turn(role="assistant", text="…", action="refuse")]


def test_turns_come_back_as_they_went_in(store: ServerStore, refused: Reply, assistant: Assistant) -> None:
    session = store.new_session()
    answered = assistant.ask("Comment annuler ma commande ?")
    turns = [Turn(role="customer", text="« L’été » \u2028 😀\0?"), answered.turn]
    store.keep(answered, "me", session=session, turns=turns, new=True)
    store.keep(refused, "me", session=session, turns=_turns())
    kept = store.turns(session, "me")
    assert kept is not None
    assert kept[0].text == "« L’été » \u2028 😀 ?"
    assert kept[1] == answered.turn
    assert kept[1].cited
    assert len(kept) == 4
    assert store.last_reply(session, "me") == refused.trace.id


def test_a_session_is_its_owners_alone(store: ServerStore, refused: Reply) -> None:
    session = _begun(store, refused)
    assert store.turns(session, "you") is None
    assert store.last_reply(session, "you") is None
    assert store.handoff_of(refused.trace.id, "you") == (False, None)
    assert not store.forget_session(session, "you")
    assert store.give_feedback(refused.trace.id, "you", useful=True, resolved=None, comment=None) is None


def test_a_handoff_comes_back_whole(store: ServerStore, refused: Reply) -> None:
    store.keep(refused, "me")
    assert store.handoff_of(refused.trace.id, "me") == (True, refused.handoff)


def test_forgetting_a_session_forgets_all_of_it(store: ServerStore, refused: Reply) -> None:
    session = _begun(store, refused)
    store.give_feedback(refused.trace.id, "me", useful=False, resolved=None, comment="Non")
    assert store.forget_session(session, "me")
    assert store.turns(session, "me") is None
    assert store.feedback() == []
    assert store.handoff_of(refused.trace.id, "me") == (False, None)


def test_what_is_answered_after_its_session_was_forgotten_is_not_kept(
    store: ServerStore, refused: Reply, assistant: Assistant
) -> None:
    session = _begun(store, assistant.ask("Combien coûte la livraison ?"))
    store.forget_session(session, "me")
    store.keep(refused, "me", session=session, turns=_turns())
    assert store.handoff_of(refused.trace.id, "me") == (False, None)


def test_what_is_old_is_forgotten_and_what_is_new_stays(store: ServerStore, assistant: Assistant) -> None:
    old, new = _begun(store, assistant.ask("Bonjour")), store.new_session()
    single = assistant.ask("Combien coûte la livraison ?")
    store.keep(single, "me")
    time.sleep(0.02)
    between = time.time()
    store.keep(assistant.ask("Bonjour"), "me", session=new, turns=_turns(), new=True)
    assert store.forget(between) == 2
    assert store.turns(old, "me") is None
    assert store.turns(new, "me") is not None
    assert store.handoff_of(single.trace.id, "me")[0] is False


def test_many_at_once_lose_nothing(store: ServerStore, assistant: Assistant) -> None:
    session = _begun(store, assistant.ask("Bonjour"))
    replies = [assistant.ask(f"Zygomatique {n} ?") for n in range(12)]

    def one(n: int) -> str | None:
        store.keep(replies[n], "me", session=session, turns=_turns(f"message {n}"))
        return store.give_feedback(replies[n].trace.id, "me", useful=True, resolved=None, comment=str(n))

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(one, range(12)))
    kept = store.turns(session, "me")
    assert kept is not None
    assert sorted(turn.text for turn in kept[2::2]) == sorted(f"message {n}" for n in range(12))
    assert {row["comment"] for row in store.feedback()} == {str(n) for n in range(12)}


def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        stores = list(threads.map(lambda _: ServerStore(f"sqlite:///{tmp_path / 'new.sqlite'}"), range(6)))
    for one in stores:
        one.ping()
        one.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    ServerStore.of(tmp_path).close()
    assert (tmp_path / "server.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "url",
    ["nonsense", "oracle9://x", "postgresql+psycopg://me:geheim@127.0.0.1:1/none", "sqlite:////nowhere/at/all.sqlite"],
)
def test_a_database_that_does_not_work_is_told_without_its_password(url: str) -> None:
    with pytest.raises(BadInput, match=r"server.database.*Mend:") as caught:
        ServerStore(url)
    assert "geheim" not in str(caught.value)
