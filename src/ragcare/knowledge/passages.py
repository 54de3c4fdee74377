"""Cuts an article into passages where a reader would cut: between headings, blocks, items, rows, sentences.

The body is never copied or cleaned. Its structure only says where a cut may fall; all that stands between two
cuts belongs to one passage, so no text is lost and a passage is exactly `body[start:end]`. Of the cuts that
are allowed, those are made that bring the passages of a section nearest to the wanted length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from itertools import chain, pairwise, repeat
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from ragcare.knowledge.plain_text import ENDS_SENTENCE, LINE_BREAK, paragraph_ends, utterances
from ragcare.language.blocks import LIST_ITEM
from ragcare.language.sentences import sentence_spans
from ragcare.schema import Article, Passage

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_LONGEST = 1.5
"""A passage may be this many times as long as wanted; only a single sentence may be longer."""

_ENDLESS = 4
"""A sentence this many times as long as a passage may be is none, but a log, or text that lost its punctuation."""

_AFTER_LEAD_IN, _MID_PARAGRAPH, _MID_LIST = 10.0, 0.05, 0.02
"""What a cut costs beside one between two blocks; a passage of twice the wanted length costs 1."""

_WHOLE = frozenset({"list_item", "tr", "fence", "code_block", "html_block"})
"""What stays in one piece while it is short enough."""

_PLAIN_HEADING_LEVEL = 7
"""Headings of plain text stand below the six levels of Markdown."""

_LONGEST_TITLE = 80

_LEADS_ON = re.compile(r"[:：][\s*_]*$")
_WORD = re.compile(r"\S+")
_NO_TITLE = re.compile(r"[.,;:!…]$|[.!?;:] \w")


class _Block(NamedTuple):
    """A top-level block of the body.

    Attributes:
        line: its text, if it is a single line of plain text.
        joined: it stands on the line right after the block before it, as paragraphs of plain text do.
    """

    node: SyntaxTreeNode
    start: int
    end: int
    line: str | None
    joined: bool


class _Section(NamedTuple):
    """The blocks under one heading, and the path of headings down to it."""

    headings: tuple[str, ...]
    blocks: list[_Block]


@dataclass(frozen=True, slots=True)
class _Atom:
    """A span that is never cut: a sentence, a list item, a table row; a piece of what is longer than any of these.

    Attributes:
        cut: what it costs to start a passage here.
        leads: it announces what follows, and is worth little without it.
    """

    start: int
    end: int
    words: int
    cut: float
    leads: bool


def split(article: Article, *, words: int = 120) -> tuple[Passage, ...]:
    """Cuts an article into passages.

    Args:
        article: whose body is Markdown, or plain text with a paragraph on each line.
        words: the wanted length of a passage.

    Returns:
        The passages in the order of the body, at least one.
    """
    body = _Body(article.body, article.language, int(words * _LONGEST))
    spans = [
        (section.headings, start, end)
        for section in _sections(body.blocks())
        for start, end in _pack(body.atoms(section.blocks), words)
    ]
    if not spans:  # headings only: they are all the text there is
        spans = [((), start, end) for start, end in _pack(body.sentences(0, len(article.body), 0.0), words)]

    said = frozenset(utterances(article.body))
    passages: list[Passage] = []
    copies: Counter[str] = Counter()
    for headings, start, end in spans:
        text = article.body[start:end]
        name = f"{article.id}#{_fingerprint(headings, text)}"
        copies[name] += 1
        passages.append(
            Passage(
                id=name if copies[name] == 1 else f"{name}-{copies[name]}",
                article_id=article.id,
                version=article.version,
                title=article.title,
                questions=(*article.questions, *(one for one in map(str.strip, LINE_BREAK.split(text)) if one in said)),
                headings=headings,
                text=text,
                start=start,
                end=end,
                language=article.language,
            )
        )
    return tuple(passages)


def _fingerprint(headings: Sequence[str], text: str) -> str:
    content = "\n".join([*headings, "", text]).encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=6).hexdigest()


# --- from text to blocks and atoms -------------------------------------------------------------------


class _Body:
    """A body, its lines, and the structure that the Markdown parser sees in them."""

    def __init__(self, text: str, language: str, longest: int) -> None:
        self._text = text
        self._language = language
        self._longest = longest
        self._lines = LINE_BREAK.split(text)
        self._line_starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]
        self._paragraph_ends = frozenset(paragraph_ends(self._lines))
        # The parser is shown an empty line after each of those: `_origin` leads from its lines to ours.
        shown = (1 + (at in self._paragraph_ends) for at in range(len(self._lines)))
        self._origin = [at for at, times in enumerate(shown) for _ in range(times)]

    def blocks(self) -> list[_Block]:
        """The top-level blocks, headings included, without a gap between them."""
        from markdown_it.tree import SyntaxTreeNode

        shown = (f"{line}\n" if at in self._paragraph_ends else line for at, line in enumerate(self._lines))
        tree = SyntaxTreeNode(_block_parser().parse("\n".join(shown)))
        nodes = [node for node in tree.children if node.map]
        spans = pairwise([*map(self._start, nodes), len(self._text)])
        return [self._block(node, *span) for node, span in zip(nodes, spans, strict=True)]

    def atoms(self, blocks: Sequence[_Block]) -> list[_Atom]:
        """All that may stand between two cuts in a section."""
        found = [atom for block in blocks for atom in self._atoms_of(block.node, block.start, block.end, 0.0)]
        # A line that looks like a title but was not taken for a heading still belongs to the text below it.
        leading = {block.end for block, below in pairwise(blocks) if _is_title(block) > _is_title(below)}
        return [replace(atom, leads=True) if atom.end in leading else atom for atom in found]

    def sentences(self, start: int, end: int, cut: float) -> list[_Atom]:
        """The sentences of a span, each with all that stands between it and the next."""
        spans = sentence_spans(self._text[start:end], self._language)
        starts = [start, *(start + span.start for span in spans[1:]), end]
        cuts = chain([cut], repeat(_MID_PARAGRAPH))
        pieces = (piece for span in pairwise(starts) for piece in self._pieces(*span))
        return [atom for first, last in pieces for atom in self._atom(first, last, next(cuts))]

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A sentence as it is; one that is too long to be one in pieces that a passage can hold, cut between words."""
        words = [start + word.start() for word in _WORD.finditer(self._text[start:end])]
        endless = len(words) > _ENDLESS * self._longest
        return pairwise([start, *(words[self._longest :: self._longest] if endless else ()), end])

    def _atoms_of(self, node: SyntaxTreeNode, start: int, end: int, cut: float) -> list[_Atom]:
        if node.type in _WHOLE and len(self._text[start:end].split()) <= self._longest:
            return self._atom(start, end, cut, leads=node.parent is not None and node.parent.type == "thead")
        parts = _parts(node)
        if not parts:
            return self.sentences(start, end, cut)
        starts = [start, *(self._start(part) for part in parts[1:]), end]
        inner_cut = _MID_LIST if parts[0].type in ("list_item", "tr") else _MID_PARAGRAPH
        cuts = [cut, *repeat(inner_cut, len(parts) - 1)]
        spans = zip(parts, pairwise(starts), cuts, strict=True)
        return [atom for part, span, cost in spans for atom in self._atoms_of(part, *span, cost)]

    def _atom(self, start: int, end: int, cut: float, *, leads: bool = False) -> list[_Atom]:
        start, end = self._trimmed(start, end)
        text = self._text[start:end]
        leads = leads or _LEADS_ON.search(text[-10:]) is not None
        return [_Atom(start, end, len(text.split()), cut, leads)] if text else []

    def _block(self, node: SyntaxTreeNode, start: int, end: int) -> _Block:
        start, end = self._trimmed(start, end)
        first, last = self._line_range(node)
        joined = first - 1 in self._paragraph_ends
        plain = joined or first in self._paragraph_ends
        single = last == first + 1 and node.type in ("paragraph", "ordered_list")
        return _Block(node, start, end, self._lines[first].strip() if plain and single else None, joined)

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        text = self._text[start:end].rstrip()
        return start + len(text) - len(text.lstrip()), start + len(text)

    def _line_range(self, node: SyntaxTreeNode) -> tuple[int, int]:
        first, last = node.map or (0, 1)
        return self._origin[first], self._origin[last - 1] + 1

    def _start(self, node: SyntaxTreeNode) -> int:
        return self._line_starts[self._line_range(node)[0]]


