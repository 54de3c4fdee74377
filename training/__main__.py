"""`python -m training STEP`: vocabulary, prepare, train, evaluate, export, or all of them in that order."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import torch

from training.batches import batches
from training.model import Encoder, ReaderModel, Shape
from training.prepare import counts, examples, read, write
from training.train import Plan, Run, train
from training.vocabulary import load_tokenizer
from training.weights import PackedE5, installed_e5

SEED = 8
LAYERS = 6


def base(home: Path) -> tuple[Shape, dict[str, torch.Tensor]]:
    """The shape, and e5's lower layers over the kept pieces."""
    packed = PackedE5(installed_e5())
    pieces: list[int] = json.loads((home / "base" / "pieces.json").read_text())
    shape = Shape(len(pieces), packed.hidden, LAYERS, packed.heads, packed.inner, packed.positions, packed.epsilon)
    return shape, packed.encoder_state(list(range(LAYERS)), pieces)


def fresh(shape: Shape, state: dict[str, torch.Tensor]) -> ReaderModel:
    """A model that has learned nothing yet; the heads are drawn with the fixed seed."""
    torch.manual_seed(SEED)
    model = ReaderModel(shape)
    encoder: Encoder = model.encoder
    encoder.load_state_dict(state)
    return model


def do_prepare(home: Path, shared: Path) -> None:
    """Writes examples.jsonl.gz."""
    made = examples(shared / "train", Path("evals/demo/articles"), SEED)
    write(home / "examples.jsonl.gz", made)
    (home / "counts.json").write_text(json.dumps(counts(made), indent=1))


def do_train(home: Path, options: argparse.Namespace) -> None:
    """Trains to the end of the plan, from where it stopped."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    shape, state = base(home)
    plan = Plan(options.steps, rate=options.rate, keep_every=options.keep_every)
    # an accelerator reads a batch whole; cores read a part each
    run = Run(fresh(shape, state), plan, device, workers=1 if device.type == "cuda" else options.threads)
    folder = home / options.run
    if (folder / "state.pt").is_file():
        run.resume(folder / "state.pt")
    tokenizer = load_tokenizer(home / "base" / "tokenizer.json")
    learned = batches(
        tokenizer,
        read(home / "examples.jsonl.gz"),
        size=options.size,
        longest=options.longest,
        seed=SEED,
        done=run.step,
    )
    train(run, learned, folder)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("step", choices=["prepare", "train"])
    parser.add_argument("--home", type=Path, default=Path(".ragcare/reader"))
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("RAGCARE_DATA", "../shared/data")).parent)
    parser.add_argument("--run", default="run")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--longest", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep-every", type=int, default=100)
    options = parser.parse_args()
    if options.step == "prepare":
        do_prepare(options.home, options.shared)
    else:
        do_train(options.home, options)


if __name__ == "__main__":
    main()
