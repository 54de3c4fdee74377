"""How the reference server serves; nothing of it moves a reply."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from ragcare.schema import LanguageCode
from ragcare.settings.table import Table

_Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\[\]:-]+$")]
_Rate = Annotated[str, Field(pattern=r"^(\d+/(\d+ ?)?(second|minute|hour|day)s?)?$")]


class ServerSettings(Table):
    """How `ragcare serve` serves. Nothing here moves a reply.

    Attributes:
        host: the address to listen on; only this machine unless it is set.
        port: and the port.
        workers: how many processes.
        threads: how many questions one process works on at a time.
        queue: how many more may wait in one process before it says that it is busy.
        seconds: how long a question may take, its waiting included.
        connections: how many requests one process has open at most.
        body_kb: how large the body of a request may be.
        title: of the page; it says its own, in the language of the customer, if empty.
        starters: questions to begin with that the page offers, by language.
        public: whether who shows no key is served, as the audience "public".
        origins: of the pages of other sites that may call this server from a browser (CORS), such as
            "https://www.example.org".
        embed_on: origins of the sites that may show the page in a frame; the widget needs it.
        asks: how often one caller may ask, in the notation of `limits`; empty for no limit. A caller is a key, or the
            address of who shows none.
        asks_with_key: the same, for who shows a key or a token.
        requests: how often one caller may do anything else, such as have suggestions.
        requests_with_key: the same, for who shows a key or a token.
        rate_storage: where is counted: "memory://" in each process for itself, "async+redis://HOST:PORT" for all.
        database: where keys, sessions, replies and feedback are kept, as an URL of SQLAlchemy; a SQLite file in the
            folder of the index if None. Set it by its variable where it holds a password.
        keep_days: after how many days sessions, replies and feedback are forgotten.
        reload_seconds: how often it looks whether there is a new index.
        drain_seconds: how long it goes on serving, and says that it is not ready, once it is told to end.
        proxies: addresses of the reverse proxies that are believed when they say where a request came from.
        token_variable: the environment variable that holds the secret which tokens (JWT, HS256) are signed with; no
            tokens if None.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    workers: Annotated[int, Field(ge=1)] = 1
    threads: Annotated[int, Field(ge=1)] = 2
    queue: Annotated[int, Field(ge=0)] = 256
    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 30.0
    connections: Annotated[int, Field(ge=1)] = 1_000
    body_kb: Annotated[int, Field(ge=1)] = 256
    title: str = ""
    starters: dict[LanguageCode, tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]] = {}
    public: bool = True
    origins: tuple[_Origin, ...] = ()
    embed_on: tuple[_Origin, ...] = ()
    asks: _Rate = "30/minute"
    asks_with_key: _Rate = "600/minute"
    requests: _Rate = "300/minute"
    requests_with_key: _Rate = "6000/minute"
    rate_storage: str = "memory://"
    database: SecretStr | None = None
    keep_days: Annotated[int, Field(ge=1)] = 30
    reload_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2.0
    drain_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    proxies: tuple[str, ...] = ("127.0.0.1",)
    token_variable: str | None = None
