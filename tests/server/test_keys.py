"""Who calls: audiences come from a key or a token, never from a request; keys are kept as digests."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from tests.server.conftest import Serve, Served

from ragcare.errors import BadInput
from ragcare.server.keys import make_key

SECRET = "a secret of the site, which is as long as it must be"
INTERNAL = "Quel est le code du coffre ?"


def test_a_key_opens_what_its_audiences_may_read(served: Served) -> None:
    with served.client(served.key("agency", "internal")) as client:
        reply = client.post("/v1/ask", json={"question": INTERNAL}).json()
        assert "7391" in reply["text"]
        assert client.get("/v1/articles/fr-coffre").status_code == 200


def test_a_key_is_kept_as_a_digest_and_told_once(served: Served) -> None:
    key = served.key("secretive", "internal")
    kept = b"".join(path.read_bytes() for path in served.folder.iterdir() if path.is_file())
    assert key.encode() not in kept
    assert key.removeprefix("rc_").encode() not in kept
    assert key not in str(served.store.keys())


def test_what_is_not_known_is_refused(served: Served) -> None:
    for shown in ("Bearer rc_nobody", "Bearer nonsense", "Basic cHVibGljOg==", "nonsense", "Bearer rc_" + "x" * 5_000):
        response = served.client().get("/v1/config", headers={"Authorization": shown})
        assert response.status_code == 401, shown
        assert response.headers["www-authenticate"] == "Bearer"
        assert shown.split()[-1] not in response.text


def test_nothing_and_the_word_public_are_the_public(served: Served) -> None:
    for headers in ({}, {"Authorization": "Bearer public"}):
        assert served.client().get("/v1/config", headers=headers).status_code == 200


def test_a_key_that_is_revoked_is_soon_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragcare.server.keys._REMEMBERED_S", 0.0)
    served = serve()
    with served.client(served.key("leaver")) as client:
        assert client.get("/v1/config").status_code == 200
        assert served.store.revoke_key("leaver")
        assert client.get("/v1/config").status_code == 401
    assert not served.store.revoke_key("leaver")


def test_two_keys_have_two_names_and_a_right_is_one_that_there_is(served: Served) -> None:
    served.key("twice")
    with pytest.raises(BadInput, match=r"a key named twice. Mend:"):
        served.key("twice")
    with pytest.raises(BadInput, match=r"'everything' is no right. Mend: one of inspect, metrics"):
        make_key(served.store, "greedy", (), ("everything",))


def test_who_shows_nothing_is_served_only_where_the_public_is(serve: Serve) -> None:
    served = serve(public=False)
    assert served.client().post("/v1/ask", json={"question": "Bonjour"}).status_code == 401
    assert served.client().get("/healthz").status_code == 200
    assert served.client(served.key("known")).get("/v1/config").status_code == 200


def _token(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    told = {"sub": "customer 17", "audiences": ["internal"], "exp": time.time() + 60, **claims}
    return jwt.encode({key: value for key, value in told.items() if value is not None}, secret, algorithm)


def test_a_token_of_the_site_says_who_is_logged_in_there(serve: Serve) -> None:
    served = serve(token_variable="SITE_SECRET", environment={"SITE_SECRET": SECRET})
    with served.client(_token()) as client:
        assert "7391" in client.post("/v1/ask", json={"question": INTERNAL}).json()["text"]
    forged = [
        _token("another secret, which is as long as it must be, or so it seems"),
        _token(exp=time.time() - 1),
        _token(exp=None),
        _token(sub=None),
        _token(audiences="internal"),
        _token(audiences=[7]),
        _token(sub="x" * 500),
        jwt.encode({"sub": "x", "exp": time.time() + 60, "audiences": ["internal"]}, "", "none"),
        _token().rsplit(".", 1)[0] + ".",
    ]
    for token in forged:
        assert served.client(token).get("/v1/config").status_code == 401, token


def test_the_sessions_of_two_tokens_are_theirs(serve: Serve) -> None:
    served = serve(token_variable="SITE_SECRET", environment={"SITE_SECRET": SECRET})
    with served.client(_token(sub="one")) as one, served.client(_token(sub="other")) as other:
        chat = one.post("/v1/chat", json={"message": "Bonjour"}, headers={"Accept": "application/json"}).json()
        assert one.get(f"/v1/sessions/{chat['session']}").status_code == 200
        assert other.get(f"/v1/sessions/{chat['session']}").status_code == 404


def test_a_token_is_nothing_where_none_are_taken(served: Served) -> None:
    assert served.client(_token()).get("/v1/config").status_code == 401


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_is_missing_or_short_is_refused_at_the_start(serve: Serve, secret: str) -> None:
    from ragcare.server.keys import Door
    from ragcare.settings import ServerSettings

    how = ServerSettings(token_variable="SITE_SECRET")
    with pytest.raises(BadInput, match="SITE_SECRET holds no secret"):
        Door(serve().store, how, {"SITE_SECRET": secret})
