"""ragcare: customer self-care from a validated knowledge base, in French and English.

>>> from ragcare import Assistant, KnowledgeBase
>>> knowledge = KnowledgeBase.load("help-centre/")
>>> assistant = Assistant.over(knowledge)
>>> reply = assistant.ask("Comment annuler ma commande ?")
"""

from ragcare.answering.grounding import check_grounding
from ragcare.assistant import Assistant
from ragcare.deciding.signals import Signal, detect_signals
from ragcare.errors import RagcareError
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import (
    Answer,
    Article,
    Asker,
    Choice,
    Citation,
    Decision,
    Evidence,
    Handoff,
    Hit,
    Passage,
    Question,
    Reason,
    Refusal,
    Reply,
    Retrieved,
    Sentence,
    Suggestion,
    Trace,
    Turn,
)
from ragcare.settings import Settings

__all__ = [
    "Answer",
    "Article",
    "Asker",
    "Assistant",
    "Choice",
    "Citation",
    "Decision",
    "Evidence",
    "Handoff",
    "Hit",
    "KnowledgeBase",
    "Passage",
    "Question",
    "RagcareError",
    "Reason",
    "Refusal",
    "Reply",
    "Retrieved",
    "Sentence",
    "Settings",
    "Signal",
    "Suggestion",
    "Trace",
    "Turn",
    "check_grounding",
    "detect_signals",
]
