"""The words that become columns, found in all texts, with their document frequencies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.rows import entry_rows
from palate.data.words import bags
from palate.errors import ComponentError


@dataclass(frozen=True)
class Vocabulary:
    """`columns` numbers the words that count; `texts` (float64[m]) is the number of the `n` texts that
    contain each, and `length` the mean number of these words in a text.
    """

    columns: dict[str, int]
    texts: NDArray[np.float64]
    n: int
    length: float


def learn(
    texts: Iterable[str], encoder: str, most: int, min_texts: int, max_share: float
) -> tuple[Vocabulary, sp.csr_array]:
    """The vocabulary, and the counts float32[n, m] of its words in the texts.

    Words in fewer than `min_texts` texts or in more than this share of them are left out; of the
    rest the `most` found in most texts are kept, in alphabetical order where equal. Raises
    ComponentError where no word is left.
    """
    found: dict[str, int] = {}
    counted = bags(texts, found, grow=True)
    n = counted.shape[0]
    frequency = np.bincount(counted.indices, minlength=len(found)).astype(np.float64)
    names = np.array(list(found), dtype=np.str_)
    fit = np.flatnonzero((frequency >= min_texts) & (frequency <= max_share * n))
    if not len(fit):
        raise ComponentError(
            f"encoder {encoder!r} is left without words: of {len(found):,} different words in {n:,} texts "
            f"none is in at least {min_texts} texts and in at most {max_share:.0%} of them; change "
            "min_texts or max_share"
        )
    chosen = fit[np.lexsort((names[fit], -frequency[fit]))[:most]]
    columns = {str(name): at for at, name in enumerate(names[chosen])}
    kept = sp.csr_array(counted[:, chosen])
    return Vocabulary(columns, frequency[chosen], n, float(kept.sum()) / n), kept


def scaled(counted: sp.csr_array, values: NDArray[np.floating]) -> sp.csr_array:
    """A sparse matrix with the entries of `counted`, and these values."""
    parts = (values.astype(np.float32), counted.indices, counted.indptr)
    return sp.csr_array(parts, shape=counted.shape)


def unit_rows(weights: sp.csr_array) -> sp.csr_array:
    """Rows of length one; an empty one stays empty."""
    rows = entry_rows(weights)
    squares = np.bincount(rows, weights.data.astype(np.float64) ** 2, weights.shape[0])
    return scaled(weights, weights.data / np.sqrt(squares)[rows])
