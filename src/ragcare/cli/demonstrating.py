"""`ragcare demo`: what ragcare does, shown on the help centre of a company that does not exist."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from ragcare.cli.console import print_json, say, show, shows_progress
from ragcare.cli.options import EmbedderName, Json
from ragcare.cli.replies import show_reply
from ragcare.errors import BadInput


class _Shown(NamedTuple):
    """A question, and what it is there to show."""

    shows: str
    question: str


_QUESTIONS = (
    _Shown("une réponse, et ce qui la prouve", "Ma carte SIM est bloquée, où trouver mon code PUK ?"),
    _Shown("une question ambiguë", "ma carte ne marche pas"),
    _Shown("hors sujet", "Donne-moi une recette de quiche aux poireaux."),
    _Shown("le seul article est périmé", "Que donne le code NEIGE25 sur le forfait Médio ?"),
    _Shown("une personne est nécessaire", "Bonjour, pourrais-je parler à un conseiller, s'il vous plaît ?"),
    _Shown("an answer, and what proves it", "What is the monthly price of the 5G Box?"),
    _Shown("an ambiguous question", "problem with my sim"),
    _Shown("out of scope", "Write a poem about autumn for my daughter."),
    _Shown("the only article has expired", "How do I activate the Christmas gift of data in Switzerland?"),
    _Shown("a person is needed", "I am FURIOUS. You cut my line again and nobody cares. Disgraceful."),
)
"""All of them from the suite's own questions, and from its half that is there to be looked at ("dev")."""

_STYLES = {"answer": "bold green", "clarify": "bold cyan", "refuse": "bold yellow", "escalate": "bold magenta"}


def demo(embedder: EmbedderName = None, json_: Json = False) -> None:
    """Indexes the help centre of an invented operator in memory, and asks it ten questions, in French and English.

    Nothing is downloaded, and nothing is written.
    """
    from ragcare.assistant import Assistant
    from ragcare.evaluation.questions import QuestionSet

    folder = demo_folder()
    suite = QuestionSet.load(folder)
    articles = suite.articles()
    say(f"indexing {len(articles)} articles of {folder}, to be asked on {suite.as_of}")
    assistant = Assistant.over(articles, embedder=embedder, progress=shows_progress())
    rows = []
    for shown in _QUESTIONS:
        reply = assistant.ask(shown.question, as_of=suite.as_of)
        if json_:
            rows.append({"shows": shown.shows, "reply": reply.model_dump(mode="json")})
            continue
        show("")
        show(("─" * 72, "dim"))
        show((f"{reply.decision.action:10}", _STYLES[reply.decision.action]), (shown.shows, "dim"))
        show(("› ", "bold"), (shown.question, "bold"))
        show("")
        show_reply(reply)
        sys.stdout.flush()
    if json_:
        print_json({"suite": suite.name, "as_of": suite.as_of.isoformat(), "replies": rows})
    say("")
    then = 'ragcare ask "Quel est le délai de rétractation ?" --trace'
    say(("Go on:  ", "bold"), f'ragcare index "{suite.corpus}" && {then}')


def demo_folder() -> Path:
    """The folder of the demo suite: within the package where it is installed, in evals/ of a checkout.

    Raises:
        BadInput: it is in neither.
    """
    package = Path(str(resources.files("ragcare")))
    places = (package / "demo", package.parents[1] / "evals" / "demo")
    found = next((place for place in places if (place / "questions.jsonl").is_file()), None)
    if found is None:
        raise BadInput(f"the demo suite is neither in {places[0]} nor in {places[1]}. Mend: install ragcare again")
    return found
