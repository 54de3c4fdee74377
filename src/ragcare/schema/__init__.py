"""The nouns of ragcare: frozen, validated, and made so that the wrong thing cannot be built.

Two sorts live here. What crosses a border (a file, a socket, another language) is a frozen pydantic
model that forbids unknown fields. What exists by the hundred thousand inside one process (`Passage`,
`Hit`) is a frozen dataclass with slots. No verb of the library lives here: only what a thing is.

Take them from here: which file of the folder a noun stands in is no promise. The files know each other one way, in the
order of a question: records, codes ← knowledge ← asking ← finding ← answering ← deciding ← handoff ← trace ← reply.
"""

from ragcare.schema.answering import Answer, Citation, Evidence, Refusal, Sentence
from ragcare.schema.asking import MAX_QUESTION_CHARACTERS, Asker, Question, Source, Turn
from ragcare.schema.codes import Action, EscalationReason, PersonalKind, ReasonCode, RefusalReason, SocialTurn, Way
from ragcare.schema.deciding import Decision, Reason
from ragcare.schema.finding import Hit, Library, Retrieved, Standing, Suggestion
from ragcare.schema.handoff import Contact, Handoff
from ragcare.schema.knowledge import PUBLIC, Article, ArticleKind, Passage, ReviewStatus, Scope
from ragcare.schema.records import (
    UNKNOWN_LANGUAGE,
    Identifier,
    LanguageCode,
    Record,
    Share,
    Text,
    another_language,
    composed,
)
from ragcare.schema.reply import Choice, Reply
from ragcare.schema.trace import HitTrace, Moved, Trace

__all__ = [
    "MAX_QUESTION_CHARACTERS",
    "PUBLIC",
    "UNKNOWN_LANGUAGE",
    "Action",
    "Answer",
    "Article",
    "ArticleKind",
    "Asker",
    "Choice",
    "Citation",
    "Contact",
    "Decision",
    "EscalationReason",
    "Evidence",
    "Handoff",
    "Hit",
    "HitTrace",
    "Identifier",
    "LanguageCode",
    "Library",
    "Moved",
    "Passage",
    "PersonalKind",
    "Question",
    "Reason",
    "ReasonCode",
    "Record",
    "Refusal",
    "RefusalReason",
    "Reply",
    "Retrieved",
    "ReviewStatus",
    "Scope",
    "Sentence",
    "Share",
    "SocialTurn",
    "Source",
    "Standing",
    "Suggestion",
    "Text",
    "Trace",
    "Turn",
    "Way",
    "another_language",
    "composed",
]
