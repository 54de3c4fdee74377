"""The training itself: three tasks at once, resumable at any step, on a processor or an accelerator."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.batches import Batch
from training.model import TASKS, Read, ReaderModel, Shape, trainable


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast.

    Attributes:
        steps: how many in all; may be changed between one piece of a run and the next.
        rate: the highest learning rate of the encoder.
        heads: how many times faster what is new learns.
        warm_up: the share of steps over which the rate rises.
        cool_down: the share of steps, at the end, over which it falls to nothing; in between it stands still, so that
            a run can be prolonged (warm-up, stable, decay: Hu et al., 2024).
        keep_every: steps between checkpoints that are kept for the learning curve.
        save_seconds: the time between saves of the state to resume from.
    """

    steps: int
    rate: float = 2e-4
    heads: float = 5.0
    warm_up: float = 0.05
    cool_down: float = 0.25
    decay: float = 0.01
    clip: float = 1.0
    keep_every: int = 100
    save_seconds: float = 240.0

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        rising = max(1, int(self.steps * self.warm_up))
        falling = max(1, int(self.steps * self.cool_down))
        return self.rate * max(0.0, min(1.0, (step + 1) / rising, (self.steps - step) / falling))


def losses(read: Read, batch: Batch) -> dict[str, Tensor]:
    """The mean loss of each task in a batch: cross-entropy over known labels, and over the places of the span."""
    known = batch.labels >= 0
    each = functional.binary_cross_entropy_with_logits(read.scores.float(), batch.labels.clamp(min=0), reduction="none")
    found = {task: each[:, n][known[:, n]].mean() for n, task in enumerate(TASKS) if known[:, n].any()}
    placed = batch.start >= 0
    if placed.any():
        start = functional.cross_entropy(read.starts[placed].float(), batch.start[placed])
        end = functional.cross_entropy(read.ends[placed].float(), batch.end[placed])
        found["span"] = (start + end) / 2
    return found


_WEIGHTS = {"relevance": 1.0, "holds": 1.0, "support": 1.0, "span": 0.5}


