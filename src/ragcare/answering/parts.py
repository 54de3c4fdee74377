"""A question that asks several things at once, taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ragcare.language.analyser import analyser_for
from ragcare.language.folding import fold_in_place
from ragcare.language.manners import ASKS_FOR_HELP, GREETING, PLEASE
from ragcare.language.sentences import sentence_spans
from ragcare.schema import MAX_QUESTION_CHARACTERS, Question

_MOST_PARTS = 3
_LONGEST_TOLD = 80  # characters: whoever tells a story asks one thing, however many question marks stand in it
_FEW_WORDS = 2

# All of these are matched against text folded in place: no accents, no capitals, one apostrophe.
_ASKS = (
    r"(?:comment|combien|quand|ou|pourquoi|qui|quels?|quelles?|[ad] quoi|a qui|est-ce|qu'est-ce|que (?:se|faire|dois)|"
    r"puis-je|peut-on|pouvez-vous|dois-je|doit-on|faut-il|y a-t-il|ai-je|suis-je|"
    r"how|what|when|where|why|which|who|whose|can|could|do|does|did|is|are|am|will|would|should|must|may)"
)
_QUESTION_WORD = re.compile(rf"\b{_ASKS}\b")
_OPENS_A_QUESTION = re.compile(rf"(?:(?:et|and|alors|so|bonjour|hello|hi|sinon),? )?{_ASKS}\b")
_THE_ONE = r"(?:(?:l[ea]|une?|mon|ma|votre|notre|cet?|cette|son|sa|leur) |l')"
_INVERTED = (
    rf"(?:{_THE_ONE}(?:[^\s,;]+ ){{1,5}}?(?:n')?[a-z]+-(?:t-)?(?:il|elle)\b"
    r"|(?:y |n')?(?!rendez-|[a-z]+ez-nous)[a-z]+-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles)\b"
    r"|(?:is|are|does) (?:the|my|your) (?!most|least|best|worst|only|same|right|[a-z]+est\b)[^\s,;?]+ [a-z]"
    r"|(?:is|are|does) (?:there|it)\b|do (?:i|you)\b)"
)
"""A verb before its subject, which asks without a question word: "le wifi est-il gratuit", "is the wifi free".

A noun of the plural is left out: "les Grecs et les Romains appellent-ils" has one verb for both. So is "and is the
nearest", which goes on about the subject before it, and "renvoyez-nous", which asks nothing."""
_AND_ASKS = re.compile(
    r"[,;]?\s+(?:et|and|puis|ainsi que|&)\s+(?:aussi\s+|also\s+|then\s+|si oui,?\s+|if so,?\s+)?"
    rf"(?={_INVERTED}|(?:(?:a|de|en|sous|pour|in|on|at|for|by|with|within) )?"
    r"(?:comment|combien|quand|ou|pourquoi|quels?|quelles?|qui|est-ce|puis-je|peut-on|dois-je|faut-il|"
    r"qu'est-ce|que (?:se passe|faire|dois-je)|how|when|where|why|which|who|what(?:'s| is| are| do| does| happens| if)|"
    r"can i|do i|is it|is there|are there|does it|will)\b)"
)
"""An "and" with a question word, or a verb before its subject, behind it: it opens a second question in a sentence."""
_AND = re.compile(r"^(?:et|and|puis|then|also)\b,?\s+", re.IGNORECASE)
_ASKS_NOTHING = re.compile(
    rf"(?:\W*(?:{GREETING}|{PLEASE}|oh)\b)*\W*"
    rf"(?:{ASKS_FOR_HELP}|how are you|comment allez-vous|(?:oh )?is that (?:right|so|correct))\b"
    rf"(?:\W*(?:{PLEASE}|me|us|out|with (?:this|that|it|something)|today|la-dessus|a ce sujet|avec ca|aujourd'hui)\b)*"
    r"\W*"
)
"""What is said out of politeness, whole: it is no part of the question. "Can you help me move?" is."""
_POINTS_BACK = re.compile(
    r"(?<![-\w])(?:ca|cela|celui|celle|ceux|celles|cet|cette|lui|il|elle|ils|elles|y (?!a\b)|"
    r"en (?=sont\b|est\b|ai\b|a\b|\w+(?:er|ir|re)\b)|"
    r"it|its|this|these|those|they|them|their|one)(?!\w)"
)


