"""Budgets: whatever a model does, writing ends, and ends as the settings say. Events stand for the passing of time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import repeat
from typing import Any

import pytest
from tests.answering.generative.evidence import FRENCH, asked, selection_of

from ragcare.answering.extractive import ExtractiveWriter
from ragcare.answering.generative import LLMWriter, cancelled_by
from ragcare.answering.generative.budget import Budget, Cancelled, OutOfTime
from ragcare.answering.writers import Draft
from ragcare.settings import WritingSettings
from ragcare.testing import scripted_llm

SELECTION = selection_of(FRENCH)
EXTRACT = ExtractiveWriter().write(asked(), SELECTION)


def draft_of(*replies: Any, **how: Any) -> Draft:
    return LLMWriter(scripted_llm(*replies), WritingSettings(**how)).write(asked(), SELECTION)


@pytest.fixture
def blocks() -> Iterator[Any]:
    """A model that says nothing until the test is over."""
    over = threading.Event()

    def block(_: object) -> Iterator[str]:
        over.wait()
        yield "{}"

    yield block
    over.set()


@pytest.mark.parametrize(("on_failure", "draft"), [("extract", EXTRACT), ("refuse", Draft((), "fr"))])
def test_a_model_that_blocks_for_ever_does_not_block_the_writer(blocks: Any, on_failure: str, draft: Draft) -> None:
    assert draft_of(blocks, seconds=0.1, on_failure=on_failure) == draft


def test_a_repair_has_no_more_time_than_is_left(blocks: Any) -> None:
    assert draft_of("nonsense", blocks, seconds=0.2) == EXTRACT


def test_time_ends_the_attempts_of_a_broken_line() -> None:
    assert draft_of(*[ConnectionError()] * 3, seconds=0.1) == EXTRACT


def test_a_stream_without_end_is_cut_off_and_left() -> None:
    left = threading.Event()

    def endless(_: object) -> Iterator[str]:
        try:
            yield from repeat("x")
        finally:
            left.set()

    assert draft_of(endless, endless, tokens=16) == Draft((), "fr")
    assert left.wait(10)


def test_a_stream_of_nothing_is_out_of_time() -> None:
    assert draft_of(lambda _: repeat(""), seconds=0.2) == EXTRACT


def test_a_stream_that_is_out_of_time_is_left_at_its_next_piece() -> None:
    goes_on, left = threading.Event(), threading.Event()

    def slow(_: object) -> Iterator[str]:
        try:
            yield "{"
            goes_on.wait()
            yield "}"
            raise AssertionError("nobody may ask for more")
        finally:
            left.set()

    assert draft_of(slow, seconds=0.1) == EXTRACT
    goes_on.set()
    assert left.wait(10)


def test_what_the_caller_cancels_ends_without_an_answer(blocks: Any) -> None:
    gone = threading.Event()

    def leaves(messages: object) -> Iterator[str]:
        gone.set()
        yield from blocks(messages)

    with cancelled_by(gone):
        assert draft_of(leaves, seconds=600) == Draft((), "fr")


def test_what_is_cancelled_already_asks_nothing() -> None:
    gone = threading.Event()
    gone.set()
    llm = scripted_llm()
    with cancelled_by(gone):
        assert LLMWriter(llm).write(asked(), SELECTION) == Draft((), "fr")
    assert llm.sent == []


def test_to_cancel_one_answer_cancels_no_other() -> None:
    gone = threading.Event()
    gone.set()
    with cancelled_by(gone):
        pass
    Budget(600, 16).look()


def test_waiting_ends_with_the_time_and_with_the_caller() -> None:
    with pytest.raises(OutOfTime):
        Budget(0.1, 16).wait(600)
    gone = threading.Event()
    with cancelled_by(gone):
        budget = Budget(600, 16)
    threading.Timer(0.05, gone.set).start()
    with pytest.raises(Cancelled):
        budget.wait(600)


def test_a_model_that_says_it_had_no_more_tokens_is_told_to_be_shorter() -> None:
    from llama_index.core.base.llms.types import ChatMessage, ChatResponse

    llm = scripted_llm("{}", '{"cannot_answer": true}')
    stream = type(llm).stream_chat

    def cut(self: Any, messages: Any, **options: Any) -> Any:
        for response in stream(self, messages, **options):
            raw = {"done_reason": "length" if len(self.sent) == 1 else "stop"}
            yield ChatResponse(message=ChatMessage(content=response.message.content), raw=raw)

    type(llm).stream_chat = cut
    assert LLMWriter(llm).write(asked(), SELECTION) == Draft((), "fr")
    assert "sois plus bref" in llm.sent[1][-1][1]
