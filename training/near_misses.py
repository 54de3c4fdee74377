"""Right subject, fact missing: the cases on which a similarity cannot tell an answer from none."""

from __future__ import annotations

import random
import re
from typing import Final

from ragcare.language.quantities import quantities
from ragcare.language.sentences import sentence_spans
from training.planted import names

_TURNED: Final = {
    "fr": [
        ("premier", "dernier"), ("première", "dernière"), ("plus grand", "plus petit"), ("plus grande", "plus petite"),
        ("avant", "après"), ("début", "fin"), ("maximum", "minimum"), ("plus", "moins"), ("où", "quand"),
        ("quand", "où"),
        ("pourquoi", "combien de temps"), ("comment", "à quel prix"), ("qui", "depuis quand"), ("né", "mort"),
        ("née", "morte"),
        ("augmenté", "diminué"), ("gagné", "perdu"), ("acheté", "vendu"), ("avec", "sans"), ("est", "n'est pas"),
    ],
    "en": [
        ("first", "last"), ("largest", "smallest"), ("most", "least"), ("before", "after"), ("start", "end"),
        ("begin", "end"),
        ("maximum", "minimum"), ("more", "less"), ("where", "when"), ("when", "where"), ("why", "how long"),
        ("born", "buried"),
        ("increase", "decrease"), ("won", "lost"), ("bought", "sold"), ("with", "without"), ("highest", "lowest"),
        ("oldest", "newest"), ("can", "can not"), ("is", "is not"), ("did", "did not"), ("how many", "what kind of"),
    ],
}  # fmt: skip


def cut(passage: str, span: tuple[int, int], language: str, answer: str) -> str | None:
    """The passage less the sentence that holds the answer; None if little is left or it is said twice."""
    sentences = sentence_spans(passage, language)
    if len(sentences) < 3:
        return None
    left = [passage[a:b] for a, b in sentences if b <= span[0] or a >= span[1]]
    rest = " ".join(left)
    if len(rest.split()) < 15 or answer.lower() in rest.lower():
        return None
    return rest


def cut_beside(
    passage: str, span: tuple[int, int], language: str, rng: random.Random
) -> tuple[str, tuple[int, int]] | None:
    """The passage less a sentence that does not hold the answer, and the answer's new span: a gap must tell nothing."""
    beside = [(a, b) for a, b in sentence_spans(passage, language) if b <= span[0] or a >= span[1]]
    if len(beside) < 2:
        return None
    a, b = rng.choice(beside)
    while b < len(passage) and passage[b].isspace():
        b += 1
    shift = b - a if b <= span[0] else 0
    return passage[:a] + passage[b:], (span[0] - shift, span[1] - shift)


def another_question(
    question: str, passage: str, language: str, elsewhere: list[str], rng: random.Random
) -> str | None:
    """The question asked of another name, another figure or the other way round, so that the passage holds no answer.

    After how the unanswerable questions of SQuAD 2.0 came about (Rajpurkar et al., 2018, table 1).
    """
    ways = [_other_name, _other_figure, _turned]
    rng.shuffle(ways)
    for way in ways:
        made = way(question, passage, language, elsewhere, rng)
        if made is not None and made != question:
            return made
    return None


def _other_name(question: str, passage: str, _: str, elsewhere: list[str], rng: random.Random) -> str | None:
    mine = [(a, b) for a, b in names(question)]
    if not mine:
        return None
    start, end = rng.choice(mine)
    near = sorted({passage[a:b] for a, b in names(passage)})
    others = [name for name in near if name not in question and question[start:end] not in name]
    if not others or rng.random() < 0.3:
        others = [name for name in elsewhere if name not in passage and name not in question]
    return question[:start] + rng.choice(others) + question[end:] if others else None


def _other_figure(question: str, passage: str, language: str, _: list[str], rng: random.Random) -> str | None:
    found = [q for q in quantities(question, language) if re.search(r"\d", question[q.start : q.end])]
    if not found:
        return None
    quantity = rng.choice(found)
    said = question[quantity.start : quantity.end]
    digits = re.search(r"\d+", said)
    if digits is None:
        return None
    value = int(digits[0][:9])
    other = str(max(1, value + rng.choice([-20, -5, -3, -2, 2, 3, 4, 10, 15])))
    if other in passage:
        return None
    return question[: quantity.start] + said.replace(digits[0], other, 1) + question[quantity.end :]


def _turned(question: str, _: str, language: str, __: list[str], rng: random.Random) -> str | None:
    for old, new in rng.sample(_TURNED[language], len(_TURNED[language])):
        match = re.search(rf"(?<![\w'’-]){re.escape(old)}(?![\w'’-])", question, re.IGNORECASE)
        if match:
            turned = new.capitalize() if match[0][0].isupper() else new
            return question[: match.start()] + turned + question[match.end() :]
    return None
