"""`ragcare ground`: whether evidence supports what is said, sentence by sentence."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ragcare.cli.console import counted, print_json, say, show
from ragcare.cli.options import Json
from ragcare.errors import BadInput

if TYPE_CHECKING:
    from ragcare.answering.grounding import Verdict

_STDIN = "-"


def ground(
    response: Annotated[
        str | None, typer.Argument(metavar="RESPONSE", help='What is said; "-" reads it from stdin.')
    ] = None,
    response_file: Annotated[
        Path | None, typer.Option("--response-file", metavar="FILE", help="A file that holds it, instead.")
    ] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", "-e", metavar="TEXT", help="What it must stand on; may be repeated."),
    ] = None,
    evidence_file: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence-file", "-f", metavar="FILE", help='A file of evidence; "-" is stdin; may be repeated.'
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Of the response; told from its words if left out.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", min=0, max=1, metavar="SCORE", help="From which on it is supported.")
    ] = None,
    nli: Annotated[
        str | None,
        typer.Option("--nli", metavar="MODEL", help='A second opinion: folder, hub name, "reader" or "reader:FILE".'),
    ] = None,
    json_: Json = False,
) -> None:
    """Says of each sentence of a response whether the evidence supports it, and if not, why.

    Ends with 1 if a sentence is not supported.
    """
    from ragcare.answering.grounding import as_entailment, check_grounding

    if (response is None) == (response_file is None):
        raise BadInput("the response is given twice or not at all. Mend: RESPONSE or --response-file FILE")
    files = evidence_file or []
    if [response, *files].count(_STDIN) > 1:
        raise BadInput(f'"{_STDIN}" is given twice, and stdin is read once. Mend: put one of them into a file')
    said = _text(response_file) if response_file else _stdin() if response == _STDIN else response or ""
    texts = [*(evidence or []), *(_stdin() if one == _STDIN else _text(Path(one)) for one in files)]
    if not said.strip():
        raise BadInput("the response is blank. Mend: give the sentences to be checked")
    if not any(one.strip() for one in texts):
        raise BadInput("there is no evidence. Mend: --evidence TEXT or --evidence-file FILE")
    entailment = as_entailment(nli) if nli else None
    verdicts = check_grounding(said, texts, language=language, threshold=threshold, entailment=entailment)
    if json_:
        print_json(
            {"supported": all(one.supported for one in verdicts), "sentences": [asdict(one) for one in verdicts]}
        )
    else:
        for one in verdicts:
            _tell(one)
    wrong = sum(not one.supported for one in verdicts)
    if wrong:
        say(f"{wrong} of {counted(len(verdicts), 'sentence')} not supported")
        raise typer.Exit(1)


def _tell(verdict: Verdict) -> None:
    mark = ("supported    ", "green") if verdict.supported else ("not supported", "red")
    show(mark, f" {verdict.score:.2f}  {verdict.sentence.strip()}")
    if verdict.reason:
        show(("                    ", "dim"), f"{verdict.reason}: {verdict.detail}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8: {error}. Mend: convert it, for instance with iconv") from None


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"stdin is not UTF-8: {error}. Mend: convert it, for instance with iconv") from None