def total(read: Read, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
    """The loss to go down: each task weighs as many examples as it has in the batch."""
    found = losses(read, batch)
    known = (batch.labels >= 0).float().mean(0)
    shares = {task: known[n] for n, task in enumerate(TASKS)} | {"span": (batch.start >= 0).float().mean()}
    whole = torch.stack([_WEIGHTS[task] * shares[task] * loss for task, loss in found.items()]).sum()
    return whole, found


class Run:
    """A training under way: weights in float32, arithmetic in bfloat16, and all that it takes to go on.

    The model that computes is a bfloat16 copy; the optimiser moves float32 masters, which are copied back after each
    step.
    On two cores this is twice as fast as autocast, which casts every weight anew in every step.
    """

    def __init__(
        self, model: ReaderModel, plan: Plan, device: torch.device, *, low: bool = True, workers: int = 1
    ) -> None:
        self.model = model.to(device, torch.bfloat16 if low else torch.float32)
        self.plan = plan
        self.device = device
        self.step = 0
        self.seconds = 0.0
        self.pairs = 0
        self._parameters = trainable(self.model)
        self._workers = workers
        self._pool = None
        if workers > 1:
            self._pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
        self.masters = {name: p.detach().float().clone() for name, p in self._parameters}
        self.optimiser = torch.optim.AdamW(
            [
                {"params": found, "weight_decay": plan.decay if decays else 0.0, "times": times}
                for heads, times in ((False, 1.0), (True, plan.heads))
                for decays in (False, True)
                if (found := [
                    m for name, m in self.masters.items()
                    if (m.ndim > 1) == decays and name.startswith("encoder.") != heads
                ])
            ],
            lr=plan.rate, betas=(0.9, 0.98), eps=1e-8,
        )  # fmt: skip

    def learn(self, batch: Batch) -> dict[str, float]:
        """One step; the losses by task."""
        started = time.perf_counter()
        found = self._gradients(batch.to(self.device))
        nn.utils.clip_grad_norm_(list(self.masters.values()), self.plan.clip)
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate_at(self.step) * group["times"]
        self.optimiser.step()
        with torch.no_grad():
            for name, parameter in self._parameters:
                parameter.copy_(self.masters[name])
        self.step += 1
        self.pairs += len(batch.pieces)
        self.seconds += time.perf_counter() - started
        return found

    def _gradients(self, batch: Batch) -> dict[str, float]:
        """The losses by task; the masters' gradients are those of the whole batch, in however many parts it was read.

        Two parts on a thread each wait for one another once a step, where two threads of one part wait at every
        product: on a machine that others use too, that is the difference between working and waiting.
        """
        parts = [Batch(*(each[n :: self._workers] for each in batch)) for n in range(self._workers)]
        read = [self._part(parts[0])] if self._pool is None else list(self._pool.map(self._part, parts))
        for n, (name, _) in enumerate(self._parameters):
            told = [grad for gradients, _, share in read if (grad := gradients[n]) is not None]
            shares = [share / len(batch.pieces) for gradients, _, share in read if gradients[n] is not None]
            summed = [grad.float() * share for grad, share in zip(told, shares, strict=True)]
            self.masters[name].grad = torch.stack(summed).sum(0) if summed else None
        tasks = {task for _, found, _ in read for task in found}
        means = {task: [found[task] for _, found, _ in read if task in found] for task in sorted(tasks)}
        return {task: sum(values) / len(values) for task, values in means.items()}

    def _part(self, batch: Batch) -> tuple[tuple[Tensor | None, ...], dict[str, float], int]:
        whole, found = total(self.model(batch.pieces, batch.segments, batch.real), batch)
        gradients = torch.autograd.grad(whole, [parameter for _, parameter in self._parameters], allow_unused=True)
        return gradients, {task: float(loss.detach()) for task, loss in found.items()}, len(batch.pieces)

    def weights(self) -> dict[str, Tensor]:
        """The learned tensors in float32, without the vocabulary and the positions, which training leaves alone."""
        return {name: master.detach().cpu() for name, master in self.masters.items()}

    def save(self, path: Path) -> None:
        """Writes all that it takes to go on; the file appears whole or not at all."""
        state = {
            "weights": self.weights(), "optimiser": self.optimiser.state_dict(), "step": self.step, "pairs": self.pairs,
            "seconds": self.seconds,
        }  # fmt: skip
        _write(path, state)

    def resume(self, path: Path) -> None:
        """Goes on where `save` left off."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        with torch.no_grad():
            for name, parameter in self._parameters:
                self.masters[name].copy_(state["weights"][name])
                parameter.copy_(self.masters[name])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.pairs, self.seconds = state["step"], state["pairs"], state["seconds"]


def _write(path: Path, state: dict[str, Any]) -> None:
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    beside.replace(path)


def train(run: Run, learned: Iterator[Batch], folder: Path) -> None:
    """Steps to the end of the plan, with a line of JSON every tenth, a save every few minutes, and checkpoints kept.

    Args:
        run: fresh, or resumed.
        learned: the batches from the run's step on.
        folder: for `state.pt`, `log.jsonl` and `step-N.pt`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    saved = time.monotonic()
    sums: dict[str, list[float]] = {}
    while run.step < run.plan.steps:
        for task, loss in run.learn(next(learned)).items():
            sums.setdefault(task, []).append(loss)
            if not math.isfinite(loss):
                raise ArithmeticError(f"the {task} loss of step {run.step} is {loss}: lower the rate")
        if run.step % 10 == 0:
            line: dict[str, Any] = {"step": run.step, "pairs": run.pairs, "seconds": round(run.seconds)}
            line |= {task: round(sum(found) / len(found), 4) for task, found in sums.items()}
            with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")
            sums.clear()
        if run.step % run.plan.keep_every == 0 or run.step == run.plan.steps:
            _write(folder / f"step-{run.step:06d}.pt", {k: v.bfloat16() for k, v in run.weights().items()})
        if time.monotonic() - saved > run.plan.save_seconds:
            run.save(folder / "state.pt")
            saved = time.monotonic()
    run.save(folder / "state.pt")


def with_weights(shape: Shape, base: dict[str, Tensor], learned: dict[str, Tensor]) -> ReaderModel:
    """A model in float32 out of the encoder's first weights and what was learned."""
    model = ReaderModel(shape)
    state = model.state_dict()
    state |= {f"encoder.{name}": value.float() for name, value in base.items()}
    state |= {name: value.float() for name, value in learned.items()}
    model.load_state_dict(state)
    model.eval()
    return model


def averaged(kept: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of the weights along one run, which often generalises better than its end (Izmailov et al. 2018).

    Args:
        kept: checkpoints of the same run, at least one.
    """
    return {name: torch.stack([one[name].float() for one in kept]).mean(0) for name in kept[0]}
