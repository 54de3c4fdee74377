"""Who calls: an API key, a signed token, or nobody in particular. Audiences come from here and from nowhere else.

An API key is 256 bits of chance, so its SHA-256 is kept and no slow hash is needed: there is nothing to guess. A token
is a JWT (HS256) that your own site signs for a customer who is logged in there: `{"sub": "customer 17", "audiences":
["segment:business"], "exp": …}`.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from ragcare.errors import BadInput
from ragcare.schema import Asker, Text
from ragcare.server.problems import Trouble
from ragcare.server.store import ServerStore
from ragcare.settings import ServerSettings

Right = Literal["inspect", "metrics"]
"""What a key may besides asking: see traces and the whole handoff, and choose the day; or read /metrics."""

NOBODY: Final = "public"
_PREFIX = "rc_"
_REMEMBERED_S, _MOST_REMEMBERED = 10.0, 1_000
_LEAST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        owner: whose sessions and replies are theirs; one for all who show nothing.
        asker: which audiences they belong to.
        may: their rights.
        address: where the request came from, for who shows nothing; None for a key or a token.
    """

    owner: str
    asker: Asker
    may: frozenset[str] = frozenset()
    address: str | None = None

    @property
    def name(self) -> str:
        """Whom a limit is kept for."""
        return self.owner if self.address is None else f"address {self.address}"


class _Claims(BaseModel):
    sub: Annotated[str, StringConstraints(min_length=1, max_length=180)]
    audiences: tuple[Text, ...] = ()
    exp: Annotated[float, Field(gt=0)]


def make_key(store: ServerStore, name: str, audiences: tuple[str, ...], may: tuple[str, ...]) -> str:
    """A new key, told this once.

    Raises:
        BadInput: the name is taken, or there is no such right.
    """
    unknown = sorted(set(may) - set(get_args(Right)))
    if unknown:
        raise BadInput(f"{unknown[0]!r} is no right. Mend: one of {', '.join(get_args(Right))}")
    key = _PREFIX + secrets.token_urlsafe(32)
    store.add_key(_digest(key), name, Asker(audiences=audiences).audiences, may)
    return key


class Door:
    """Tells who calls by what they show.

    Args:
        store: where keys are.
        how: whether the public is served, and where the secret of tokens is.
        environment: where that variable is.

    Raises:
        BadInput: the variable of the secret is not set, or the secret is short.
    """

    def __init__(self, store: ServerStore, how: ServerSettings, environment: Mapping[str, str]) -> None:
        self._store, self._public = store, how.public
        self._secret = None
        if how.token_variable is not None:
            self._secret = environment.get(how.token_variable, "")
            if len(self._secret) < _LEAST_SECRET:
                raise BadInput(
                    f"{how.token_variable} holds no secret of {_LEAST_SECRET} characters or more. "
                    'Mend: set it, such as to what python -c "import secrets; print(secrets.token_urlsafe(48))" prints'
                )
        self._known: dict[str, tuple[float, tuple[str, tuple[str, ...], tuple[str, ...]] | None]] = {}

    def who(self, shown: str | None, address: str) -> Caller:
        """Who shows this key or token; None, or "public" where a client must show something, is the public.

        Raises:
            Trouble: it is not known, or nothing is shown where something must be.
        """
        if shown is None or shown in ("", NOBODY):
            if not self._public:
                raise _unknown("A key is needed.")
            return Caller(NOBODY, Asker(), address=address)
        if shown.startswith(_PREFIX):
            found = self._key(_digest(shown))
            if found is None:
                raise _unknown("This key is not known.")
            name, audiences, may = found
            return Caller(f"key {name}", Asker(audiences=audiences), frozenset(may))
        return self._by_token(shown)

    def _key(self, digest: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
        """A key, looked up again after a few seconds, so that one that is revoked is soon out."""
        until, found = self._known.get(digest, (0.0, None))
        if until < time.monotonic():
            found = self._store.key(digest)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = (time.monotonic() + _REMEMBERED_S, found)
        return found

    def _by_token(self, token: str) -> Caller:
        import jwt

        if self._secret is None:
            raise _unknown("This key is not known.")
        try:
            # The algorithm is ours to say: what the token says of it ("none", another) is not believed.
            told: dict[str, Any] = jwt.decode(
                token, self._secret, algorithms=["HS256"], options={"require": ["exp", "sub"]}
            )
            claims = _Claims.model_validate(told)
        except jwt.ExpiredSignatureError:
            raise _unknown("This token has expired.") from None
        except (jwt.PyJWTError, ValidationError):
            raise _unknown("This token is not valid.") from None
        return Caller(f"token {claims.sub}", Asker(audiences=claims.audiences, reference=claims.sub))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _unknown(detail: str) -> Trouble:
    return Trouble(
        401,
        "not-known",
        detail,
        "Send 'Authorization: Bearer KEY' with a key of `ragcare keys add`, or no such header to ask as the public.",
        headers={"WWW-Authenticate": "Bearer"},
    )
