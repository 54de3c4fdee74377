"""What is wrong, or soon will be, with the articles of a knowledge base; each finding says how to mend it.

An *error* keeps an article from being said, or makes what is said wrong. A *warning* is for its owner to look
at. An *info* is good to know.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from heapq import nsmallest
from itertools import chain
from typing import Literal, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from ragcare.language.sentences import sentence_spans
from ragcare.schema import UNKNOWN_LANGUAGE, Article

Code = Literal[
    "draft",
    "validated_in_future",
    "review_overdue",
    "expired",
    "expiring",
    "not_yet_valid",
    "no_title",
    "no_owner",
    "exact_duplicate",
    "near_duplicate",
    "same_title",
    "same_question",
    "other_language",
    "bad_link",
    "html",
    "long_sentence",
]
Severity = Literal["error", "warning", "info"]

_SOON = timedelta(days=30)
_LONGEST_SENTENCE = 60
_GOOD_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_SURE, _ENOUGH_WORDS_TO_TELL = 0.9, 8
"""How sure the detection of a language must be to contradict an article, and on how many words."""

_NEAR = 0.9
"""Two articles are near duplicates if they share this much of their words, in the same order."""

_RUN, _SKETCH, _NEIGHBOURS = 4, 12, 4
"""Words in a run, hashes kept of each article, and articles remembered for each hash."""

_WORD = re.compile(r"\w+")
_LINK = re.compile(
    r"\]\([ \t]*<?([^\s)>]+)"  # [text](destination)
    r"|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?([^\s>]+)"  # [label]: destination
    r"|\b(?:href|src)[ \t]*=[ \t]*[\"']([^\"'\n]+)",  # <a href="destination">
    re.MULTILINE | re.IGNORECASE,
)

_CODE = re.compile(r"(`{3,}|~{3,}).*?\1|`[^`\n]+`", re.DOTALL)
_TAG = re.compile(
    r"</?(?:p|div|span|br|hr|h[1-6]|[ou]l|li|d[ltd]|table|t[rdh]|thead|tbody|a|b|i|u|em|strong|sub|sup|img|font|center"
    r"|small|kbd|pre|blockquote|details|summary|iframe)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


class Finding(NamedTuple):
    """One thing that an owner should know about an article."""

    article_id: str
    code: Code
    severity: Severity
    what: str
    mend: str


def check_knowledge(knowledge: Iterable[Article], *, on: date) -> tuple[Finding, ...]:
    """Looks through a knowledge base.

    Args:
        knowledge: its articles; retired ones are passed over.
        on: the day that dates are compared with.

    Returns:
        The findings in the order of the articles; what two articles share is told of the later one.
    """
    articles = [article for article in knowledge if article.status != "retired"]
    order = {article.id: position for position, article in enumerate(articles)}
    found = [finding for article in articles for finding in _check_article(article, on)]
    found += [*_check_copies(articles), *_check_names(articles)]
    return tuple(sorted(found, key=lambda finding: order[finding.article_id]))


def _check_article(article: Article, on: date) -> Iterator[Finding]:
    faults = chain(
        _check_review(article, on),
        _check_dates(article, on),
        _check_language(article),
        _check_links(article),
        _check_markup(article),
        _check_sentences(article),
    )
    for code, severity, what, mend in faults:
        yield Finding(article.id, code, severity, what, mend)


_Fault = tuple[Code, Severity, str, str]


def _check_review(article: Article, on: date) -> Iterator[_Fault]:
    if article.status == "draft":
        yield "draft", "warning", "it waits as a draft and is never said", "validate it, or retire it"
    if article.validated_at and article.validated_at > on:
        what = f"it says that it was validated on {article.validated_at}, which is still to come"
        yield "validated_in_future", "warning", what, "write the day on which it was read: customers are shown it"
    if article.review_by and article.review_by < on:
        days = (on - article.review_by).days
        what = f"it was to be read again by {article.review_by}, {days} days ago"
        yield "review_overdue", "warning", what, "read it and validate it again"
    if not article.title.strip():
        yield "no_title", "warning", "it has no title", "give it the question it answers as its title"
    if not (article.owner or "").strip():
        yield "no_owner", "info", "nobody owns it", "name in owner who keeps it right"


def _check_dates(article: Article, on: date) -> Iterator[_Fault]:
    if article.valid_until and article.valid_until < on:
        what = f"it expired on {article.valid_until} and is no longer said"
        yield "expired", "error", what, "extend valid_until, or retire it"
    elif article.valid_until and article.valid_until <= on + _SOON:
        what = f"it expires on {article.valid_until}, in {(article.valid_until - on).days} days"
        yield "expiring", "warning", what, "extend valid_until, or write what comes after"
    if article.valid_from and article.valid_from > on:
        what = f"it is said only from {article.valid_from} on"
        yield "not_yet_valid", "info", what, "nothing, if that is meant"


def _check_language(article: Article) -> Iterator[_Fault]:
    from ragcare.language.detect import detect_language

    if len(article.body.split()) < _ENOUGH_WORDS_TO_TELL:
        return
    detected = detect_language(article.body)
    if detected.confidence >= _SURE and detected.language not in (article.language, UNKNOWN_LANGUAGE):
        what = f'it reads like "{detected.language}" and says that its language is "{article.language}"'
        yield "other_language", "error", what, "correct language: the words of the index depend on it"


def _check_links(article: Article) -> Iterator[_Fault]:
    links = (destination for match in _LINK.finditer(article.body) for destination in match.groups())
    for link in dict.fromkeys(filter(None, [*links, article.url])):
        scheme = _scheme(link)
        if scheme is None or scheme not in {"", *_GOOD_SCHEMES}:
            what = f"the link {link[:80]!r} must not be followed"
            yield "bad_link", "error", what, "link to an address that starts with https://, or to none"
        elif not scheme and not link.startswith("#"):
            what = f"the link {link[:80]!r} leads nowhere outside the site it was written for"
            yield "bad_link", "warning", what, "write the whole address, from https:// on"


def _check_markup(article: Article) -> Iterator[_Fault]:
    if tag := _TAG.search(_CODE.sub("", article.body)):
        what = f"it holds HTML, such as {tag[0][:40]}, which customers are told as it stands"
        yield "html", "warning", what, "write it in Markdown; or all of it in HTML, no blank line within a paragraph"


def _scheme(link: str) -> str | None:
    """Its scheme, "" for a relative link, None where it cannot be read or names no host."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return None if parts.scheme in ("http", "https") and not parts.netloc else parts.scheme


