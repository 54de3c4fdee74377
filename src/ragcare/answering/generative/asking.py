"""Asking a llama-index LLM: at temperature 0, held to the schema where it can be, again where the line was at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ragcare.answering.generative.budget import Budget, Written
from ragcare.answering.generative.reply import reply_schema
from ragcare.errors import BadInput

_ATTEMPTS: Final = 3
_WORTH_ANOTHER_TRY: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_NOT_UNDERSTOOD: Final = frozenset({400, 404, 415, 422, 501})
"""What servers reply that do not know the schema of a reply."""


def _response_format() -> dict[str, Any]:
    held_to = {"name": "reply", "strict": True, "schema": reply_schema()}
    return {"response_format": {"type": "json_schema", "json_schema": held_to}}


_HELD_TO_SCHEMA: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "openai_llm": _response_format,
    "OpenAILike": _response_format,
    "ragcare_gguf": _response_format,
    "Ollama_llm": lambda: {"format": reply_schema()},
}
"""How each LLM, by its llama-index class name, is held to a schema; any other is asked in words alone."""


class LanguageModel:
    """Any llama-index LLM, asked in one way.

    Args:
        llm: the object; where it has a temperature above 0, a copy of it with 0 is asked.

    Raises:
        BadInput: it is no llama-index LLM.
    """

    def __init__(self, llm: Any) -> None:
        if not all(hasattr(llm, one) for one in ("stream_chat", "chat", "metadata", "class_name")):
            raise BadInput(f"{type(llm).__name__} is no language model. Mend: give a llama-index LLM, or its name")
        if getattr(llm, "temperature", 0) != 0:
            llm = llm.model_copy(update={"temperature": 0.0})
        self._llm = llm
        self._held_to = _HELD_TO_SCHEMA.get(llm.class_name(), dict)()
        # Asking a server for the rest of the metadata costs a call, and needs it to be up already.
        self.name = f"{llm.class_name()}/{getattr(llm, 'model', None) or llm.metadata.model_name}"

    def ask(self, messages: Sequence[tuple[str, str]], budget: Budget) -> Written:
        """What it replies to messages of (role, text).

        Raises:
            OutOfTime: there is no time left.
            Cancelled: the caller has cancelled.
            Exception: whatever the LLM raises, after three attempts where that was a fault of the line.
        """
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

        again = Retrying(
            retry=retry_if_exception(is_fault_of_the_line),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential(multiplier=0.2, max=3) + wait_random(0, 0.2),
            sleep=budget.wait,
            reraise=True,
        )
        try:
            return again(lambda: budget.spend(lambda: self._stream(messages, self._held_to)))
        except Exception as error:
            if not self._held_to or _status(error) not in _NOT_UNDERSTOOD:
                raise
            written = again(lambda: budget.spend(lambda: self._stream(messages, {})))
            self._held_to = {}  # it was the schema that the server did not understand
            return written

    def _stream(self, messages: Sequence[tuple[str, str]], options: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
        from llama_index.core.llms import ChatMessage

        asked = [ChatMessage(role=role, content=text) for role, text in messages]
        seen = 0
        for response in self._responses(asked, options):
            content = response.message.content or ""
            piece = response.delta if response.delta is not None else content[seen:]
            seen += len(piece)
            yield piece, _says_cut(response.raw)

    def _responses(self, asked: Sequence[Any], options: Mapping[str, Any]) -> Iterator[Any]:
        try:
            stream = self._llm.stream_chat(asked, **options)
        except NotImplementedError:  # some LLMs cannot stream
            yield self._llm.chat(asked, **options)
        else:
            yield from stream


def is_fault_of_the_line(error: BaseException | None) -> bool:
    """Whether asking again may help: the network, or a busy server; clients hide either behind errors of their own."""
    import httpx

    while error is not None:
        if isinstance(error, (ConnectionError, TimeoutError, httpx.TransportError)):
            return True
        if _status(error) in _WORTH_ANOTHER_TRY:
            return True
        error = error.__cause__
    return False


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _says_cut(raw: Any) -> bool:
    """Whether the model says that it had no more tokens: OpenAI's word for it, which llama.cpp shares, and Ollama's."""
    if raw is None:
        return False
    choices = _field(raw, "choices")
    reason = _field(choices[0], "finish_reason") if choices else _field(raw, "done_reason")
    return bool(reason == "length")


def _field(record: Any, name: str) -> Any:
    return record.get(name) if isinstance(record, Mapping) else getattr(record, name, None)
