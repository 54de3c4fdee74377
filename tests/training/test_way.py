"""The whole way at the smallest size: prepare, train, resume, export, and the same outputs in onnxruntime."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tests.training.tiny import tiny_examples, tiny_file, tiny_model, tiny_shape, tiny_tokenizer
from training.batches import UNKNOWN, Batch, batch, batches, cut, cut_pair
from training.model import CLOSE, OPEN, PAD, SPECIAL, TASKS, ReaderModel, matched
from training.train import Plan, Run, losses, train, with_weights

from ragcare.reader import windows
from ragcare.reader.model_file import TASKS as TASKS_READ

PLAN = Plan(steps=6, rate=1e-3, keep_every=3, save_seconds=0.0)


def _run(model: ReaderModel | None = None) -> Run:
    return Run(model or tiny_model(), PLAN, torch.device("cpu"), low=False)


def _batches(done: int = 0) -> Iterator[Batch]:
    return batches(tiny_tokenizer(), tiny_examples(), size=4, longest=64, seed=1, done=done, stretch=2)


def test_training_learns_and_leaves_the_vocabulary_alone() -> None:
    run = _run()
    before = run.model.encoder.words.weight.detach().clone()
    one = batch(cut(tiny_tokenizer(), tiny_examples(8), 64))
    first = run.learn(one)
    for _ in range(5):
        last = run.learn(one)
    assert all(last[task] < first[task] for task in first)
    assert torch.equal(run.model.encoder.words.weight, before)


def test_a_run_cut_in_two_ends_where_a_whole_one_ends(tmp_path: Path) -> None:
    whole = _run()
    train(whole, _batches(), tmp_path / "whole")
    first = _run()
    learned = _batches()
    for _ in range(3):
        first.learn(next(learned))
    first.save(tmp_path / "state.pt")
    second = _run(tiny_model(seed=9))
    # what is frozen is not saved: it comes from e5 again
    second.model.encoder.load_state_dict(tiny_model().encoder.state_dict())
    second.resume(tmp_path / "state.pt")
    train(second, _batches(done=second.step), tmp_path / "second")
    for name, value in whole.weights().items():
        torch.testing.assert_close(second.weights()[name], value)
    assert (second.step, second.pairs) == (whole.step, whole.pairs) == (6, 24)
    assert (tmp_path / "whole" / "step-000003.pt").is_file()


def test_batches_go_on_where_they_stopped_and_know_each_example_once_an_epoch() -> None:
    read = _batches()
    first = [next(read) for _ in range(9)]
    again = _batches(done=5)
    for before, after in zip(first[5:], again, strict=False):
        assert torch.equal(before.pieces, after.pieces)
    seen = sorted(tuple(row[row != 1].tolist()) for one in first[:6] for row in one.pieces)
    told = sorted(tuple(one.pieces) for one in cut(tiny_tokenizer(), tiny_examples(), 64))
    assert seen == told


def test_a_span_lies_on_the_pieces_of_the_answer_and_an_absent_one_on_the_first() -> None:
    tokenizer = tiny_tokenizer()
    held, missing, claim = cut(tokenizer, tiny_examples(3), 64)
    said = tokenizer.decode(held.pieces[held.start : held.end + 1]).replace(" ", "").replace("▁", "")
    assert said == "0jours"
    assert (missing.start, missing.end) == (0, 0)
    assert (claim.start, claim.labels[:2]) == (-1, [UNKNOWN, UNKNOWN])


def test_a_batch_read_in_parts_teaches_what_a_whole_one_does() -> None:
    one = batch(cut(tiny_tokenizer(), tiny_examples(7), 64))
    whole, parts = _run(), Run(tiny_model(), PLAN, torch.device("cpu"), low=False, workers=2)
    whole.learn(one)
    parts.learn(one)
    for name, master in whole.masters.items():
        assert master.grad is not None
        torch.testing.assert_close(parts.masters[name].grad, master.grad, atol=1e-6, rtol=1e-4)


def test_unknown_labels_weigh_nothing() -> None:
    one = batch(cut(tiny_tokenizer(), tiny_examples(3), 64))
    model = tiny_model()
    read = model(one.pieces, one.segments, one.real)
    other = one.labels.clone()
    other[2, 2] = 0.0  # the claim's own label
    assert losses(read, one)["holds"] == losses(read, one._replace(labels=other))["holds"]
    assert losses(read, one)["support"] != losses(read, one._replace(labels=other))["support"]


@pytest.mark.parametrize(("small", "off"), [(False, 1e-4), (True, 0.15)])
def test_onnxruntime_says_what_torch_says(tmp_path: Path, small: bool, off: float) -> None:
    session = onnxruntime.InferenceSession(str(tiny_file(tmp_path, small=small)))
    one = batch(cut(tiny_tokenizer(), tiny_examples(6), 64))
    with torch.no_grad():
        told = tiny_model()(one.pieces, one.segments, one.real)
    feed = {"pieces": one.pieces.numpy(), "segments": one.segments.numpy(), "real": one.real.numpy()}
    for found, meant in zip(session.run(["scores", "starts", "ends"], feed), told, strict=True):
        allowed = meant.numpy() > -1e3
        np.testing.assert_allclose(found[allowed], meant.numpy()[allowed], atol=off)


def test_a_piece_matches_where_the_other_segment_has_it() -> None:
    pieces = torch.tensor([[0, 7, 8, 2, 2, 9, 7, 2, 1]])
    segments = torch.tensor([[0, 0, 0, 0, 0, 1, 1, 1, 0]])
    assert matched(pieces, segments).tolist() == [[0, 1, 0, 0, 0, 0, 1, 0, 0]]


def test_what_was_kept_makes_the_model_again(tmp_path: Path) -> None:
    run = _run()
    train(run, _batches(), tmp_path)
    learned = torch.load(tmp_path / "step-000006.pt", weights_only=True)
    model = with_weights(tiny_shape(), tiny_model().encoder.state_dict(), learned)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(value, run.model.state_dict()[name], atol=0.02, rtol=0.02)


def test_the_rate_rises_stands_and_falls() -> None:
    plan = Plan(steps=100, rate=1.0, warm_up=0.1, cool_down=0.2)
    rates = [plan.rate_at(step) for step in range(100)]
    assert rates[0] == 0.1
    assert set(rates[9:80]) == {1.0}
    assert 0 < rates[99] < rates[90] < rates[80] <= 1.0


@pytest.mark.parametrize("longest", [16, 64])
def test_training_and_the_reader_say_the_same_of_pieces_and_tasks(longest: int) -> None:
    assert (TASKS, SPECIAL) == (TASKS_READ, windows.SPECIAL)
    assert (OPEN, PAD, CLOSE) == (windows.OPEN, windows.PAD, windows.CLOSE)
    asked, told = tiny_tokenizer().encode_batch(["quel délai?", "le délai est de 14 jours."], add_special_tokens=False)
    question, passage = (windows.Encoded(one.ids, one.offsets) for one in (asked, told))
    read = next(windows.windows(0, question, passage, longest))
    pieces, segments = cut_pair(asked, told, longest)
    assert (pieces, segments.index(1)) == (read.pieces, read.first)


def test_training_itself_needs_torch_and_tokenizers_alone() -> None:
    """A bare machine with an accelerator has no ragcare."""
    told = "import sys; sys.modules['ragcare'] = None; import training.__main__, training.train, training.weights"
    subprocess.run([sys.executable, "-c", told], cwd=Path(__file__).parents[2], check=True)
