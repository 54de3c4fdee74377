"""`ragcare doctor`: what is installed, what works, what is wrong with an index, and how to mend it."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from ragcare.cli.console import counted, first_of, print_json, say, show
from ragcare.cli.home import DEFAULT, Home
from ragcare.cli.options import Json, SettingsFile
from ragcare.errors import RagcareError

if TYPE_CHECKING:
    from ragcare.schema import Article

_NAME, _EXTRA = re.compile(r"[\w.-]+"), re.compile(r"extra\s*==\s*[\"']([\w-]+)")
_STYLES = {"ok": "green", "warning": "bold yellow", "wrong": "bold red"}


class Finding(NamedTuple):
    """One thing that was looked at."""

    level: Literal["ok", "warning", "wrong"]
    what: str
    mend: str = ""


def doctor(
    folder: Annotated[
        Path | None,
        typer.Option("--index", metavar="DIR", help="The folder of an index; .ragcare, if there is one, if left out."),
    ] = None,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """Says what is installed, what works, and what is wrong with an index; ends with 1 if something is wrong."""
    installed, extras = _packages()
    findings = [*_of_packages(installed, extras), *_of_embedders(), *_of_settings(settings)]
    home = Home(folder or DEFAULT)
    facts: dict[str, Any] = {}
    if folder is not None or home.folder.exists():
        findings += [one for one in _of_home(home, settings, facts) if one not in findings]
    versions = {"ragcare": version_of("ragcare"), "python": platform.python_version(), "platform": platform.platform()}
    wrong = sum(one.level == "wrong" for one in findings)
    if json_:
        print_json(
            {
                **versions,
                "packages": installed,
                "extras": extras,
                "index": {"folder": str(home.folder), **facts} if facts else None,
                "findings": [one._asdict() for one in findings],
                "wrong": wrong,
            }
        )
    else:
        show(*(f"{name} {number or '(not installed)'}   " for name, number in versions.items()))
        if installed:
            show(("packages     ", "bold"), ", ".join(f"{name} {number}" for name, number in installed.items()))
        for name, value in facts.items():
            show((f"{name:13}", "bold"), f"{value}")
        for one in findings:
            show((f"{one.level:9}", _STYLES[one.level]), one.what, f". Mend: {one.mend}" if one.mend else "")
    say("nothing is wrong" if not wrong else f"{counted(wrong, 'thing')} to mend")
    raise typer.Exit(1 if wrong else 0)


def version_of(package: str) -> str | None:
    """The version of an installed package, None if there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _packages() -> tuple[dict[str, str | None], dict[str, bool]]:
    """The version of each dependency, and whether each extra is there in full."""
    try:
        wanted = requires("ragcare") or []
    except PackageNotFoundError:  # run from a checkout that is not installed
        wanted = []
    base: dict[str, str | None] = {}
    extras: dict[str, bool] = {}
    for requirement in wanted:
        name, extra = _NAME.match(requirement), _EXTRA.search(requirement)
        if name is not None and extra is None:
            base[name[0]] = version_of(name[0])
        elif name is not None and extra is not None:
            extras[extra[1]] = extras.get(extra[1], True) and version_of(name[0]) is not None
    return base, extras


def _of_packages(installed: dict[str, str | None], extras: dict[str, bool]) -> Iterator[Finding]:
    missing = [name for name, number in installed.items() if number is None]
    if not installed:
        yield Finding("warning", "ragcare is not installed, so its dependencies are not known", "pip install ragcare")
    elif missing:
        yield Finding("wrong", f"packages are missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    else:
        yield Finding("ok", f"all {len(installed)} packages that ragcare needs are here")
    for extra, there in extras.items():
        yield Finding("ok", f'extra "{extra}": {"installed" if there else f"not installed (ragcare[{extra}])"}')


def _of_embedders() -> Iterator[Finding]:
    from ragcare.index.embedders import PACKAGED, as_embedder

    for name in PACKAGED:
        try:
            embedder = as_embedder(name)
            embedder.embed(["bonjour"], "query")
        except (RagcareError, ImportError, OSError) as error:
            yield Finding("wrong", f'embedder "{name}" does not work: {error}', "pip install --force-reinstall ragcare")
        else:
            yield Finding("ok", f'embedder "{name}": {embedder.name}, {embedder.dimension} dimensions')


def _of_settings(path: Path | None) -> Iterator[Finding]:
    """What is wrong with the settings, which without an index nothing else reads, and with the channel they name."""
    from ragcare.settings import Settings

    try:
        how = Settings.load(path).handoff
        if how.channel:
            from ragcare.integrations.channels import channel_for

            channel_for(how)
            yield Finding("ok", f"the channel of handoffs has all that it needs: {how.channel}")
    except RagcareError as error:
        yield _wrong(error)


def _of_home(home: Home, settings: Path | None, facts: dict[str, Any]) -> Iterator[Finding]:
    """What there is to say about an index; `facts` is filled in."""
    from ragcare.index.generations import current_generation

    articles: list[Article] | None = None
    try:
        articles = list(home.knowledge())
    except RagcareError as error:
        yield _wrong(error)
    else:
        yield from _of_articles(articles, home)
    try:
        home.require_index()
        generation, manifest = current_generation(home.index_folder)
        shown = ("embedder", "analysers", "articles", "passages", "fingerprint")
        facts |= {"generation": generation.name, **{name: manifest[name] for name in shown}}
        assistant = home.assistant(settings)
    except RagcareError as error:
        yield _wrong(error)
        return
    yield Finding("ok", f"the index in {home.folder} is sound: every checksum is right, and it opens")
    if not assistant.index.articles:
        yield Finding("wrong", "no article is validated, so nothing can be answered", _validate(home))
    validated = {one.id: one for one in articles or () if one.status == "validated"}
    if articles is not None and validated != assistant.index.articles:
        yield Finding("wrong", "the index is behind the knowledge base", f"ragcare index SOURCE -o {home.folder}")
    facts["calibration"] = assistant.calibration.fingerprint
    facts["fingerprint"] = assistant.index.fingerprint()  # under these settings, not those it was built with
    if facts["calibration"] == facts["fingerprint"]:
        yield Finding("ok", "the confidence was fitted for this index")
    else:
        what = "the confidence was fitted under another fingerprint: its probabilities promise nothing here"
        yield Finding("warning", what, "index with the default settings and embedder, or fit a calibration of your own")


def _of_articles(articles: list[Article], home: Home) -> Iterator[Finding]:
    today = date.today()
    said = [one for one in articles if one.status == "validated"]
    validate = _validate(home)
    for what, found, mend in (
        ("drafts, which are never said", [one for one in articles if one.status == "draft"], validate),
        (
            "articles that have expired",
            [one for one in said if one.valid_until and one.valid_until < today],
            f"{validate} --until DATE; or ragcare retire ARTICLE_ID --by NAME --index {home.folder}",
        ),
        (
            "articles past their review",
            [one for one in said if one.review_by and one.review_by < today],
            f"{validate} --review-by DATE",
        ),
    ):
        if found:
            yield Finding("warning", f"{len(found)} {what}: {first_of([one.id for one in found])}", mend)


def _validate(home: Home) -> str:
    return f"ragcare validate ARTICLE_ID --by NAME --index {home.folder}"


def _wrong(error: RagcareError) -> Finding:
    what, _, mend = str(error).partition(". Mend: ")
    return Finding("wrong", what, mend)
