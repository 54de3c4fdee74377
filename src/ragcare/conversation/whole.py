"""Follow-up questions made whole: "et pour les professionnels ?" is searched for with what it goes on from.

`docs/design/012-conversation.md` says what was tried and measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ragcare.answering.parts import parts_of
from ragcare.conversation import cues
from ragcare.conversation.attempts import action_of, before_our_offer, has_failed, is_ours, repeats, returns_manners
from ragcare.conversation.choosing import chosen, declined, offered
from ragcare.conversation.corrections import corrected
from ragcare.conversation.message import NAMED, Message
from ragcare.conversation.social import social_turn
from ragcare.language.detect import detect_language
from ragcare.schema import MAX_QUESTION_CHARACTERS, Question, Turn

MOST_TURNS: Final = 6
"""How many of the customer's turns a follow-up is put together with, at the most."""

_LOOKED_BACK: Final = 12  # turns of the customer: what lies further back is another conversation
_TOO_SHORT_TO_TELL: Final = 3  # words
_LONGEST_CONTEXT: Final = 600  # characters: a pasted letter must not drown the question
_QUESTION: Final = re.compile(r"[^.!?\n]*\?\s*$")


def made_whole(question: Question) -> Question:
    """The question with the text to search with, where it hangs on what was said before it.

    A question that stands by itself, or changes the subject, is returned as it is; so is one without history, and one
    whose `standalone` is given. A follow-up is put behind the customer's turns on the same subject; a correction puts
    its word in the place of the wrong one. What the assistant said is searched for only where it asked a question that
    the customer now answers.
    """
    if not question.history or question.standalone is not None:
        return question
    if titles := chosen(question.text, question.history, question.language):
        return _with(question, " ".join(titles))
    said = _exchanges(question.history)[-_LOOKED_BACK:]
    if said and declined(question.text, question.history) is not None:
        return _with(question, said[-1][0])
    asked = asked_by_the_other(question.history)
    if not asked and (social_turn(question.text) or cues.ONLY_NO.fullmatch(cues.spoken(question.text))):
        return question
    if said and _language_asked_for(question.text) is not None:
        return _with(question, _asked_before(question))
    failed = has_failed(question.history[-1])
    message = Message(question.text, question.language, after_a_question=bool(asked) or failed)
    if message.changes_subject or not (said or asked):
        return question
    before = [Message(text, question.language, reply=reply) for text, reply in said]
    thread = _thread(message, before)
    if thread and (
        whole := corrected(question.text, _joined([one.text for one in thread]), question.language, replied=said[-1][1])
    ):
        return _with(question, whole)
    if _tries_again(message, before) and action_of(question.history[-1]) == "refuse":
        return question
    if not message.hangs and (message.tells or not message.shares(before) or repeats(question) is not None):
        return question  # it stands by itself; asked again, it is what it was the first time
    parts = [one.text for one in thread]
    if asked and message.answers:
        parts.append(asked)
    if not parts:
        return question
    if failed and message.names_a_subject and not message.asks and [one.hangs for one in thread] == [True]:
        parts.insert(0, question.text)  # what it is about; what is asked of it has not been answered, and is the point
    elif not cues.ONLY_YES.fullmatch(cues.spoken(question.text)):
        parts.append(question.text)
    return _with(question, _joined(parts))


def each_asked(question: Question) -> tuple[Question, ...]:
    """The questions in a message, each made whole by itself: one of two may go on from what was said, or both, or none.

    What was put in other words as a whole stays whole, and so does what the caller put so.
    """
    typed = question.model_copy(update={"standalone": None})
    if question.standalone is None or question.point == question.sought or made_whole(typed) != question:
        return parts_of(question)
    parts = parts_of(typed, _before)
    return parts if len(parts) > 1 else (question,)


def _before(part: Question) -> str:
    """What a part is searched for with besides itself."""
    return made_whole(part).sought.removesuffix(" ".join(part.text.split())).strip()


def spelled_out(question: Question) -> Question:
    """The question with a title in the place of what chose it, "2" or "la deuxième": its own words, and those before.

    Whoever keeps the turns keeps what was typed, and a place says nothing to a later turn.
    """
    history = question.history
    if not any(offered([turn]) for turn in history):
        return question
    turns = [
        turn.model_copy(update={"text": _title_of(turn.text, history[:at])}) if turn.role == "customer" else turn
        for at, turn in enumerate(history)
    ]
    return question.model_copy(update={"text": _title_of(question.text, history), "history": tuple(turns)})


