"""Another subject: "et pour la box ?", after how to cancel the mobile plan, may ask how to cancel the box.

The turns before draw their own article, which says nothing of the box. `docs/design/012-conversation.md` says what was
measured.
"""

from __future__ import annotations

from ragcare.conversation.corrections import with_another
from ragcare.conversation.message import Message, telling
from ragcare.conversation.whole import asked_by_the_other
from ragcare.schema import Passage, Question, Retrieved


def other_readings(retrieved: Retrieved) -> tuple[Question, ...]:
    """The other ways to understand a question made whole: mostly none, and none of them the better one by that alone.

    A bare word may stand by itself. A turn seems to name a subject of its own where the article of before does not hold
    all its words, and the name of another does: a title, or a known question. The end of a question then takes the
    place of the words that are in the title of the one and not in the name of the other; a whole question stands by
    itself. A pronoun keeps the subject that it stands for, and an answer to a question that of the question.
    """
    question = retrieved.question
    on_another_day = retrieved.expired or retrieved.not_yet
    if question.point == question.sought or not retrieved.hits or on_another_day:
        return ()
    asked = asked_by_the_other(question.history) if question.history else None
    message = Message(question.point, question.language, after_a_question=bool(asked))
    if not message.tokens or message.points_back or message.answers:
        return ()
    by_itself = question.model_copy(update={"standalone": None})
    bare = (by_itself,) if len(question.point.strip(" ?!.").split()) == 1 else ()
    return (*_of_another(retrieved, message, by_itself), *bare)


def _of_another(retrieved: Retrieved, message: Message, by_itself: Question) -> tuple[Question, ...]:
    """What was asked before of the subject that this turn names, if it names another."""
    question, language = retrieved.question, retrieved.question.language
    found = [hit.passage for hit in retrieved.best_of_each_article()]
    cited = {source.article_id for source in question.history[-1].cited} if question.history else set()
    before = next((one for one in found if one.article_id in cited), found[0])
    names = [telling(_name(one), language) for one in found if one is not before]
    named = next((name for name in names if message.tokens <= name), None)
    body = retrieved.library.article(before.article_id).body
    if named is None or message.tokens <= telling(f"{_name(before)}\n{body}", language):
        return ()
    if not message.goes_on:
        return (by_itself,)
    turn = " ".join(question.point.split())
    meant = with_another(turn, telling(before.title, language) - named, question.sought.removesuffix(turn), language)
    return (question.model_copy(update={"standalone": meant}),) if meant is not None else ()


def _name(passage: Passage) -> str:
    return "\n".join([passage.title, *passage.questions])
