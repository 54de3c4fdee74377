"""One reply out of what the stages gave: the text in the customer's language, the citations, the way to a person."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, groupby
from typing import Any, get_args

from ragcare.answering.circumstances import said_under
from ragcare.deciding.handoff import prepare_handoff
from ragcare.deciding.wording import wording
from ragcare.schema import (
    UNKNOWN_LANGUAGE,
    Answer,
    Choice,
    Citation,
    Decision,
    Evidence,
    Hit,
    Library,
    Question,
    Refusal,
    RefusalReason,
    Reply,
    Retrieved,
    Sentence,
    Source,
    Trace,
    another_language,
)
from ragcare.settings import Settings

_MOST_NEAREST = 2
_NEARLY_AS_CLOSE = 0.7
"""The share of the first article's score that a second one needs to be named with it. Of 30 refused dev questions where
it had less, the first answered 24 and the second none; of 260 where it had more, 122 and 64 (demo, spf_fr, covidfaq_fr,
covidfaq_en, doc2dial_en)."""
_NEARLY_ANSWERED = {"weak_source", "unsupported"}
"""The refusals after which the articles that come close may help the customer."""


def compose(
    retrieved: Retrieved,
    draft: Answer | Refusal,
    decision: Decision,
    choices: Sequence[Hit],
    trace: Trace,
    settings: Settings,
) -> Reply:
    """The reply that a decision asks for.

    Args:
        retrieved: what was found for the question.
        draft: what could be said, or why nothing could.
        decision: what is done.
        choices: the articles to choose from, where the decision is to ask which is meant.
        trace: how it came about.
        settings: of the handoff; and from which probability on an article that was found is worth naming.
    """
    question, words = retrieved.question, wording(retrieved.question.language)
    found = _sources(retrieved) if decision.probability >= settings.policy.out_of_scope_below else ()
    first, *besides = decision.reasons
    parts: dict[str, Any] = {}
    handoff = None
    if decision.wanting_a_person:
        because = decision.model_copy(update={"reasons": decision.wanting_a_person})
        handoff = parts["handoff"] = prepare_handoff(
            question, because, found, settings.handoff, settings.signals, draft=draft, reply_id=trace.id
        )
    match decision.action, draft:
        case "answer", Answer():
            text = say(draft, question, retrieved.library)
            if handoff:
                text = f"{text}\n\n{words.offer}"
            cited = [piece for sentence in draft.sentences for piece in sentence.evidence]
            parts |= {"answer": draft, "citations": tuple(_citation(piece, retrieved.library) for piece in cited)}
        case "clarify", _ if first.code in words.social:
            text = words.social[first.code]
        case "clarify", _:
            meant = [hit.passage for hit in choices]
            named = [Choice(article_id=one.article_id, title=_name(one.title, one.text)) for one in meant]
            text = words.clarify([choice.title for choice in named])
            parts |= {"choices": tuple(named)}
        case "refuse", _:
            refusal = _refusal(decision, draft)
            told = first.code == "handed_over"
            nearest = _nearest(retrieved, found) if refusal.reason in _NEARLY_ANSWERED and not told else ()
            further, titles = [one.code for one in besides], [source.title for source in nearest]
            text = words.handed_over if told else words.refusal(refusal.reason, *further, nearest=titles)
            parts |= {"refusal": refusal, "nearest": nearest}
        case _:
            there = handoff is None or handoff.contact.open
            text = words.taken_over([one.code for one in decision.reasons], now=there)
            if any(one.code == "distress" for one in decision.reasons):
                whom_to_call = settings.signals.emergency_text.get(question.language)
                text = f"{text} {whom_to_call}" if whom_to_call else text
    if handoff and first.code not in words.social:  # good manners name nobody
        text = with_hours(text, handoff.contact.said, words.offer)
    return Reply(question=question, decision=decision, text=text, trace=trace, **parts)


def with_hours(text: str, said: str, offer: str) -> str:
    """The text with what is said of people being away: nobody is offered or promised one without being told when.

    The offer of a person stays last, so that "oui" accepts it.
    """
    if not said:
        return text
    return f"{text.removesuffix(offer)}{said} {offer}" if text.endswith(offer) else f"{text} {said}"


def say(answer: Answer, question: Question, library: Library) -> str:
    """The answer under its heading, and before it, where it is in another language than the question, that it is."""
    text = under_its_heading(answer, question, library)
    if question.language in (answer.language, UNKNOWN_LANGUAGE):
        return text
    return f"{wording(question.language).in_another_language(answer.language)}\n\n{text}"


def under_its_heading(answer: Answer, question: Question, library: Library) -> str:
    """The answer, and before it the heading that says when it holds, where it must not be said without.

    Each of several sections has its own: "Tell us before" means nothing without "Seeing clients at home".
    """
    sections = _sections(answer, library)
    if len(sections) == 1:
        headings = [said_under(answer.sentences[0].evidence[0], question, library)]
    else:
        headings = [above[-1] if above else "" for above, _ in sections]
    texts = [answer.model_copy(update={"sentences": sentences}).text for _, sentences in sections]
    return "\n\n".join(
        f"**{heading}**\n\n{text}" if heading else text for heading, text in zip(headings, texts, strict=True)
    )


def _sections(answer: Answer, library: Library) -> list[tuple[tuple[str, ...], tuple[Sentence, ...]]]:
    """The sentences by the headings that they stand under; as one if in another order than theirs."""
    pieces = [sentence.evidence[0] for sentence in answer.sentences]
    if len(answer.sources) > 1 or pieces != sorted(pieces, key=lambda piece: piece.start):
        return [((), answer.sentences)]  # the words of a model, which leave the order of an article
    headings = {one.id: one.headings for one in library.passages(pieces[0].article_id)}
    runs = groupby(answer.sentences, key=lambda sentence: headings.get(sentence.evidence[0].passage_id, ()))
    return [(above, tuple(run)) for above, run in runs]


def _sources(retrieved: Retrieved) -> tuple[Source, ...]:
    articles = (retrieved.library.article(hit.passage.article_id) for hit in retrieved.best_of_each_article())
    return tuple(Source(article_id=one.id, title=_name(one.title, one.body), url=one.url) for one in articles)


def _nearest(retrieved: Retrieved, found: Sequence[Source]) -> tuple[Source, ...]:
    """The first that were found, if they come nearly as close as the first of all.

    Beside one in the customer's language none in another: mostly it says the same.
    """
    scores = [hit.score for hit in retrieved.best_of_each_article()]
    close = [score >= _NEARLY_AS_CLOSE * scores[0] for score in scores[: len(found)]]
    nearest, asked = tuple(compress(found, close))[:_MOST_NEAREST], retrieved.question.language
    own = [not another_language(asked, retrieved.library.article(one.article_id).language) for one in nearest]
    return tuple(compress(nearest, own)) if own and own[0] else nearest


def _refusal(decision: Decision, draft: Answer | Refusal) -> Refusal:
    """The refusal of the draft, or the one for the reason that the policy gives."""
    reason = next(one.code for one in decision.reasons if one.code in get_args(RefusalReason))
    if isinstance(draft, Refusal) and draft.reason == reason:
        return draft
    return Refusal.model_validate({"reason": reason})


def _citation(piece: Evidence, library: Library) -> Citation:
    article = library.article(piece.article_id)
    passage = next(one for one in library.passages(piece.article_id) if one.id == piece.passage_id)
    return Citation.model_validate(
        {
            **article.model_dump(include={"title", "url", "validated_by", "validated_at", "valid_until", "language"}),
            **piece.model_dump(include={"article_id", "version", "quote", "start", "end"}),
            "headings": passage.headings,
        }
    )


def _name(title: str, text: str) -> str:
    """What an article is called: its title, or where it has none the beginning of its text."""
    return title or " ".join(text.split()[:10]) + " …"
