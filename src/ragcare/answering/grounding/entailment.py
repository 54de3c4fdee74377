"""A second opinion: a cross-encoder that was trained on natural language inference (extra `local`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ragcare.errors import BadInput, MissingExtra
from ragcare.hub import from_here_or_hub, shown

_ENTAILS = ("entailment", "entail", "supported", "support", "supports", "grounded", "consistent", "yes")


class Entailment(Protocol):
    """Says how likely it is that one text follows from another."""

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """For each premise and hypothesis, how likely it is (0..1) that the second follows from the first."""
        ...


def as_entailment(name: str) -> Entailment:
    """The second opinion of that name: "reader", "reader:FILE", or a folder or hub name for `NliCheck`.

    Raises:
        MissingExtra, ModelUnavailable, BadInput: it cannot be had.
    """
    from ragcare.reader import named

    return named(name) or NliCheck(name)


class NliCheck:
    """A sequence classification model of transformers, its label of entailment read from its own configuration.

    Args:
        model: a folder on this machine, or a name on the Hugging Face hub.
        device: such as "cpu" or "cuda"; the CPU if None.
        label: the label that means entailment, where the configuration gives it another name than "entailment".
        batch: pairs to a forward pass.

    Raises:
        MissingExtra: transformers or torch is not installed.
        ModelUnavailable: there is no such folder, and the hub has no such model or cannot be reached.
        BadInput: the model has no label that means entailment.
    """

    def __init__(
        self, model: str | Path, *, device: str | None = None, label: str | None = None, batch: int = 16
    ) -> None:
        try:
            import torch  # noqa: F401 (tells a missing extra from a missing model)
            import transformers  # noqa: F401
        except ImportError:
            raise MissingExtra("a check by natural language inference", "local") from None
        kind = "model for sequence classification"
        self._tokenizer, self._model = from_here_or_hub(kind, str(model), partial(_load, str(model)))
        self._label = entailment_label(self._model.config.id2label, label)
        self._batch = batch
        self._device = device or "cpu"
        self._model.to(self._device).eval()
        self.name = f"nli/{shown(model)}"

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The probability of the label of entailment; a premise that is too long loses its end."""
        import torch

        found: list[float] = []
        for start in range(0, len(pairs), self._batch):
            premises, hypotheses = zip(*pairs[start : start + self._batch], strict=True)
            rows = self._tokenizer(
                list(premises), list(hypotheses), truncation="only_first", padding=True, return_tensors="pt"
            ).to(self._device)
            with torch.inference_mode():
                logits = self._model(**rows).logits.float()
            one = torch.sigmoid(logits[:, 0]) if logits.shape[1] == 1 else logits.softmax(-1)[:, self._label]
            found += [float(probability) for probability in one]
        return found


def entailment_label(labels: Mapping[Any, str], name: str | None = None) -> int:
    """Which output of a model means entailment.

    Args:
        labels: `id2label` of its configuration.
        name: the label, where it is known.

    Raises:
        BadInput: none does, or several might.
    """
    wanted = (name.lower(),) if name else _ENTAILS
    meant = {int(at): label.lower().replace("-", "_") for at, label in labels.items()}
    found = [at for word in wanted for at, label in meant.items() if label == word]
    if not found and len(meant) == 1 and name is None:
        return 0  # one output: its sigmoid is the probability
    if not found:
        listed = ", ".join(str(label) for label in labels.values())
        raise BadInput(f"no label of the model means entailment; they are {listed}. Mend: NliCheck(…, label=…)")
    return found[0]


def _load(model: str, here: bool) -> tuple[Any, Any]:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    # Never code of the model's own, and never weights in pickles: content is data, models included.
    tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=here, trust_remote_code=False)
    weights = AutoModelForSequenceClassification.from_pretrained(
        model, local_files_only=here, trust_remote_code=False, use_safetensors=True
    )
    return tokenizer, weights
