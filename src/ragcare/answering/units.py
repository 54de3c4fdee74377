"""The pieces that an answer is quoted in, whole sentences, steps and rows; and which of them may not stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ragcare.language.blocks import LIST_ITEM, STEP_NUMBER, TABLE_ROW, TABLE_RULE, blocks
from ragcare.language.sentences import ends_as_question, sentence_spans
from ragcare.schema import Evidence, Passage

_LONGEST_LABEL, _LONGEST_QUESTION = 12, 25  # words
_CALLOUT = re.compile(r"\s*>")
_STEP = re.compile(rf"\s*{STEP_NUMBER}\s")
_LABEL = re.compile(r"\s*(?:#{1,6}\s[^\n]*|(\*\*|__)(?=\S)(?:(?!\1)[^\n\d])+[^\s\d.!?;:,…](?:\1))\s*$")
"""A line that only names what stands below it: a heading, or a few words in bold without a figure or a full stop."""
_IN_BOLD = re.compile(r"\s*(\*\*|__)(?=\S)(?:(?!\1)[^\n])+\1\s*$")
_LIMITS = re.compile(
    r"\W*(?:sauf|à moins|hormis|excepté|toutefois|cependant|néanmoins|sinon|en revanche|par contre|mais|sous réserve|"
    r"à condition|unless|except|however|nevertheless|but|otherwise|provided that|only if|subject to)\b",
    re.IGNORECASE,
)
"""How a sentence opens that limits the one before it: neither may be said without the other."""
_REFUSES = re.compile(
    r"\W*(?!(?:s[i’']|quand|lorsqu|if|when|once)\b)(?:\w+[ ’'-]){1,6}?"
    r"(?:(?:est|sont|sera|seront) (?:refusée?s?|exclue?s?|rejetée?s?|impossibles?)|"
    r"(?:n[’']est|ne sera|ne seront|ne sont) pas (?:possibles?|acceptée?s?|autorisée?s?|admise?s?)|"
    r"(?:is|are|will be|can be|may be) (?:refused|declined|rejected|excluded|impossible)|"
    r"(?:(?:is|are) not|(?:can ?not|will not|may not) be) (?:possible|accepted|allowed))\b[^.]*?"
    r"\b(?:si|s[’']ils?|lorsqu\w+|tant qu\w+|dès qu\w+|en cas|sauf|if|when|once|while|where|unless)\b",
    re.IGNORECASE,
)
"""A sentence that says when not: "La prolongation est refusée si un autre lecteur attend le livre."."""
_POINTS_BACK = re.compile(
    r"\W*(?:(?:ils?|elles?)\b(?! (?:faut|suffit|convient|y a|est (?:possible|impossible|interdit|conseillé)))|"
    r"cel(?:a|ui|le|les)\b|ceux\b|c[’']est\b|ce (?!(?:qu\w*|sont|soir|matin|mois|n)\b)\w|"
    r"(?:\w+[ -]){0,3}(?:ces|these|those)\b|(?:cette|cet)\b|par exemple\b|for (?:example|instance)\b|"
    r"dans (?:ce|les deux) cas\b|puis\b|ensuite\b|vous (?:le|la|les) \w|"
    r"vous (?:pouvez|pourrez|devez|devrez) (?:(?:aussi|également|toujours|encore) )?"
    r"(?:l[’']|l[ae] (?!soir\b)|les )\w+(?:er|ir|dre|tre|ire)\b|"
    r"they\b|it\b(?! is (?:possible|impossible|recommended|forbidden|advisable))|this\b|"
    r"in (?:that|this|both) cases?\b|then\b|both\b|"
    r"you (?:(?:will|can|may|must|should|need to|have to) )?(?:(?:then|also|still) )?\w+ (?:it|them)\b)",
    re.IGNORECASE,
)
"""How a sentence opens that cannot be understood without the one before it."""
_IN_ITS_CASE = re.compile(
    r"\W*(?:(?:à défaut|faute de quoi|sans quoi|dans le cas contraire|passé ce délai)\b|"
    r"(?:au-delà|en dessous)(?:,| de ce\w*\b)|sans (?:lui|elle|eux|elles|cela)\b|"
    r"si (?:ils?|elles?|cel(?:ui|le)-ci|ce n[’']est pas le cas|"
    r"vous (?:ne )?(?:l[’']|les? |la |n[’']en |en )(?!souhait|voul|désir|préfér|pouv))|"
    r"s[’']ils?\b(?! (?:y a|vous|te|faut|s[’']agit)\b)|"
    r"if not\b|failing (?:that|this)\b|(?:after|above|below|beyond|without) (?:that|this|it|them)\b|"
    r"if (?:it|they|you (?:\w+ ){0,3}(?:it|them|one(?= of (?:these|those|them)|[,.])))\b)",
    re.IGNORECASE,
)
"""How a sentence opens that says what holds if the one before it does not, or if what it names is so."""
_CONDITION = re.compile(
    r"\b(?:si|s[’']ils?|sauf|hormis|excepté|à (?:la )?condition|à moins|sous réserve|pourvu|"
    r"if|unless|except|provided|as long as|only)\b",
    re.IGNORECASE,
)
"""What a sentence holds that says when it is so."""

_MARKS = (("table", TABLE_ROW), ("list", LIST_ITEM), ("callout", _CALLOUT))


@dataclass(frozen=True, slots=True)
class Unit:
    """A whole sentence, list item or table row of a passage.

    Attributes:
        start: offset in the text of the passage, in characters; `end` likewise, exclusive.
        block: "list" or "table" for an item, a row, or a further sentence of an item; "callout" for a quoted block; ""
            in running text.
    """

    passage: Passage
    start: int
    end: int
    block: str

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.text[self.start : self.end]

    @property
    def label(self) -> bool:
        """Whether it only names what stands below it, and answers nothing itself."""
        return not self.block and len(self.text.split()) <= _LONGEST_LABEL and _LABEL.match(self.text) is not None

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())

    @property
    def evidence(self) -> Evidence:
        """The unit as a quote."""
        return Evidence.cut(self.passage, self.start, self.end)


def units_of(passages: Iterable[Passage]) -> list[Unit]:
    """The units of passages that follow each other in an article, in reading order."""
    return [unit for passage in passages for unit in _units(passage)]


def _units(passage: Passage) -> Iterator[Unit]:
    kinds = list(_block_kinds(passage.text))
    for start, end in sentence_spans(passage.text, passage.language):
        yield Unit(passage, start, end, next(kind for at, kind in reversed(kinds) if at <= start))


def _block_kinds(text: str) -> Iterator[tuple[int, str]]:
    """Where each block starts, and the kind of list that it belongs to, or ""."""
    kind = ""
    for block in blocks(text):
        said = text[block.start : block.end]
        indented = text[: block.start].endswith(("  ", "\t"))  # a further paragraph of the item above
        kind = next((name for name, mark in _MARKS if mark.match(said)), kind if indented else "")
        yield block.start, kind


def with_what_they_need(chosen: Iterable[int], units: Sequence[Unit]) -> set[int]:
    """Which units must be said for the chosen ones to mean what they mean in their article.

    A list or a callout comes whole and a row with the head of its table; a list or table comes with the line that leads
    into it. What limits a sentence comes with it, and so do the sentence that one points back to, the question that one
    answers, and the label that it stands under or beside. Nothing comes from under another heading.
    """
    needed: set[int] = set()
    left = list(chosen)
    while left:
        at = left.pop()
        if at not in needed:
            needed.add(at)
            left += _needed_by(at, units)
    return needed


def is_question(unit: Unit) -> bool:
    """Whether a unit asks, and does not just end with a question as text that was cut from a page may."""
    return unit.words <= _LONGEST_QUESTION and ends_as_question(unit.text)


def leans_back(text: str) -> bool:
    """Whether a sentence opens with words that point at what was said before it, or limit it."""
    return any(opening.match(text) for opening in (_LIMITS, _POINTS_BACK, _IN_ITS_CASE))


def rows_below(at: int, units: Sequence[Unit]) -> range | None:
    """The rows below the head of a table; None where a unit is no head, nor the rule under one."""
    if units[at].block != "table" or _is_amid_rows(at, units):
        return None
    first, last = _block_around(at, units)
    rule = first + 1 if first < last and TABLE_RULE.match(units[first + 1].text) else first
    return range(rule + 1, last + 1) if at <= rule else None


def steps_around(at: int, units: Sequence[Unit]) -> range:
    """The steps that a unit is one of; none where it stands in no numbered list."""
    first, last = _block_around(at, units)
    numbered = units[at].block == "list" and _STEP.match(units[first].text) is not None
    return range(first, last + 1) if numbered else range(0)


def opens_bullets(at: int, units: Sequence[Unit]) -> bool:
    """Whether bullets stand right below a sentence: they say more of what it says, as steps do not."""
    if units[at].block or at + 1 == len(units) or not _together(units[at], units[at + 1]):
        return False
    below = units[at + 1]
    return below.block == "list" and _STEP.match(below.text) is None


def _limits(text: str) -> bool:
    """Whether a sentence says when the one before it does not hold: "It is free if you have been with us for long."."""
    if any(opening.match(text) for opening in (_LIMITS, _IN_ITS_CASE, _REFUSES)):
        return True
    return _POINTS_BACK.match(text) is not None and _CONDITION.search(text) is not None


def _needed_by(at: int, units: Sequence[Unit]) -> Iterator[int]:
    unit = units[at]
    before = at - 1 if at > 0 and _together(units[at - 1], unit) else None
    after = at + 1 if at + 1 < len(units) and _together(unit, units[at + 1]) else None
    if before is not None and units[before].label:
        yield before
    if unit.block:
        first, last = _block_around(at, units)
        rows = rows_below(first, units)
        yield from range(first, last + 1 if rows is None else rows.start)
        if first > 0 and not units[first - 1].block and _together(units[first - 1], unit) and unit.block != "callout":
            yield first - 1
    elif after is not None and (
        unit.label or (unit.text.endswith(":") and units[after].block) or _asked_and_answered(unit, units[after])
    ):
        yield after
    if before is not None and not unit.block and leans_back(unit.text):
        yield before
    if before is not None and not unit.block and _asked_and_answered(units[before], unit):
        yield before
    if not unit.block and (named := _label_beside(at, units)) is not None:
        yield from (named, named + 1)
    if after is not None and not units[after].block and _limits(units[after].text):
        yield after


def _label_beside(at: int, units: Sequence[Unit]) -> int | None:
    """The words in bold that open the paragraph of a unit: "**No foam.** The milk is warm."; None where none do."""
    while at > 0 and _in_one_line(units[at - 1], units[at]):
        at -= 1
    short = units[at].words <= _LONGEST_LABEL and _IN_BOLD.match(units[at].text)
    return at if short and at + 1 < len(units) and _in_one_line(units[at], units[at + 1]) else None


def _in_one_line(one: Unit, other: Unit) -> bool:
    """Whether no line ends between two units that follow one another."""
    return one.passage == other.passage and "\n" not in one.passage.text[one.end : other.start]


def _asked_and_answered(question: Unit, answer: Unit) -> bool:
    """Whether the first of two units asks what the second answers: "Lost your code? Ask for a new one."."""
    return is_question(question) and not is_question(answer) and not question.block


def _together(one: Unit, other: Unit) -> bool:
    """Whether two units that follow one another stand under the same heading."""
    same = one.passage is other.passage  # to compare all of two passages takes longer, and a table has many rows
    return same or one.passage.headings == other.passage.headings


def _is_amid_rows(at: int, units: Sequence[Unit]) -> bool:
    """Whether two rows stand above one: it is neither a head nor the rule under one."""
    above = units[max(at - 2, 0) : at]
    return len(above) == 2 and all(one.block == "table" and _together(one, units[at]) for one in above)


def _block_around(at: int, units: Sequence[Unit]) -> tuple[int, int]:
    """The first and the last unit of the list, table or callout that a unit stands in."""
    first = last = at
    while first > 0 and units[first - 1].block == units[at].block and _together(units[first - 1], units[at]):
        first -= 1
    while last + 1 < len(units) and units[last + 1].block == units[at].block and _together(units[at], units[last + 1]):
        last += 1
    return first, last
