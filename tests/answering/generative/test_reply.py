"""Reading a reply: slips are forgiven, a missing end is not, and nothing wild breaks it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.answering.generative.evidence import said

from ragcare.answering.generative.reply import ModelReply, read_reply, reply_schema

WHOLE = said(("Un.", 1), ("Deux.", 2))
TEXT = json.dumps(WHOLE)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"```json\n{TEXT}\n```",
        f"Voici :\n\n{TEXT}\n\nFin.",
        TEXT.replace("]}]", ",]},]"),
        TEXT.replace('"sentences"', "sentences"),
        TEXT.replace('"', "'"),
        TEXT.replace('"cannot_answer": false', '"cannot_answer": False, "confidence": 0.9'),
        TEXT.replace(', "cannot_answer": false', ""),
    ],
)
def test_a_slip_is_forgiven(text: str) -> None:
    assert read_reply(text) == ModelReply.model_validate(WHOLE)


def test_to_give_up_needs_no_sentences() -> None:
    assert read_reply('{"cannot_answer": true}') == ModelReply(sentences=[], cannot_answer=True)


@pytest.mark.parametrize("at", [1, 20, len(TEXT) // 2, len(TEXT) - 1])
def test_a_reply_without_its_end_is_cut(at: int) -> None:
    assert read_reply(TEXT[:at]) == "cut"
    assert read_reply(TEXT, whole=False) == "cut"


@pytest.mark.parametrize(
    "text", ["", "Oui.", "[]", "{}}", "{1}", '{"sentences": "Un."}', '{"sentences": [1]}', "}{", "null"]
)
def test_what_is_no_reply_is_unreadable(text: str) -> None:
    assert read_reply(text) == "unreadable" or text == "}{"


@given(st.text(alphabet='{}[]":,sentencesproof 1null\\\n'))
def test_nothing_wild_breaks_it(text: str) -> None:
    assert isinstance(read_reply(text), (ModelReply, str))


def test_the_schema_is_one_that_servers_take() -> None:
    schema = reply_schema()
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["required"] == list(part["properties"])
