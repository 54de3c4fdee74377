"""The command line: `ragcare VERB …`.

Data goes to stdout, words and progress bars to stderr. Exit codes: 0 right, 1 a bar not met, 2 wrong use or bad
input. What is heavy is imported inside the verb that needs it.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from ragcare.cli.asking import ask, search
from ragcare.cli.chatting import chat
from ragcare.cli.checking import check
from ragcare.cli.comparing import compare
from ragcare.cli.console import complain, prepare_streams, print_json
from ragcare.cli.demonstrating import demo
from ragcare.cli.describing import schema
from ragcare.cli.diagnosing import doctor
from ragcare.cli.evaluating import evaluate
from ragcare.cli.grounding import ground
from ragcare.cli.handing_over import handoffs
from ragcare.cli.indexing import index
from ragcare.cli.reviewing import retire, validate
from ragcare.cli.serving import keys, serve
from ragcare.cli.suggesting import suggest
from ragcare.cli.tuning import tune
from ragcare.errors import RagcareError

__all__ = ["app", "main"]

_INTERRUPTED, _NOBODY_READS = 130, 141
"""What a shell reports of a program that ended on Ctrl-C, or because its reader had gone."""


class _Verbs(TyperGroup):
    """Ends every verb as a person expects: one clear message instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        prepare_streams()
        try:
            result = super().invoke(ctx)
            _flush()
            return result
        except RagcareError as error:
            complain("\n".join([str(error), *getattr(error, "__notes__", ())]))
        except ValidationError as error:
            complain(_in_words(error))
        except BrokenPipeError:
            _nobody_reads()
        except OSError as error:
            complain(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error))
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None
        raise typer.Exit(2)


