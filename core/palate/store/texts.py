"""Text vectors, kept text by text, so that only what is new is ever encoded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data.query import Progress
from palate.errors import ComponentError
from palate.store.shards import DIGEST, Shard, read_shards, write_shard

CHUNK_TEXTS = 2048
CHUNK_CHARACTERS = 2**19


@dataclass(frozen=True)
class Encoded:
    """Vectors float32[n, d], row i for texts[i]; of the different texts, how many were encoded for it
    and how many had been kept.
    """

    vectors: NDArray[np.float32]
    encoded: int
    reused: int


@dataclass(frozen=True)
class TextVectors:
    """A folder of text vectors, one folder within for each encoder key. Processes may share it."""

    folder: Path

    def encode(
        self, texts: Sequence[str], encoder: Any, key: str, progress: Progress | None = None
    ) -> Encoded:
        """The vector of each text, from what is kept and else from the encoder.

        Each different text is encoded once. Chunks are kept as soon as they are encoded, so that
        an encoding that is stopped goes on where it was. A blank text gets zeros and is not
        encoded. `progress(done, total)` counts the texts to encode. Raises ComponentError for
        vectors that cannot be right, StoreError where they cannot be kept.
        """
        digests = _digests(texts)
        unique, first, inverse = np.unique(digests, return_index=True, return_inverse=True)
        blank = np.fromiter((not texts[at].strip() for at in first), bool, len(first))
        filling = _Filling(str(encoder.name), len(texts), first)
        missing = ~blank
        for places, shard in read_shards(self.folder / key, unique):
            rows = np.flatnonzero(places >= 0)
            filling.put(places[rows], shard.vectors, rows)
            missing[places] &= places < 0
        todo = np.flatnonzero(missing)
        done = 0
        for chunk in _chunks(todo, [len(texts[first[at]]) for at in todo]):
            given = [texts[first[at]] for at in chunk]
            vectors = _checked(encoder.encode(given), len(given), str(encoder.name))
            filling.put(chunk, vectors)
            write_shard(self.folder / key, Shard(unique[chunk], vectors))
            done += len(chunk)
            if progress is not None:
                progress(done, len(todo))
        filled = filling.result(inverse)
        return Encoded(filled, len(todo), int(np.count_nonzero(~blank)) - len(todo))


def encoder_key(identity: Sequence[Any], encoder: Any) -> str:
    """The key under which an encoder's vectors are kept, 32 hexadecimal digits.

    `identity` is what a recipe's block says of it: kind, name, distribution, code and options.
    Options that the encoder's class variable `only_speed` names are left out, and its own
    `identity()` is added if it has one.
    """
    ignored: frozenset[str] = getattr(encoder, "only_speed", frozenset())
    said = [
        {name: value for name, value in part.items() if name not in ignored}
        if isinstance(part, dict)
        else part
        for part in identity
    ]
    own = encoder.identity() if callable(getattr(encoder, "identity", None)) else ""
    text = json.dumps([said, own], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass
class _Filling:
    """The result on its way: its width is known once the first vectors are."""

    encoder: str
    length: int
    first: NDArray[np.intp]
    vectors: NDArray[np.float32] | None = None

    def put(
        self, places: NDArray[np.intp], vectors: NDArray[np.float32], rows: NDArray[np.intp] | None = None
    ) -> None:
        """Write vectors (or those rows of them) where each unique text stands first."""
        if self.vectors is None:
            self.vectors = np.zeros((self.length, vectors.shape[1]), np.float32)
        if vectors.shape[1] != self.vectors.shape[1]:
            raise ComponentError(
                f"encoder {self.encoder!r} must always give vectors of one length; "
                f"it gave {self.vectors.shape[1]} numbers before and {vectors.shape[1]} now"
            )
        self.vectors[self.first[places]] = vectors if rows is None else vectors[rows]

    def result(self, inverse: NDArray[np.intp]) -> NDArray[np.float32]:
        """All rows, those of repeated texts copied from the first."""
        if self.vectors is None:
            if not self.length:
                return np.zeros((0, 0), np.float32)
            raise ComponentError(f"encoder {self.encoder!r} has nothing to encode: every text is empty")
        source = self.first[inverse.reshape(-1)]
        again = np.flatnonzero(source != np.arange(self.length))
        self.vectors[again] = self.vectors[source[again]]
        return self.vectors


def _digests(texts: Sequence[str]) -> NDArray[np.bytes_]:
    joined = b"".join(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts
    )
    return np.frombuffer(joined, DIGEST)


def _chunks(todo: NDArray[np.intp], lengths: Sequence[int]) -> Iterator[NDArray[np.intp]]:
    """Texts of like length together, longest first: at most so many, and so many characters."""
    sizes = np.asarray(lengths, np.int64)
    order = np.argsort(-sizes, kind="stable")
    start = 0
    while start < len(order):
        room = CHUNK_CHARACTERS // max(1, int(sizes[order[start]]))
        stop = start + min(CHUNK_TEXTS, max(1, room))
        yield todo[order[start:stop]]
        start = stop


def _checked(vectors: Any, n: int, encoder: str) -> NDArray[np.float32]:
    """What an encoder gave for n texts as float32[n, d], or ComponentError for what is wrong with it."""
    given = np.asarray(vectors)
    wrong = f"encoder {encoder!r} must give one vector a text, float32[{n}, d]; got"
    if given.ndim != 2 or given.shape[1] == 0:
        raise ComponentError(f"{wrong} an array of shape {given.shape}")
    if len(given) != n:
        raise ComponentError(f"{wrong} {len(given)} rows for {n} texts")
    if not np.issubdtype(given.dtype, np.floating):
        raise ComponentError(f"{wrong} numbers of type {given.dtype}")
    with np.errstate(over="ignore"):
        kept: NDArray[np.float32] = np.ascontiguousarray(given, np.float32)
    finite = np.isfinite(kept).all(axis=1)
    if not finite.all():
        raise ComponentError(f"{wrong} NaN or infinite numbers for {np.count_nonzero(~finite)} of {n} texts")
    return kept
