"""A small shop's knowledge base, what is asked there, and how a test asks it."""

from __future__ import annotations

import json
from typing import Any

from ragcare.schema import Article
from ragcare.testing import small_knowledge, validated

PHONE, DESKTOP = (375, 812), (1280, 900)

HOSTILE_TITLE = '<img src=x onerror="window.ran=1"> Vider le cache du robot'
HOSTILE_BODY = """Pour vider le cache du robot, tenez le bouton bleu dix secondes. <script>window.ran=2</script>

<img src=x onerror="window.ran=3"> <svg onload="window.ran=4"></svg>
<iframe srcdoc="<script>parent.ran=5</script>"></iframe>

Puis lisez [la suite](javascript:window.ran=6) et <a href="javascript:window.ran=7" onclick="window.ran=8">ceci</a>.

<style>body { display: none }</style> <form action="/v1/feedback"><button>Envoyer</button></form>
"""
_ARTICLES = (
    validated(
        "fr-warranty",
        "La garantie d'un robot de cuisine dure 24 mois à partir de la livraison.\n\n"
        "| Robot | Garantie | Prix d'une réparation hors garantie |\n|---|---|---|\n"
        "| Robot Essentiel | 24 mois | 39 € |\n| Robot Grand Chef | 36 mois | 59 € |\n",
        title="La garantie des robots de cuisine",
        questions=("Combien de temps dure la garantie du robot de cuisine ?",),
        language="fr",
        valid_until="2099-12-31",
        url="https://aide.example.org/garantie",
    ),
    validated(
        "en-warranty",
        "The warranty of a kitchen robot lasts 24 months from delivery.\n\nKeep the invoice: it is asked for.",
        title="The warranty of kitchen robots",
        questions=("How long is the warranty of the kitchen robot?",),
        language="en",
        valid_until="2099-12-31",
    ),
    validated("fr-hostile", HOSTILE_BODY, title=HOSTILE_TITLE, questions=("Vider le cache du robot",), language="fr"),
)

ASKED = {
    "fr": "Combien de temps dure la garantie du robot de cuisine ?",
    "en": "How long is the warranty of the kitchen robot?",
}
REFUSED = {"fr": "Quelle est la capitale de la Mongolie ?", "en": "What is the capital of Mongolia?"}


def knowledge() -> list[Article]:
    """All articles of the shop."""
    return [*small_knowledge(), *_ARTICLES]


def stream(page: Any, *events: tuple[str, dict[str, Any]], times: int | None = None) -> None:
    """Has the next questions answered by these events instead of by the server."""
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    answer = {"body": f": waiting\n\n{body}", "content_type": "text/event-stream"}
    page.route("**/v1/chat", lambda route: route.fulfill(**answer), times=times)


def done(**fields: Any) -> tuple[str, dict[str, Any]]:
    """The last event of a reply that offers a person, unless the fields say otherwise."""
    reply = {"id": "1", "language": "fr", "answer": None, "handoff": {"when": "if_accepted"}}
    return "done", {"reply": {**reply, **fields}}


def ask(page: Any, question: str) -> Any:
    """Asks, waits for the whole reply, and returns its turn."""
    from playwright.sync_api import expect

    turns = page.locator("#turns > li.ours")
    before = turns.count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    expect(turns).to_have_count(before + 1)
    expect(turns.last).not_to_have_attribute("aria-busy", "true")
    return turns.last