def _examples(*lines: str) -> str:
    """An epilog that keeps its line ends."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


app = typer.Typer(
    cls=_Verbs,
    help="Answers customers' questions, in French and English, from a validated knowledge base.",
    epilog=_examples("ragcare demo", "ragcare index help-centre/", 'ragcare ask "Comment annuler ma commande ?"'),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _about(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="With --version: as JSON.")] = False,
) -> None:
    if version:
        from ragcare.cli.diagnosing import version_of

        number = version_of("ragcare")
        print_json({"ragcare": number}) if json_ else typer.echo(f"ragcare {number or '(not installed)'}")
        raise typer.Exit(0)
    if ctx.invoked_subcommand is None:
        ctx.fail("name a verb")


_VERBS: dict[str, tuple[Any, ...]] = {  # each with what it calls, its one line, and its examples
    "demo": (
        demo,
        "shows what ragcare does, on an invented company",
        "ragcare demo",
        "ragcare demo --embedder light",
        "ragcare demo --json > replies.json",
    ),
    "index": (
        index,
        "reads articles, and indexes what may be said",
        "ragcare index help-centre/",
        'ragcare index centre-aide/ -o aide --assume-validated "Claire Montel"',
        "ragcare index faq.csv --skip-bad --settings configs/strict.toml",
    ),
    "ask": (
        ask,
        "answers a question, with its sources",
        'ragcare ask "Comment annuler ma commande ?"',
        'ragcare ask "How do I cancel my order?" --trace',
        'echo "Quel est le délai de livraison ?" | ragcare ask - --json',
        'ragcare ask "How much is a static IP?" --audience segment:business --as-of 2026-06-01',
    ),
    "chat": (
        chat,
        "holds a conversation",
        "ragcare chat",
        "ragcare chat --index aide",
        "printf 'Bonjour\\nUn conseiller !\\n' | ragcare chat --json",
    ),
    "search": (
        search,
        "only finds, and shows the scores",
        'ragcare search "délai de rétractation"',
        'ragcare search "cancel order" -k 3 --json',
    ),
    "suggest": (
        suggest,
        "suggests titles and questions while somebody types",
        'ragcare suggest "rembou"',
        'ragcare suggest "comment anuler ma com" -k 3 --json',
    ),
    "ground": (
        ground,
        "says whether evidence supports a response",
        'ragcare ground "Vous avez deux semaines." -e "Vous avez 14 jours pour changer d’avis."',
        "ragcare ground --response-file answer.txt -f returns.md -f delivery.md --json",
        'echo "A return is free." | ragcare ground - -e "A return is not free."',
    ),
    "check": (
        check,
        "finds what is wrong with articles or questions",
        "ragcare check help-centre/",
        "ragcare check centre-aide/ --on 2026-12-31",
        "ragcare check evals/demo --json",
    ),
    "eval": (
        evaluate,
        "asks a labelled question set, judges and reports",
        "ragcare eval evals/demo --split dev",
        "ragcare eval my-suite/ --json out/report.json --html out/report.html",
        "ragcare eval my-suite/ --json out/new.json --baseline out/report.json",
        "ragcare eval out/report.run.jsonl --judge similarity:e5@0.8",
    ),
    "compare": (
        compare,
        "shows what changed between two runs, and gates",
        "ragcare compare out/before.json out/after.json",
        "ragcare compare before.run.jsonl after.run.jsonl --bar safe_deflection --bar wrong_answer_rate:0.01",
        "ragcare compare out/before.json out/after.json --markdown comment.md",
    ),
    "tune": (
        tune,
        "finds a threshold that keeps a promise",
        "ragcare tune out/report.run.jsonl --max-risk 0.05 -o out/policy",
        "ragcare tune fr.run.jsonl en.run.jsonl --max-risk 0.1 --confidence 0.9",
        "ragcare tune out/report.run.jsonl --euros human_contact=9 --euros wrong_answer=40 --json",
    ),
    "validate": (
        validate,
        "records who vouches for articles",
        'ragcare validate delivery-times --by "Ann Lee" --review-by 2027-01-31',
        'ragcare validate delais-livraison retours --by "Claire Montel" --until 2026-12-31',
        'ragcare validate --all-drafts --by "Claire Montel"',
    ),
    "retire": (
        retire,
        "takes articles out of what may be said",
        'ragcare retire winter-offer --by "Ann Lee"',
        'ragcare retire offre-hiver ancien-tarif --by "Claire Montel"',
    ),
    "handoffs": (
        handoffs,
        "shows and delivers what people take over",
        "ragcare handoffs",
        "ragcare handoffs --state failed --json",
        "ragcare handoffs --retry --deliver --settings care.toml",
    ),
    "schema": (
        schema,
        "prints the JSON Schema of every record",
        "ragcare schema > ragcare.schema.json",
        "ragcare schema Reply",
    ),
    "serve": (
        serve,
        "serves a page and an API over HTTP",
        "ragcare serve",
        "ragcare serve aide --workers 4 --settings configs/strict.toml",
        "RAGCARE_SERVER__PORT=9000 ragcare serve",
    ),
    "doctor": (
        doctor,
        "looks after the installation and an index",
        "ragcare doctor",
        "ragcare doctor --index aide --json",
    ),
}

for _name, (_verb, _line, *_lines) in _VERBS.items():
    app.command(_name, short_help=_line, epilog=_examples(*_lines))(_verb)
app.add_typer(
    keys,
    name="keys",
    short_help="makes and revokes keys of the server",
    help="Makes, lists and revokes the API keys of `ragcare serve`.",
    epilog=_examples("ragcare keys add intranet --audience internal", "ragcare keys add prometheus --may metrics"),
)


def main() -> None:
    """The entry point of the command `ragcare`."""
    try:
        try:
            app(prog_name="ragcare")
        finally:
            _flush()
    except BrokenPipeError:
        _nobody_reads()


def _flush() -> None:
    """Whatever can fail in writing fails now, and not when Python ends."""
    if sys.stdout is not None:  # it is None where the shell closed it (>&-)
        sys.stdout.flush()


def _nobody_reads() -> None:
    """Ends because the reader has gone (`| head`): no more can be said, and nothing is wrong."""
    # What is still in the buffer would fail once more when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(_NOBODY_READS)


def _in_words(error: ValidationError) -> str:
    rows = [f"{'.'.join(map(str, row['loc']))}: {row['msg']}" for row in error.errors(include_url=False)]
    return f"this is no valid {error.title.lower()}: {'; '.join(rows)}"
