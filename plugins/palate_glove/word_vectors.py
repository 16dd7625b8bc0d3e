"""Word vectors, loaded from their files."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError
from palate.paths import literally


@dataclass(frozen=True)
class WordVectors:
    """`words`, most common first, and the vector of each, float32[n, d]."""

    words: pl.Series
    vectors: Vectors

    def rows(self, words: list[str]) -> NDArray[np.intp]:
        """The row of each word, -1 for one without a vector."""
        asked = pl.DataFrame({"word": pl.Series(words, dtype=pl.String)})
        found = asked.join(self._numbered, on="word", how="left", maintain_order="left")
        rows: NDArray[np.intp] = found["row"].fill_null(-1).to_numpy().astype(np.intp)
        return rows

    @cached_property
    def _numbered(self) -> pl.DataFrame:
        numbers = pl.int_range(len(self.words), dtype=pl.Int64, eager=True)
        frame = pl.DataFrame({"word": self.words, "row": numbers})
        return frame.unique("word", keep="first", maintain_order=True)


def read(files: tuple[Path, ...]) -> WordVectors:
    """The vectors of one file of text, or of words in Parquet beside numbers in `.npy`.

    Raises ComponentError where words and vectors do not belong together or are no numbers.
    """
    try:
        found = _beside(*files) if len(files) == 2 else _text(files[0])
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        said = str(error).strip().split("\n")[0]
        raise ComponentError(
            f"encoder 'glove': {files[-1]} cannot be read as word vectors, a word and its numbers a line, "
            f"the same count in each: {said}"
        ) from error
    wrong = int(np.count_nonzero(~np.isfinite(found.vectors).all(axis=1)))
    if wrong:
        raise ComponentError(
            f"encoder 'glove': {files[-1]} has NaN or infinite numbers for {wrong:,} of "
            f"{len(found.words):,} words"
        )
    return found


def _beside(words: Path, vectors: Path) -> WordVectors:
    listed = pl.read_parquet(literally(words)).to_series(0)
    numbers = np.load(vectors, mmap_mode="r", allow_pickle=False)
    if numbers.ndim != 2 or len(numbers) != len(listed):
        raise ValueError(f"{len(listed)} words and vectors of shape {numbers.shape}")
    return WordVectors(listed, np.asarray(numbers, np.float32))


def _text(file: Path) -> WordVectors:
    """A word and its numbers a line; a first line of two numbers, as word2vec writes, is passed over."""
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", errors="replace") as lines:
        first = lines.readline().split()
    frame = pl.read_csv(
        literally(file),
        has_header=False,
        separator=" ",
        quote_char=None,
        skip_rows=1 if len(first) == 2 else 0,
        encoding="utf8-lossy",
        infer_schema=False,
    )
    columns = [name for name in frame.columns[1:] if frame[name].null_count() < frame.height]
    if not columns:
        raise ValueError("there are no numbers behind the words")
    numbers = frame.select(pl.col(columns).cast(pl.Float32))
    if any(numbers[name].null_count() for name in columns):
        raise ValueError("some words have fewer numbers than others")
    return WordVectors(frame.to_series(0), np.ascontiguousarray(numbers.to_numpy()))
