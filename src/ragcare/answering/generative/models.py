"""Language models by name: a server that speaks OpenAI's or Ollama's protocol, or weights on this machine."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Final

from ragcare.errors import BadInput, MissingExtra, ModelUnavailable
from ragcare.settings import WritingSettings

_KINDS: Final = '"openai:MODEL@URL", "ollama:MODEL@URL", "transformers:FOLDER-OR-HUB-NAME" or "gguf:PATH"'
_AT_URL: Final = re.compile(r"(?P<model>.+?)(?:@(?P<url>https?://[^\s@]+))?")
_OPENAI: Final = "https://api.openai.com/v1"
_OLLAMA: Final = "http://localhost:11434"
_CONTEXT: Final = 8192
"""In tokens; instructions, evidence of 120 words, a reply and its repair need about 3,000."""


def load_llm(name: str | None, how: WritingSettings | None = None) -> Any:
    """The llama-index LLM of that name, at temperature 0 and with the budgets of the settings.

    Args:
        name: "openai:MODEL" or "openai:MODEL@URL" (the key is the variable RAGCARE_LLM_API_KEY; OPENAI_API_KEY is sent
            to OpenAI alone), "ollama:MODEL" or "ollama:MODEL@URL", "transformers:FOLDER-OR-HUB-NAME", "gguf:PATH".
        how: seconds and tokens; the defaults if None.

    Raises:
        BadInput: no model is named, or there is no such kind.
        MissingExtra: what that kind needs is not installed.
        ModelUnavailable: there is no such file or folder, or the hub cannot be reached.
    """
    how = how or WritingSettings()
    kind, _, rest = (name or "").partition(":")
    rest = rest.strip()
    match kind:
        case "openai" | "ollama" if (at := _AT_URL.fullmatch(rest)) is not None and "@http" not in at["model"]:
            return (_openai if kind == "openai" else _ollama)(at["model"], at["url"], how)
        case "transformers" if rest:
            return _transformers(rest, how)
        case "gguf" if rest:
            return _gguf(Path(rest).expanduser(), how)
    given = f'"{name}" is no language model' if name else "no language model is named"
    raise BadInput(f"{given}. Mend: set llm in [writing], or RAGCARE_WRITING__LLM, to {_KINDS}")


def _openai(model: str, url: str | None, how: WritingSettings) -> Any:
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError:
        raise MissingExtra("a model behind an OpenAI-compatible server", "generate") from None
    key = os.environ.get("RAGCARE_LLM_API_KEY") or (os.environ.get("OPENAI_API_KEY") if url is None else None)
    return OpenAILike(
        model=model,
        api_base=url or _OPENAI,
        api_key=key or "none",  # servers on one's own machine want none, and the client wants something
        is_chat_model=True,
        context_window=_CONTEXT,
        temperature=0.0,
        max_tokens=how.tokens,
        timeout=how.seconds,
        max_retries=0,  # retries are counted in one place, within the time that is left
    )


def _ollama(model: str, url: str | None, how: WritingSettings) -> Any:
    try:
        from llama_index.llms.ollama import Ollama
    except ImportError:
        raise MissingExtra("a model behind Ollama", "generate") from None
    return Ollama(
        model=model,
        base_url=url or _OLLAMA,
        temperature=0.0,
        context_window=_CONTEXT,
        request_timeout=how.seconds,
        thinking=False,
        additional_kwargs={"num_predict": how.tokens},
    )


def _gguf(path: Path, how: WritingSettings) -> Any:
    if not path.is_file():
        raise ModelUnavailable(f"{path}: there is no such file. Mend: give the path of a model in the GGUF format")
    try:
        from ragcare.answering.generative.gguf import GgufLLM
    except ImportError:
        raise MissingExtra("a GGUF model", "generate") from None
    return GgufLLM(path=path, max_tokens=how.tokens, context_window=_CONTEXT)


def _transformers(model: str, how: WritingSettings) -> Any:
    try:
        from ragcare.answering.generative.hugging_face import TransformersLLM
    except ImportError:
        raise MissingExtra("a Hugging Face transformers model", "local") from None
    return TransformersLLM(model=model, max_tokens=how.tokens, context_window=_CONTEXT)
