"""`ragcare serve` and `ragcare keys`: the reference server, and who may do what there."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragcare.cli.console import counted, print_json, print_table, say, show
from ragcare.cli.home import DEFAULT
from ragcare.cli.options import Audience, HomeFolder, Json, SettingsFile
from ragcare.errors import BadInput, MissingExtra

if TYPE_CHECKING:
    from ragcare.server.store import ServerStore

_GRACEFUL_S = 30
_HEALTHCHECK_S = 60
_KEEP_ALIVE_S = 75  # longer than a reverse proxy keeps its lines, so that none is shut just as it is used
_BACKLOG = 2048

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder that ragcare index wrote.", show_default=False)
    ] = DEFAULT,
    host: Annotated[
        str | None, typer.Option("--host", help="Where to listen; as the settings say if left out.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="And on which port.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="How many processes.")] = None,
    settings: SettingsFile = None,
) -> None:
    """Serves the index over HTTP: the page, the API, an OpenAI-compatible one, metrics; docs/server.md tells all.

    A new index in the folder is served as soon as `ragcare index` has written it. SIGTERM ends it when what is under
    way is answered; SIGHUP replaces one worker after the other.
    """
    # Before anything loads numpy or FAISS: a worker is one core's, and threads within it get in each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="ragcare-metrics-") as counts:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        try:
            _run(folder, host, port, workers, settings)
        finally:
            del os.environ["PROMETHEUS_MULTIPROC_DIR"]  # the folder is no more


def _run(folder: Path, host: str | None, port: int | None, workers: int | None, settings_file: Path | None) -> None:
    try:
        import uvicorn

        from ragcare.server.app import check
        from ragcare.server.live import settings_of
        from ragcare.server.log import set_up
        from ragcare.server.workers import Workers
    except ImportError as error:
        raise MissingExtra("ragcare serve", "server") from error
    found = settings_of(folder, settings_file)
    how = found.server
    check(found, folder, os.environ)  # what is wrong is said here, once, and not by every worker in its log
    set_up()
    config = uvicorn.Config(
        partial(_app, folder, settings_file),
        factory=True,
        host=host or how.host,
        port=how.port if port is None else port,
        workers=workers or how.workers,
        backlog=_BACKLOG,
        access_log=False,  # it would write down what customers type into /v1/suggest
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(how.proxies),
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACEFUL_S,
        timeout_worker_healthcheck=_HEALTHCHECK_S,
    )
    crew = Workers(config)
    say(f"listening on {crew.address} with {counted(config.workers, 'worker')}; Ctrl-C ends it")
    crew.run()


def _app(folder: Path, settings_file: Path | None) -> Any:
    """The app of one worker, in a process that has set up nothing yet."""
    from ragcare.server.app import create_app
    from ragcare.server.log import set_up

    set_up()
    return create_app(folder, settings_file=settings_file)


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is.")],
    audience: Audience = None,
    may: Annotated[
        list[str] | None,
        typer.Option(
            "--may", metavar="RIGHT", help='"inspect" shows traces, "metrics" reads /metrics; may be repeated.'
        ),
    ] = None,
    folder: HomeFolder = DEFAULT,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """Makes a key and prints it, this once: only its digest is kept."""
    from ragcare.server.keys import make_key

    key = make_key(_store(folder, settings), name, tuple(audience or ()), tuple(may or ()))
    print_json({"name": name, "key": key}) if json_ else show(key)
    say("keep it well: it is shown this once, and only its digest is kept")


@keys.command("list")
def list_keys(folder: HomeFolder = DEFAULT, settings: SettingsFile = None, json_: Json = False) -> None:
    """Shows which keys there are and what they may; never the keys."""
    found = _store(folder, settings).keys()
    if json_:
        print_json({"keys": found})
    elif found:
        columns = {"name": "left", "audiences": "wrap", "may": "left", "made": "left"}
        rows = [
            [
                one["name"],
                ", ".join(one["audiences"]),
                ", ".join(one["may"]),
                f"{datetime.fromtimestamp(one['made_at'], UTC):%Y-%m-%d}",
            ]
            for one in found
        ]
        print_table(columns, rows)
    say(counted(len(found), "key"))


@keys.command("revoke")
def revoke_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key.")],
    folder: HomeFolder = DEFAULT,
    settings: SettingsFile = None,
) -> None:
    """Takes a key back; within ten seconds no worker knows it any more."""
    if not _store(folder, settings).revoke_key(name):
        raise BadInput(f"there is no key named {name}. Mend: ragcare keys list")
    say(f"the key of {name} is revoked")


def _store(folder: Path, settings_file: Path | None) -> ServerStore:
    try:
        from ragcare.server.app import open_store
        from ragcare.server.live import settings_of
    except ImportError as error:
        raise MissingExtra("ragcare keys", "server") from error
    return open_store(settings_of(folder, settings_file), folder)
