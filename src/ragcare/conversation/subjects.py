"""Another subject: "et pour la box ?", after how to cancel the mobile plan, may ask how to cancel the box.

The turns before draw their own article, which says nothing of the box. `docs/design/012-conversation.md` says what was
measured.
"""

from __future__ import annotations

from ragcare.conversation.corrections import with_another
from ragcare.conversation.message import Message, telling
from ragcare.schema import Passage, Question, Retrieved


def about_another(retrieved: Retrieved) -> Question | None:
    """What was asked before of the subject that this turn names, where it seems to name one of its own.

    It does where the article of before does not hold all its words, and the name of another does: a title, or a known
    question. The end of a question takes the place of the words that are in the title of the one and not in the name of
    the other; a whole question stands by itself. A pronoun keeps the subject that it stands for.

    Args:
        retrieved: what was found for a question made whole.

    Returns:
        None where it names no other: mostly. Else a second way to understand it, and not the better one by that alone.
    """
    question, language = retrieved.question, retrieved.question.language
    if question.point == question.sought or not retrieved.hits or retrieved.expired is not None:
        return None
    message = Message(question.point, language)
    if not message.tokens or message.points_back:
        return None
    found = [hit.passage for hit in retrieved.best_of_each_article()]
    cited = {source.article_id for source in question.history[-1].cited} if question.history else set()
    before = next((one for one in found if one.article_id in cited), found[0])
    names = [telling(_name(one), language) for one in found if one is not before]
    named = next((name for name in names if message.tokens <= name), None)
    body = retrieved.library.article(before.article_id).body
    if named is None or message.tokens <= telling(f"{_name(before)}\n{body}", language):
        return None
    if not message.goes_on:
        return question.model_copy(update={"standalone": None})
    turn = " ".join(question.point.split())
    asked = question.sought.removesuffix(turn)
    meant = with_another(turn, telling(before.title, language) - named, asked, language)
    return question.model_copy(update={"standalone": meant}) if meant is not None else None


def _name(passage: Passage) -> str:
    return "\n".join([passage.title, *passage.questions])
