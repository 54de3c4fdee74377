"""The vocabulary cut to the pieces that French and English texts use, and the tokenizer that goes with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from training.model import SPECIAL

_LATIN = "abcdefghijklmnopqrstuvwxyzàâäáãåæçéèêëíìîïñóòôöõœúùûüÿß"
_KEPT_CHARACTERS = frozenset(_LATIN + _LATIN.upper() + "0123456789▁")


def used_pieces(tokenizer: Tokenizer, texts: Iterable[str], *, at_a_time: int = 2000) -> set[int]:
    """Every piece that the whole tokenizer cuts out of the texts."""
    used: set[int] = set()
    batch: list[str] = []

    def count() -> None:
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            used.update(encoding.ids)
        batch.clear()

    for text in texts:
        batch.append(text)
        if len(batch) == at_a_time:
            count()
    count()
    return used


def kept_pieces(tokenizer: Tokenizer, texts: Iterable[str], *, common: int = 12_000) -> list[int]:
    """The pieces to keep, in the order of the whole vocabulary.

    Kept are the special ones (but <mask>, the last), those that the texts use, every single character outside the other
    scripts' letters (so that no French or English text needs <unk>), and the Latin ones among the `common` most
    frequent, which other texts will use.
    """
    whole = json.loads(tokenizer.to_str())["model"]["vocab"]
    used = used_pieces(tokenizer, texts)
    kept = list(range(SPECIAL))
    for number, (piece, _) in enumerate(whole):
        if number < SPECIAL or piece == "<mask>":
            continue
        letters = piece.replace("▁", "")
        latin = all(character in _KEPT_CHARACTERS for character in piece)
        single = len(letters) <= 1 and (ord(letters or " ") < 0x250 or 0x2000 <= ord(letters or " ") < 0x2300)
        if number in used or single or (latin and number < common):
            kept.append(number)
    return kept


def pruned(tokenizer: Tokenizer, kept: list[int]) -> Tokenizer:
    """The tokenizer over the kept pieces alone, numbered anew in the same order."""
    layout: dict[str, Any] = json.loads(tokenizer.to_str())
    whole = layout["model"]["vocab"]
    layout["model"]["vocab"] = [whole[number] for number in kept]
    layout["added_tokens"] = [token for token in layout["added_tokens"] if token["id"] < SPECIAL]
    layout["truncation"] = layout["padding"] = None
    return Tokenizer.from_str(json.dumps(layout))


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in a file, told neither to cut nor to pad: the reader does both itself."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
