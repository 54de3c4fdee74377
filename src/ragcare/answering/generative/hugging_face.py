"""A Hugging Face causal language model in this process (transformers, extra `local`), as a llama-index LLM."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

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
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, TextIteratorStreamer

from ragcare.errors import ModelUnavailable
from ragcare.hub import from_here_or_hub, shown


class TransformersLLM(CustomLLM):
    """A model and its tokenizer, with its chat template where it has one; decoding is greedy.

    Args:
        model: a folder on this machine, or a name on the Hugging Face hub.
        max_tokens: of one reply.
        context_window: in tokens; that of the model where it is shorter.

    Raises:
        ModelUnavailable: there is no such folder, and the hub has no such model or cannot be reached.
    """

    model: str
    max_tokens: int
    context_window: int
    _tokenizer: Any = PrivateAttr()
    _weights: Any = PrivateAttr()

    def __init__(self, *, model: str, max_tokens: int = 800, context_window: int = 8192, **options: Any) -> None:
        super().__init__(model=model, max_tokens=max_tokens, context_window=context_window, **options)
        self._tokenizer, self._weights = from_here_or_hub("language model", model, partial(_load, model))
        longest = getattr(self._weights.config, "max_position_embeddings", None) or context_window
        self.context_window = min(context_window, longest)

    @classmethod
    def class_name(cls) -> str:
        """Its name among llama-index LLMs."""
        return "ragcare_transformers"

    @property
    def metadata(self) -> LLMMetadata:
        """What llama-index asks of any LLM."""
        return LLMMetadata(
            context_window=self.context_window,
            num_output=self.max_tokens,
            is_chat_model=True,
            model_name=shown(self.model),
        )

    def stream_chat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponseGen:
        """Replies piece by piece; generation stops when the stream is closed."""
        said = ""
        for response in self.stream_complete(self._prompt(messages), **options):
            said += response.delta or ""
            yield ChatResponse(
                message=ChatMessage(role="assistant", content=said), delta=response.delta, raw=response.raw
            )

    def chat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponse:
        """The whole reply."""
        response = self.complete(self._prompt(messages), **options)
        return ChatResponse(message=ChatMessage(role="assistant", content=response.text), raw=response.raw)

    def complete(self, prompt: str, formatted: bool = False, **options: Any) -> CompletionResponse:
        """The whole continuation of a prompt."""
        *_, last = [CompletionResponse(text=""), *self.stream_complete(prompt, formatted, **options)]
        return last

    def stream_complete(self, prompt: str, formatted: bool = False, **options: Any) -> CompletionResponseGen:  # noqa: ARG002 (llama-index's signature)
        """The continuation of a prompt, piece by piece; `generate` of transformers has a thread of its own.

        Raises:
            ModelUnavailable: the prompt leaves no room for a reply in the context of the model.
        """
        tokens = self._tokenizer(prompt, return_tensors="pt", add_special_tokens=False).to(self._weights.device)
        asked = int(tokens["input_ids"].shape[1])
        if asked + self.max_tokens > self.context_window:
            raise ModelUnavailable(
                f'"{self.model}" has room for {self.context_window} tokens, and {asked} and a reply of '
                f"{self.max_tokens} are needed. Mend: take another model, or lower tokens in [writing]"
            )
        stopped = threading.Event()
        failed: list[Exception] = []
        written: list[int] = []
        streamer: Any = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)

        class _Stop(StoppingCriteria):
            def __call__(self, ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ARG002 (their signature)
                import torch

                written[:] = [int(ids.shape[1]) - asked]
                stop = stopped.is_set() or not threading.main_thread().is_alive()
                return torch.full((ids.shape[0],), stop, dtype=torch.bool, device=ids.device)

        def run() -> None:
            try:
                self._weights.generate(
                    **tokens,
                    streamer=streamer,
                    max_new_tokens=self.max_tokens,
                    do_sample=False,
                    stopping_criteria=[_Stop()],
                    pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id or 0,
                )
            except Exception as error:
                failed.append(error)
                streamer.end()

        # No daemon: native code must not be cut down when the process ends. It stops by itself, at its next token.
        threading.Thread(target=run, name="ragcare-transformers").start()
        said = ""
        try:
            for piece in streamer:
                said += piece
                yield CompletionResponse(text=said, delta=piece)
            if failed:
                raise failed[0]
            if sum(written) >= self.max_tokens:
                yield CompletionResponse(text=said, delta="", raw={"done_reason": "length"})
        finally:
            stopped.set()

    def _prompt(self, messages: Sequence[ChatMessage]) -> str:
        said = [{"role": one.role.value, "content": one.content or ""} for one in messages]
        if self._tokenizer.chat_template:
            return str(self._tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True))
        return "\n\n".join([*(f"{one['role']}:\n{one['content']}" for one in said), "assistant:\n"])


def _load(model: str, here: bool) -> tuple[Any, Any]:
    """Tokenizer and weights."""
    # Never code of the model's own, and never weights in pickles: content is data, models included.
    tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=here, trust_remote_code=False)
    weights: Any = AutoModelForCausalLM.from_pretrained(
        model, local_files_only=here, trust_remote_code=False, use_safetensors=True
    )
    return tokenizer, weights.eval()