def _title_of(text: str, history: Sequence[Turn]) -> str:
    titles = chosen(text, history, _language(text, history))
    return (titles[0] or text) if len(titles) == 1 else text


def language_of(question: Question) -> str:
    """The language of a question; of what the customer said before as well, where it is too short to tell.

    Who asks for nothing but the same in a language gets it in that one.
    """
    return _language(question.text, question.history)


def _language(text: str, history: Sequence[Turn]) -> str:
    if history and (wanted := _language_asked_for(text)) is not None:
        return wanted
    before = next((turn.text for turn in reversed(history) if turn.role == "customer"), "")
    if before and len(text.split()) <= _TOO_SHORT_TO_TELL:
        text = f"{before} {text}"
    return detect_language(text).language


def _language_asked_for(text: str) -> str | None:
    found = cues.IN_LANGUAGE.fullmatch(cues.spoken(text))
    return found.lastgroup if found is not None else None


def _asked_before(question: Question) -> str:
    """What the customer asked the last time, made whole as it was then."""
    asked = (turn.role == "customer" and social_turn(turn.text) is None for turn in question.history)
    at = max(at for at, asks in enumerate(asked) if asks)
    before = question.model_copy(update={"text": question.history[at].text, "history": question.history[:at]})
    return made_whole(before.model_copy(update={"language": language_of(before)})).sought


def _tries_again(message: Message, before: Sequence[Message]) -> bool:
    """Whether a bare subject leaves behind a question that had said all: "délai ?" it would only have made clearer."""
    if not before or not message.names_a_subject or message.shares(before):
        return False
    return len(before[-1].tokens) > NAMED if len(message.tokens) == 1 else not before[-1].hangs


def asked_by_the_other(history: Sequence[Turn]) -> str | None:
    """The question with which the last turn of the other side ends, if it does; "" for a standing one of ours."""
    last = history[-1]
    if last.role == "customer":
        return None
    if is_ours(last) or before_our_offer(last.text) is not None:
        return ""
    found = _QUESTION.search(last.text)
    return found[0].strip() if found else None


def _exchanges(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """What the customer said, each time with what was replied; without good manners, which have no subject."""
    exchanges: list[tuple[str, str]] = []
    for turn in history:
        if returns_manners(turn) or (turn.role == "customer" and social_turn(turn.text) is not None):
            continue
        if turn.role == "customer":
            exchanges.append((turn.text, ""))
        elif exchanges:
            text, reply = exchanges[-1]
            said = before_our_offer(turn.text) if turn.role == "assistant" else None
            exchanges[-1] = (text, f"{reply} {'' if is_ours(turn) else turn.text if said is None else said}")
    return exchanges


def _thread(message: Message, before: Sequence[Message]) -> list[Message]:
    """The turns of the customer that lead up to the message, oldest first, from where their subject began.

    A subject begins where no word said from there on was said before, as in TextTiling (Hearst 1997).
    """
    after, follower, begins = set(message.tokens), message, len(before)
    for at in range(len(before) - 1, -1, -1):
        earlier = frozenset().union(*(one.linked for one in before[: at + 1]))
        if begins < len(before) and not follower.hangs and not after & earlier:
            break
        begins, follower = at, before[at]
        after |= follower.linked
        if follower.changes_subject:
            break
    return [one for one in before[begins:] if one.tokens][-MOST_TURNS:]


def _joined(parts: Sequence[str]) -> str:
    """The parts, each once, the last ones whole and the first ones as far as there is room."""
    kept: list[str] = []
    room = _LONGEST_CONTEXT
    for part in dict.fromkeys(" ".join(part.split()) for part in reversed(parts)):
        if kept and len(part) > room:
            break
        kept.insert(0, part)
        room -= len(part)
    return " ".join(kept)


def _with(question: Question, whole: str) -> Question:
    whole = whole[:MAX_QUESTION_CHARACTERS].strip()
    if not whole or whole == question.text:
        return question
    return question.model_copy(update={"standalone": whole})
