"""A handoff as a note that a person reads: plain, as HTML or as Markdown, in the customer's language.

Whatever customers and articles say is text here: nothing of it becomes a tag, a link or a heading.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

from ragcare.language.unprintable import printable
from ragcare.language.whose_words import read_as
from ragcare.schema import Handoff, Source

_LABELS = {
    "fr": {
        "question": "Question",
        "summary": "En bref",
        "why_not": "Pourquoi pas de réponse",
        "drafted": "Réponse qui était prête",
        "sources_tried": "Articles consultés",
        "already_read": "Déjà lu par le client",
        "already_tried": "Déjà essayé par le client",
        "facts": "Dossier",
        "transcript": "Conversation",
        "customer": "Client",
        "assistant": "Assistant",
        "agent": "Conseiller",
    },
    "en": {
        "question": "Question",
        "summary": "In short",
        "why_not": "Why there was no answer",
        "drafted": "The answer that was ready",
        "sources_tried": "Articles consulted",
        "already_read": "Already read by the customer",
        "already_tried": "Already tried by the customer",
        "facts": "Facts",
        "transcript": "Conversation",
        "customer": "Customer",
        "assistant": "Assistant",
        "agent": "Adviser",
    },
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")


class _Section(NamedTuple):
    heading: str
    lines: tuple[str, ...]


def plain_note(handoff: Handoff, longest: int | None = None) -> str:
    """As plain text, for a field that shows what it holds; of so many bytes at most."""
    return _fitting(handoff, longest, str, lambda one: f"{one.heading}\n" + "\n".join(one.lines), "\n\n")


def html_note(handoff: Handoff, longest: int | None = None) -> str:
    """As HTML of paragraphs, line ends and bold type alone; of so many bytes at most."""
    return _fitting(
        handoff, longest, _as_html, lambda one: f"<p><strong>{one.heading}</strong><br>{'<br>'.join(one.lines)}</p>", ""
    )


def markdown_note(handoff: Handoff, longest: int | None = None) -> str:
    """As Markdown, in which what was said is escaped; of so many bytes at most."""
    return _fitting(handoff, longest, _as_markdown, lambda one: f"**{one.heading}**\n" + "  \n".join(one.lines), "\n\n")


def subject(handoff: Handoff, longest: int = 150) -> str:
    """The question, as the subject of a ticket: one line, no longer than that."""
    line = " ".join(printable(handoff.question).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _fitting(
    handoff: Handoff,
    longest: int | None,
    escaped: Callable[[str], str],
    written: Callable[[_Section], str],
    between: str,
) -> str:
    """The note, without the oldest turns where it would be too long.

    A desk cuts off the end, and there stand the newest turns, and how to reach the customer.
    """

    def note(left_out: int) -> str:
        return between.join(map(written, _sections(handoff, escaped, left_out)))

    def fits(left_out: int) -> bool:
        return longest is None or len(note(left_out).encode()) <= longest

    return note(bisect_left(range(len(handoff.transcript)), True, key=fits))


def _sections(handoff: Handoff, escaped: Callable[[str], str], left_out: int) -> list[_Section]:
    labels = _LABELS[read_as(handoff.language)]

    def section(name: str, *texts: str) -> list[_Section]:
        lines = tuple(escaped(line) for text in texts for line in printable(text).splitlines())
        return [_Section(labels[name], lines)] if any(lines) else []

    facts = [
        f"urgency: {handoff.urgency}; queue: {handoff.queue}; reasons: {', '.join(handoff.reasons)}",
        f"language: {handoff.language}; customer: {handoff.asker.reference or '–'}; handoff: {handoff.id}",
    ]
    said = [f"{labels[turn.role]}: {turn.text}" for turn in handoff.transcript[left_out:]]
    if left_out:
        said.insert(0, "[…]")
    return [
        *section("question", handoff.question),
        *section("summary", handoff.summary),
        *section("why_not", handoff.why_not),
        *section("drafted", handoff.drafted or ""),
        *section("already_tried", *handoff.already_tried),
        *section("already_read", *map(_named, handoff.already_read)),
        *section("sources_tried", *map(_named, handoff.sources_tried)),
        *section("transcript", *said),
        *section("facts", *facts),
    ]


def _named(source: Source) -> str:
    return f"{source.title} ({source.url or source.article_id})"


def _as_html(text: str) -> str:
    return html.escape(text)


def _as_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", html.escape(text, quote=False))
