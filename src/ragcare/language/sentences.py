"""Where sentences start and end, as exact offsets: what evidence is quoted by.

Blocks come first (`blocks.py`), then full stops within a block. No library that installs from the
package index was both right on French and fast: `docs/design/002-language.md` has the comparison.
When in doubt two sentences stay together: a quote a little too long is still a quote, half a sentence is not.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ragcare.language.abbreviations import Abbreviations, abbreviations
from ragcare.language.blocks import Block, blocks
from ragcare.language.folding import fold

# A run of end marks, what may close after it, and, looking ahead, the word that follows. The look-behind
# lets a run start only once, and possessive quantifiers never give back: a megabyte of dots is read once.
_STOP: Final = re.compile(
    r"(?<![.!?…])(?P<mark>[.!?…]++(?:[ \u00a0\u202f][?!]++)?+)"
    r"(?P<close>(?:[ \u00a0\u202f]?[»›]|[\"'”’)\]*_])*+)"
    r"(?=(?P<blank>\s++)(?![.!?…,;:)\]»])[\s«‹“\"'‘(\[*_–—-]*+(?P<word>[^\W_]*+))"
)
_ELISION: Final = re.compile(r"^(?:[«‹“\"‘(\[*_–—-]|\w{1,7}['’ʼ])++")
_INITIALS: Final = re.compile(r"[^\W\d_](?:[.-]{1,2}[^\W\d_])*")  # "J", "J.-P", "u.s"
_AFTER_A_MARK: Final = " \t\u00a0\u202f\"'»”’)*_"
_NUMERAL: Final = re.compile("[A-Z]|[IVXL]+")  # "art. L. 221-18", "chap. IV"
_ACRONYM: Final = re.compile("[A-Z]{2,5}")  # "5 p.m. ET", "Acme Inc. USA"
_CONTEXT: Final = 32  # characters before the mark that can matter: an abbreviation is shorter


def ends_as_question(text: str) -> bool:
    """Whether a question mark ends the text, whatever closes after it: "« Puis-je annuler ? »"."""
    return text.rstrip(_AFTER_A_MARK).endswith("?")


class Span(NamedTuple):
    """Offsets into a text: `text[span.start:span.end]`."""

    start: int
    end: int


def sentence_spans(text: str, language: str) -> list[Span]:
    """Return the sentences of a text, in order, covering every character that is not blank.

    Each list item, numbered step, heading and table row stands alone. A paragraph wrapped over several
    lines stays joined, and so does a list item with indented continuation lines.

    Args:
        text: plain text or Markdown.
        language: chooses the abbreviations; another language than "fr" or "en" gets both.
    """
    known = abbreviations(language)
    return [span for block in blocks(text) for span in _sentences(text, block, known)]


def _sentences(text: str, block: Block, known: Abbreviations) -> Iterator[Span]:
    start = block.start
    if not block.whole:
        first = block.content
        casual = text[block.start : block.end].islower()
        for stop in _STOP.finditer(text, block.content, block.end):
            said = text[max(first, stop.start() - _CONTEXT) : stop.start()]
            more = stop["word"] != "" or stop.end("word") < block.end  # not just a closing sign left over
            if more and _ends(said, stop, known, casual):
                yield Span(start, stop.end())
                start = first = stop.end("blank")
    yield Span(start, block.end)


def _ends(said: str, stop: re.Match[str], known: Abbreviations, casual: bool) -> bool:
    """Whether an end mark ends the sentence.

    Args:
        said: the last characters of the sentence so far, without the mark.
        stop: the mark, what closes after it, and the word that follows ("" if it is no word).
        known: the abbreviations of the language.
        casual: whether the whole block is typed without capitals, so that their absence says nothing.
    """
    mark, closed = stop["mark"], stop["close"] != ""
    following = stop["word"]
    goes_on = following[:1].islower() and following.islower()  # but "iPads" may open a sentence
    if "!" in mark or "?" in mark:
        return not (closed and goes_on)
    if goes_on:
        return casual and mark == "." and not closed and not _is_abbreviation(_last_word(said), known)
    return mark != "." or closed or _full_stop(_last_word(said), said, following, known)


def _full_stop(word: str, said: str, following: str, known: Abbreviations) -> bool:
    """Whether a single dot after `word`, before a capital, a figure or a sign, is a full stop."""
    if word.isdecimal():
        if len(word) <= 2 and (said.strip() == word or said.rstrip(word).rstrip().endswith((":", ";"))):
            return False  # the number of a step: "Étapes : 1. Ouvrez"
        return len(word) > 2 or not following[:1].isdecimal()
    if word in known.leading:
        return False
    if word in known.numbered:
        return not (following[:1].isdecimal() or _NUMERAL.fullmatch(following))
    opens = fold(following) in known.openers
    if word in known.trailing:
        return fold(following) not in known.beside_hours and (opens or not _ACRONYM.fullmatch(following))
    if _INITIALS.fullmatch(word):
        labels = len(word) == 1 and fold(said.strip()) == word  # "Q. I have lost it. A. Call us."
        return opens and not labels
    return True


def _is_abbreviation(word: str, known: Abbreviations) -> bool:
    return (
        word in known.leading
        or word in known.numbered
        or word in known.trailing
        or _INITIALS.fullmatch(word) is not None
    )


def _last_word(said: str) -> str:
    """Return the word right before the mark, folded, without elision or opening signs."""
    if not said or said[-1].isspace():
        return ""
    return fold(_ELISION.sub("", said.split()[-1]))
