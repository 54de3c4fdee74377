"""A GGUF model in this process, by llama.cpp (`xllamacpp`, extra `generate`), as a llama-index LLM."""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import xllamacpp
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
)
from llama_index.core.llms import CustomLLM
from pydantic import PrivateAttr

from ragcare.errors import ModelUnavailable

_NOTHING: Final = ChatResponse(message=ChatMessage(role="assistant", content=""), delta="")


class GgufLLM(CustomLLM):
    """A model that llama.cpp loads from a file; its replies can be held to a JSON schema by `response_format`.

    It uses all cores, or as many as OMP_NUM_THREADS says: fewer are quicker on a machine that does much else, for its
    threads wait for one another in a loop, and the slowest sets the pace.

    llama.cpp comes with a web server, which cannot be left out: it listens on a port of this machine alone, behind a
    key that nobody is told.

    Args:
        path: the file.
        max_tokens: of one reply.
        context_window: in tokens, of prompt and reply together.

    Raises:
        ModelUnavailable: llama.cpp cannot load the file.
    """

    path: Path
    max_tokens: int
    context_window: int
    temperature: float = 0.0
    _server: Any = PrivateAttr()

    def __init__(self, *, path: Path, max_tokens: int = 800, context_window: int = 8192, **options: Any) -> None:
        super().__init__(path=path, max_tokens=max_tokens, context_window=context_window, **options)
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_ctx = context_window
        parameters.n_parallel = 1
        parameters.cpuparams.n_threads = _threads()
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.api_keys = [secrets.token_hex(16)]
        try:
            self._server = xllamacpp.Server(parameters)
        except Exception as error:
            raise ModelUnavailable(
                f"{path}: llama.cpp cannot load it: {error}\nMend: give a whole file in the GGUF format"
            ) from error

    @classmethod
    def class_name(cls) -> str:
        """Its name among llama-index LLMs."""
        return "ragcare_gguf"

    @property
    def metadata(self) -> LLMMetadata:
        """What llama-index asks of any LLM."""
        return LLMMetadata(
            context_window=self.context_window,
            num_output=self.max_tokens,
            is_chat_model=True,
            model_name=self.path.name,
        )

    def stream_chat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponseGen:
        """Replies piece by piece, by the chat template of the file; generation stops when the stream is closed."""
        said = ""
        for chunk in self._chunks(
            [{"role": one.role.value, "content": one.content or ""} for one in messages], options
        ):
            for choice in chunk.get("choices", ()):
                delta = choice.get("delta", {}).get("content") or ""
                said += delta
                yield ChatResponse(message=ChatMessage(role="assistant", content=said), delta=delta, raw=chunk)

    def chat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponse:
        """The whole reply."""
        *_, last = [_NOTHING, *self.stream_chat(messages, **options)]
        return last

    def stream_complete(self, prompt: str, formatted: bool = False, **options: Any) -> CompletionResponseGen:  # noqa: ARG002 (llama-index's signature)
        """The reply to a prompt as the only message."""
        for response in self.stream_chat([ChatMessage(role="user", content=prompt)], **options):
            yield CompletionResponse(text=response.message.content or "", delta=response.delta, raw=response.raw)

    def complete(self, prompt: str, formatted: bool = False, **options: Any) -> CompletionResponse:  # noqa: ARG002 (likewise)
        """The whole reply to a prompt."""
        response = self.chat([ChatMessage(role="user", content=prompt)], **options)
        return CompletionResponse(text=response.message.content or "", raw=response.raw)

    def _chunks(self, messages: list[dict[str, str]], options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What llama.cpp tells of a reply under way; it calls back, so it has a thread of its own."""
        request = {
            "messages": messages,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "stream": True,
            **options,
        }
        chunks: queue.SimpleQueue[dict[str, Any] | Exception | None] = queue.SimpleQueue()
        stopped = threading.Event()

        def take(chunk: dict[str, Any]) -> bool:
            chunks.put(chunk)
            return stopped.is_set() or not threading.main_thread().is_alive()

        def run() -> None:
            try:
                returned = self._server.handle_chat_completions(request, take)
                chunks.put(returned if isinstance(returned, dict) else None)
            except Exception as error:
                chunks.put(error)
            chunks.put(None)

        # No daemon: native code must not be cut down when the process ends. It stops by itself, at its next token.
        threading.Thread(target=run, name="ragcare-gguf").start()
        try:
            while (chunk := chunks.get()) is not None:
                if isinstance(chunk, Exception):
                    raise chunk
                if "error" in chunk:
                    raise ModelUnavailable(f"{self.path}: llama.cpp refused: {chunk['error'].get('type', 'error')}")
                yield chunk
        finally:
            stopped.set()


def _threads() -> int:
    """As many as OMP_NUM_THREADS says, as other models here do; -1, all there are, if it says nothing."""
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(told) if told.isdecimal() and int(told) else -1
