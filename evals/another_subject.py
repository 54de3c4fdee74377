"""Measures what it is worth to ask a follow-up of the subject that it names: "et pour la box ?" after the mobile plan.

    python evals/another_subject.py

Over the articles of the demo, with the embedder of the settings; `docs/design/012-conversation.md` has the figures.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from ragcare.assistant import Assistant
from ragcare.conversation.subjects import other_readings
from ragcare.conversation.talk import Conversation
from ragcare.knowledge.knowledge_base import KnowledgeBase
from ragcare.schema import Question, Retrieved

HERE = Path(__file__).resolve().parent
ROWS = HERE / "conversations" / "another.jsonl"
WAYS: dict[str, Callable[[Retrieved], tuple[Question, ...]]] = {"before": lambda _: (), "after": other_readings}


def main() -> None:
    """Prints how many are found, answered rightly and answered wrongly, before and after."""
    assistant = Assistant.over(KnowledgeBase.load(HERE / "demo" / "articles"))
    counted: dict[tuple[str, str], Counter[str]] = {}
    for row in map(json.loads, ROWS.read_text(encoding="utf-8").splitlines()):
        talk = Conversation(assistant)
        talk.ask(row["first"])
        count = counted.setdefault((row["split"], row["names"]), Counter())
        count["n"] += 1
        for way, understood in WAYS.items():
            with patch("ragcare.assistant.other_readings", understood):
                reply = Conversation(assistant, turns=talk.turns).ask(row["question"])
            right = bool(reply.trace.hits) and reply.trace.hits[0].article_id in row["relevant_ids"]
            answered = reply.decision.action == "answer"
            count[f"{way}: found"] += right
            count[f"{way}: right"] += answered and right
            count[f"{way}: wrong"] += answered and not right
    for (split, names), count in counted.items():
        sys.stdout.write(f"{split}, names {names}: {dict(count)}\n")


if __name__ == "__main__":
    main()