def _parts(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The blocks inside a block; a table counts as its rows, and a row has no parts."""
    if node.type == "table":
        return [row for group in node.children for row in group.children]
    return [child for child in node.children if child.map and child.type != "inline"]


# --- from blocks to sections -------------------------------------------------------------------------


def _sections(blocks: Sequence[_Block]) -> Iterator[_Section]:
    """The sections that hold text; a heading or a ruled line ends one."""
    path: list[tuple[int, str]] = []
    gathered: list[_Block] = []
    plain_levels = _plain_headings(blocks)
    for index, block in enumerate(blocks):
        level = int(block.node.tag[1]) if block.node.type == "heading" else plain_levels.get(index)
        if level is None and block.node.type != "hr":
            gathered.append(block)
            continue
        if gathered:
            yield _Section(tuple(title for _, title in path), gathered)
            gathered = []
        if level is not None:
            title = block.line or _without_marks(block.node.children[0].content)
            path = [*(above for above in path if above[0] < level), (level, title)]
    if gathered:
        yield _Section(tuple(title for _, title in path), gathered)


def _plain_headings(blocks: Sequence[_Block]) -> dict[int, int]:
    """Which blocks of plain text are headings, and at which level.

    One or two lines that look like titles, between the end of a sentence and longer text. Three or more in a
    row are a list or a flattened table as often as not, and a line after a colon is an item: these stay text.
    """
    levels: dict[int, int] = {}
    end = 0
    for start, block in enumerate(blocks):
        if start < end or not _is_title(block):
            continue
        end = start + 1
        while end < len(blocks) and blocks[end].joined and _is_title(blocks[end]):
            end += 1
        opens = not block.joined or _ends_a_thought(blocks[start - 1])
        if end - start <= 2 and opens and end < len(blocks) and _is_text_under(blocks[end], blocks[end - 1]):
            levels |= {at: _PLAIN_HEADING_LEVEL + at - start for at in range(start, end)}
    return levels


def _is_title(block: _Block) -> bool:
    """Whether it looks like a title: a short line that starts like one and does not end like a sentence."""
    if block.line is None or len(block.line) > _LONGEST_TITLE:
        return False
    mark = LIST_ITEM.match(block.line)
    name = block.line[mark.end() :] if mark else block.line
    return name[:1].isupper() and _NO_TITLE.search(name) is None


def _ends_a_thought(block: _Block) -> bool:
    return block.line is None or ENDS_SENTENCE.search(block.line[-10:]) is not None


def _is_text_under(block: _Block, title: _Block) -> bool:
    """Whether it is longer text that stands right under a title and does not go on with its words."""
    if not block.joined or block.line is None or title.line is None or block.line[0].islower():
        return False
    ends = ENDS_SENTENCE.search(block.line[-10:]) or _LEADS_ON.search(block.line[-10:])
    return len(block.line) > len(title.line) and (len(block.line) > _LONGEST_TITLE or ends is not None)


# --- from atoms to passages --------------------------------------------------------------------------


def _pack(atoms: Sequence[_Atom], words: int) -> list[tuple[int, int]]:
    """Spans of the passages, cut where all of them together come nearest to the wanted length.

    A passage costs the square of its distance from that length and a cut costs what it breaks, so that the
    cheapest way leaves no short rest. A passage holds at most 1.5 × `words` atoms: the time is linear.
    """
    opening = [0.0]  # what it costs to start a passage at each atom, all before it packed as well as can be
    first_of: list[int] = []  # for each atom: where the passage that ends with it would best start
    for last, atom in enumerate(atoms):
        cheapest, first, length = inf, last, 0
        for start in range(last, -1, -1):
            length += atoms[start].words
            if length > words * _LONGEST and start < last:
                break
            cost = opening[start] + (length / words - 1) ** 2
            if cost < cheapest:
                cheapest, first = cost, start
        first_of.append(first)
        next_cut = atoms[last + 1].cut if last + 1 < len(atoms) else 0.0
        opening.append(cheapest + next_cut + (_AFTER_LEAD_IN if atom.leads else 0.0))
    spans = []
    last = len(atoms) - 1
    while last >= 0:
        spans.append((atoms[first_of[last]].start, atoms[last].end))
        last = first_of[last] - 1
    return spans[::-1]


# --- the parser --------------------------------------------------------------------------------------


@cache
def _block_parser() -> MarkdownIt:
    """Finds blocks only: the text inside them is not parsed, and link definitions stay text."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable("reference")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _without_marks(markdown: str) -> str:
    """A heading as it reads: "**Délai** de [retour](/r)" is "Délai de retour"."""
    tokens = _inline_parser().parseInline(markdown)[0].children or []
    return " ".join("".join(token.content or " " * (token.type == "softbreak") for token in tokens).split())