def parts_of(question: Question, going_on_from: Callable[[Question], str] = lambda _: "") -> tuple[Question, ...]:
    """The questions in a question, in order; the question itself where it asks one thing.

    "Comment résilier, et combien ça coûte ?" asks two. Each part keeps the few words that were told besides ("J'ai
    perdu ma carte."); one that is short or points back ("ça", "it") also keeps the part before it: both for the search
    alone. When in doubt the question stays whole, and is answered from one article, as ever.

    Args:
        question: one with a `standalone` text stays whole: its parts would lose what that says.
        going_on_from: what was said before that a part must be searched for with; one that keeps the part before it
            keeps what that goes on from.
    """
    if question.standalone is not None:
        return (question,)
    language = question.language
    clauses = list(_clauses(question.text, language))
    asking = [clause for clause in clauses if clause.asks]
    told = " ".join(clause.text for clause in clauses if not clause.asks)
    if not 2 <= len(asking) <= _MOST_PARTS or len(told) > _LONGEST_TOLD or asking[0].words < _FEW_WORDS:
        return (question,)
    parts: list[Question] = []
    said = ""
    for at, clause in enumerate(asking):
        text = _without_and(clause.text) if at else clause.text
        part = question.model_copy(update={"text": text})
        hangs = at > 0 and (clause.words < _FEW_WORDS or _POINTS_BACK.search(fold_in_place(clause.text)))
        said = said if hangs else going_on_from(part)
        sought = " ".join(one for one in (said, told, asking[at - 1].text if hangs else "", text) if one)
        standalone = sought[-MAX_QUESTION_CHARACTERS:].strip() if sought != text else None
        parts.append(part.model_copy(update={"standalone": standalone}))
    return tuple(parts)


class _Clause(NamedTuple):
    """A sentence, or one of the two questions of a sentence; and how many words it has besides those that only ask."""

    text: str
    words: int
    asks: bool


def _clauses(text: str, language: str) -> Iterator[_Clause]:
    """Sentences, those that hold two questions cut before the "and" of the second."""
    for start, end in sentence_spans(text, language):
        sentence = " ".join(text[start:end].split())
        folded = fold_in_place(sentence)
        cut = _AND_ASKS.search(folded)
        if cut is not None and _QUESTION_WORD.search(folded[: cut.start()]):
            first, second = sentence[: cut.start()], sentence[cut.end() :]
            if _words(first, language) and _words(second, language):
                yield _Clause(f"{first} ?" if language == "fr" else f"{first}?", _words(first, language), True)
                yield _Clause(second[:1].upper() + second[1:], _words(second, language), True)
                continue
        if _ASKS_NOTHING.fullmatch(folded):
            continue
        words = _words(sentence, language)
        asks = sentence.endswith("?") or _OPENS_A_QUESTION.match(folded) is not None
        # "Can you help me?", "What is happening?": a sentence of its own must name what it asks about.
        yield _Clause(sentence, words, asks and words >= _FEW_WORDS)


def _without_and(clause: str) -> str:
    """A later question without its "and", which ties it to the one before it and to nothing that was said earlier."""
    rest = _AND.sub("", clause)
    return rest[:1].upper() + rest[1:] if rest != clause else clause


def _words(clause: str, language: str) -> int:
    """How many words a clause has besides those that only ask."""
    return len(set(analyser_for(language).tokens(_QUESTION_WORD.sub(" ", fold_in_place(clause)))))
