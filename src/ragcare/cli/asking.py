"""`ragcare ask` and `ragcare search`: one question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ragcare.cli.console import print_json, print_table, say
from ragcare.cli.home import DEFAULT, Home
from ragcare.cli.options import AsOf, Audience, HomeFolder, Json, QuestionText, SettingsFile
from ragcare.cli.replies import show_reply
from ragcare.cli.trace import show_trace
from ragcare.errors import BadInput
from ragcare.schema import Asker

if TYPE_CHECKING:
    from ragcare.schema import Retrieved

_FIRST_WORDS = 9


def ask(
    question: QuestionText,
    folder: HomeFolder = DEFAULT,
    trace: Annotated[bool, typer.Option("--trace", help="Explain how the reply came about.")] = False,
    audience: Audience = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """Answers a question, with its sources; or says why not, and shows the way to a person."""
    text = _from_stdin() if question == "-" else question
    assistant = Home(folder).assistant(settings)
    reply = assistant.ask(text, asker=Asker(audiences=tuple(audience or ())), as_of=as_of)
    if not assistant.index.articles:
        say(
            f"no article in {folder} is validated, so nothing can be answered. "
            f"Mend: ragcare validate ARTICLE_ID --by NAME --index {folder}"
        )
    if json_:
        print_json(reply.model_dump(mode="json"))
        return
    show_reply(reply)
    if trace:
        show_trace(reply, assistant.index.now)


def search(
    question: QuestionText,
    folder: HomeFolder = DEFAULT,
    k: Annotated[
        int | None, typer.Option("-k", min=1, metavar="N", help="How many articles; as the settings say if left out.")
    ] = None,
    audience: Audience = None,
    as_of: AsOf = None,
    settings: SettingsFile = None,
    json_: Json = False,
) -> None:
    """Only finds: the best passages for a question, with the rank and score that each leg gave them."""
    from ragcare.assistant import understand
    from ragcare.retrieval.search import HybridRetriever

    text = _from_stdin() if question == "-" else question
    asked = understand(text, asker=Asker(audiences=tuple(audience or ())), as_of=as_of)
    index = Home(folder).index(settings)
    how = index.settings.retrieval
    retriever = HybridRetriever(index, how if k is None else how.model_copy(update={"k": k}))
    retrieved = retriever.search(asked)
    if json_:
        print_json(_as_json(retrieved))
    elif retrieved.hits:
        _show_hits(retrieved)
    if not retrieved.hits:
        say("nothing was found that may be said to this asker on this day")


def _from_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"stdin is not UTF-8: {error}. Mend: convert it, for instance with iconv") from None


def _as_json(retrieved: Retrieved) -> dict[str, Any]:
    hits = [
        {
            "rank": rank,
            "passage_id": hit.passage.id,
            "article_id": hit.passage.article_id,
            "version": hit.passage.version,
            "title": hit.passage.title,
            "headings": list(hit.passage.headings),
            "language": hit.passage.language,
            "score": hit.score,
            "legs": {leg: standing._asdict() for leg, standing in hit.legs.items()},
            "text": hit.passage.text,
            "start": hit.passage.start,
            "end": hit.passage.end,
        }
        for rank, hit in enumerate(retrieved.hits, 1)
    ]
    return {"question": retrieved.question.model_dump(mode="json"), "hits": hits}


def _show_hits(retrieved: Retrieved) -> None:
    legs = sorted({leg for hit in retrieved.hits for leg in hit.legs})
    columns = {"#": "right", "article": "left", "headings": "wrap", "score": "right"}
    rows = []
    for rank, hit in enumerate(retrieved.hits, 1):
        passage = hit.passage
        stands = [f"#{hit.legs[leg].rank} {hit.legs[leg].score:.3f}" if leg in hit.legs else "–" for leg in legs]
        words = passage.text.split()
        begins = " ".join(words[:_FIRST_WORDS]) + (" …" if len(words) > _FIRST_WORDS else "")
        headings = " › ".join(passage.headings) or passage.title
        rows.append([f"{rank}", passage.article_id, headings, f"{hit.score:.3f}", *stands, begins])
    print_table({**columns, **dict.fromkeys(legs, "right"), "begins": "wrap"}, rows)
