"""A reply as it stands on a terminal: the text, its sources, and the way to a person, in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ragcare.cli.console import say, show

if TYPE_CHECKING:
    from ragcare.schema import Citation, Handoff, Reply


@dataclass(frozen=True, slots=True)
class _Labels:
    sources: str
    validated: str
    until: str
    now: str
    offered: str
    queue: str
    urgency: dict[str, str]


_FRENCH = _Labels(
    sources="Sources",
    validated="validé par {who} le {day}",
    until=", valable jusqu’au {day}",
    now="Une personne prend le relais : ",
    offered="Une personne peut prendre le relais : ",
    queue="file {queue}, urgence {urgency}",
    urgency={"low": "basse", "normal": "normale", "high": "haute"},
)
_ENGLISH = _Labels(
    sources="Sources",
    validated="validated by {who} on {day}",
    until=", valid until {day}",
    now="A person takes over: ",
    offered="A person can take over: ",
    queue="queue {queue}, urgency {urgency}",
    urgency={"low": "low", "normal": "normal", "high": "high"},
)


def show_reply(reply: Reply) -> None:
    """Prints the text, the numbered sources of an answer, or the way to a person in short."""
    labels = _FRENCH if reply.question.language == "fr" else _ENGLISH
    show(reply.text)
    if reply.citations:
        show("")
        show((labels.sources, "bold"))
        for number, citation in enumerate(_once_each(reply.citations), 1):
            _show_source(number, citation, labels)
    if reply.handoff is not None:
        show("")
        _show_handoff(reply.handoff, labels)


def _once_each(citations: tuple[Citation, ...]) -> list[Citation]:
    """One citation for each place in an article, however many sentences came from there."""
    return list({(one.article_id, one.headings): one for one in reversed(citations)}.values())[::-1]


def _show_source(number: int, citation: Citation, labels: _Labels) -> None:
    place = " › ".join([citation.title or citation.article_id, *citation.headings])
    show((f"[{number}] ", "bold"), place)
    if citation.url:
        show((f"    {citation.url}", "cyan"))
    vouched = labels.validated.format(who=citation.validated_by, day=citation.validated_at)
    until = labels.until.format(day=citation.valid_until) if citation.valid_until else ""
    show((f"    {vouched}{until}", "dim"))


def _show_handoff(handoff: Handoff, labels: _Labels) -> None:
    when = labels.now if handoff.when == "now" else labels.offered
    show((when, "bold"), f"{labels.queue.format(queue=handoff.queue, urgency=labels.urgency[handoff.urgency])}")
    show((f"    {handoff.summary}", "dim"))
    if handoff.when == "now":
        say(("    nobody is told from the command line; ragcare serve hands over", "dim"))
