"""Text vectors, kept text by text, so that only what is new is ever encoded."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data.query import Progress
from palate.errors import ComponentError
from palate.store.about import note_use
from palate.store.filling import Filling
from palate.store.merging import merge_small
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


class Exchange(Protocol):
    """How machines share the vectors of an encoder that lie in a folder of each."""

    def bring(self, key: str) -> None:
        """Fetch what others have written."""

    def share(self, key: str, shard: Path) -> None:
        """Give others a shard that was written here."""

    def describe(self, key: str) -> None:
        """Give others what is noted of whose vectors these are."""


@dataclass(frozen=True)
class TextVectors:
    """A folder of text vectors, one folder within for each encoder key. Processes may share it.

    With an `exchange` machines share them that do not share the folder.
    """

    folder: Path
    exchange: Exchange | None = None

    def encode(
        self,
        texts: Sequence[str] | pl.Series,
        encoder: Any,
        key: str,
        progress: Progress | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> Encoded:
        """The vector of each text, from what is kept and else from the encoder.

        Each different text is encoded once. Chunks are kept as soon as they are encoded, so that
        an encoding that is stopped goes on where it was. A blank text gets zeros and is not
        encoded. An encoder that is fitted on the texts is fitted on all of them, and what it gives is
        kept apart from what it gave for others. In memory are a chunk and about 100 bytes a text;
        a large result lies in a file. `progress(done, total)` counts the texts to encode, `about`
        says in words whose vectors they are. Raises ComponentError for vectors that cannot be
        right, StoreError where they cannot be kept.
        """
        digests, lengths = _read(texts)
        unique, first, inverse = np.unique(digests, return_index=True, return_inverse=True)
        missing = lengths[first] > 0
        different = int(np.count_nonzero(missing))
        fits = callable(getattr(encoder, "fit", None))
        folder = self.folder / (_fitted_key(key, unique) if fits else key)
        if self.exchange is not None:
            self.exchange.bring(folder.name)
        filling = Filling(str(encoder.name), len(texts), first, self.folder)
        for places, shard in read_shards(folder, unique):
            rows = np.flatnonzero(places >= 0)
            filling.put(places[rows], shard.vectors, rows)
            missing[places[rows]] = False
        todo = np.flatnonzero(missing)
        if fits and len(todo):
            encoder.fit(text for _, given in _chunks(texts, first, lengths) for text in given)
        done = 0
        for chunk, given in _chunks(texts, first[todo], lengths):
            filling.put(todo[chunk], self._encoded(folder, encoder, given, unique[todo[chunk]]))
            done += len(chunk)
            if progress is not None:
                progress(done, len(todo))
        note_use(folder, about)
        if self.exchange is not None and len(todo):
            self.exchange.describe(folder.name)
        merge_small(folder)
        return Encoded(filling.result(inverse), len(todo), different - len(todo))

    def encode_chunks(
        self,
        texts: Sequence[str] | pl.Series,
        encoder: Any,
        key: str,
        number: int,
        count: int,
        about: Mapping[str, Any] | None = None,
    ) -> int:
        """Keep the vectors of the chunks `number`, `number` + `count`, ...; how many texts were encoded.

        The chunks are those in which `encode` takes all texts where none is kept, so that vectors that depend
        on what is encoded beside them are the same. For encoders that are not fitted on the texts.
        """
        digests, lengths = _read(texts)
        unique, first = np.unique(digests, return_index=True)
        folder = self.folder / key
        if self.exchange is not None:
            self.exchange.bring(key)
        missing = np.ones(len(unique), bool)
        for places, _ in read_shards(folder, unique):
            missing[places[places >= 0]] = False
        done = 0
        for chunk, given in islice(_chunks(texts, first, lengths), number, None, count):
            left = [at for at, row in enumerate(chunk) if missing[row]]
            if left:
                self._encoded(folder, encoder, [given[at] for at in left], unique[chunk[left]])
                done += len(left)
        if done:
            note_use(folder, about)
        return done

    def _encoded(
        self, folder: Path, encoder: Any, texts: list[str], digests: NDArray[np.bytes_]
    ) -> NDArray[np.float32]:
        """The vectors of a chunk of texts, kept and shared."""
        if not hasattr(encoder, "encode_parts"):
            vectors = _checked(encoder.encode(texts), len(texts), str(encoder.name))
            self._keep(folder, digests, vectors)
            return vectors
        found: NDArray[np.float32] | None = None
        for rows, part in encoder.encode_parts(texts):
            vectors = _checked(part, len(rows), str(encoder.name))
            self._keep(folder, digests[rows], vectors)
            found = np.empty((len(texts), vectors.shape[1]), np.float32) if found is None else found
            found[rows] = vectors
        return np.zeros((0, 0), np.float32) if found is None else found

    def _keep(self, folder: Path, digests: NDArray[np.bytes_], vectors: NDArray[np.float32]) -> None:
        written = write_shard(folder, Shard(digests, vectors))
        if self.exchange is not None:
            self.exchange.share(folder.name, written)

    def left(self, texts: Sequence[str] | pl.Series, key: str) -> list[str]:
        """The different texts of which no vector is kept under this key, each once."""
        digests, lengths = _read(texts)
        unique, first = np.unique(digests, return_index=True)
        missing = lengths[first] > 0
        for places, _ in read_shards(self.folder / key, unique):
            missing[places[places >= 0]] = False
        return _taken(texts, first[missing])


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


def _fitted_key(key: str, unique: NDArray[np.bytes_]) -> str:
    """The key of an encoder fitted on exactly these texts."""
    return hashlib.blake2b(key.encode() + unique.tobytes(), digest_size=16).hexdigest()


def _read(texts: Iterable[str]) -> tuple[NDArray[np.bytes_], NDArray[np.int64]]:
    """The digest of each text, and its length in characters: 0 for a blank one."""
    digests, lengths = bytearray(), array("q")
    for text in texts:
        digests += _digest(text)
        lengths.append(0 if text.isspace() else len(text))
    return np.frombuffer(digests, DIGEST), np.frombuffer(lengths, np.int64)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _chunks(
    texts: Sequence[str] | pl.Series, rows: NDArray[np.intp], lengths: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.intp], list[str]]]:
    """Places in `rows` with the texts there: texts of like length together, longest first, at most so
    many and so many characters; blank ones are left out.
    """
    sizes = lengths[rows]
    order = np.argsort(-sizes, kind="stable")[: int(np.count_nonzero(sizes))]
    start = 0
    while start < len(order):
        room = CHUNK_CHARACTERS // max(1, int(sizes[order[start]]))
        chunk = order[start : start + min(CHUNK_TEXTS, max(1, room))]
        yield chunk, _taken(texts, rows[chunk])
        start += len(chunk)


def _taken(texts: Sequence[str] | pl.Series, rows: NDArray[np.intp]) -> list[str]:
    if isinstance(texts, pl.Series):
        taken: list[str] = texts.gather(rows).to_list()
        return taken
    return [texts[row] for row in rows]


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