def _check_sentences(article: Article) -> Iterator[_Fault]:
    spans = sentence_spans(article.body, article.language)
    longest = max((article.body[start:end].split() for start, end in spans), key=len, default=[])
    if len(longest) > _LONGEST_SENTENCE:
        what = f'a sentence has {len(longest)} words: "{" ".join(longest[:8])}…"'
        yield "long_sentence", "info", what, "cut it in two: an answer quotes whole sentences"


# --- what two articles share -------------------------------------------------------------------------


def _check_copies(articles: Sequence[Article]) -> Iterator[Finding]:
    """Articles whose text is the same, or nearly.

    To compare all pairs would take forever on a large base. Two texts that are nearly the same almost surely
    share one of the dozen smallest hashes of their runs of words: only articles that share one are compared,
    and with no more than the few latest of those. The time is linear in the number of articles.
    """
    from rapidfuzz.distance import Indel

    originals: dict[tuple[str, str], list[Article]] = defaultdict(list)
    neighbours: dict[int, deque[tuple[Article, list[str]]]] = defaultdict(lambda: deque(maxlen=_NEIGHBOURS))
    for article in articles:
        words = _WORD.findall(article.body.casefold())
        same = originals[article.language, " ".join(words)]
        original = next((other for other in same if _meet(article, other)), None)
        if original:
            what = f"its text is that of {original.id}"
            yield Finding(article.id, "exact_duplicate", "warning", what, "retire one of the two")
            continue
        same.append(article)
        sketch = _sketch(words)
        candidates = {other.id: (other, text) for mark in sketch for other, text in neighbours[mark]}
        for other, text in candidates.values():
            share = Indel.normalized_similarity(words, text, score_cutoff=_NEAR)
            if share and _meet(article, other):
                what = f"{share:.0%} of its words are those of {other.id}; the others may contradict it"
                yield Finding(article.id, "near_duplicate", "warning", what, "merge the two, or retire one")
                break
        for mark in sketch:
            neighbours[mark].append((article, words))


def _sketch(words: Sequence[str]) -> list[int]:
    runs = (" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))
    return nsmallest(_SKETCH, {crc32(run.encode("utf-8", "surrogatepass")) for run in runs})


def _check_names(articles: Sequence[Article]) -> Iterator[Finding]:
    """Titles, and questions, that two articles have in common."""
    known: dict[tuple[str, str], list[Article]] = defaultdict(list)
    for article in articles:
        told = set()
        for name in dict.fromkeys(map(_folded, (article.title, *article.questions))):
            same = known[article.language, name]
            twin = next((other for other in same if _meet(article, other)), None) if name else None
            same.append(article)
            if twin and twin.id not in told:
                told.add(twin.id)
                both_titles = name == _folded(article.title) == _folded(twin.title)
                code: Code = "same_title" if both_titles else "same_question"
                what = f'{twin.id} also answers "{name[:80]}"'
                yield Finding(article.id, code, "warning", what, "merge the two, or name them apart")


def _meet(article: Article, other: Article) -> bool:
    """Whether one asker could be told both on one day: what never meets cannot contradict."""
    return (
        article.language == other.language
        and not set(article.audience).isdisjoint(other.audience)
        and (article.valid_from or date.min) <= (other.valid_until or date.max)
        and (other.valid_from or date.min) <= (article.valid_until or date.max)
    )


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
