"""Texts as bags of words, for encoders that count words."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)*")
_STRAIGHT = str.maketrans("\u2019", "'")


def words(text: str) -> list[str]:
    """The words of a text in lower case, as often and in the order as they stand.

    Letters and digits are a word, with apostrophes within. Chinese has no spaces, so that a
    sentence is one word until the preprocessor `tokenize` has put spaces in.
    """
    return _WORD.findall(text.lower().translate(_STRAIGHT))


def bags(texts: Iterable[str], columns: dict[str, int], grow: bool = False) -> sp.csr_array:
    """How often each word stands in each text: float32[n, len(columns)], sparse.

    `columns` numbers the words. With `grow` a word that is not in it gets the next number; without,
    it is not counted. Columns of a row are ascending.
    """
    known = columns.get
    indices: list[int] = []
    ends = [0]
    for text in texts:
        found = words(text)
        if grow:
            indices += [columns.setdefault(word, len(columns)) for word in found]
        else:
            indices += [at for at in map(known, found) if at is not None]
        ends.append(len(indices))
    shape = (len(ends) - 1, len(columns))
    ones = np.ones(len(indices), np.float32)
    counted = sp.csr_array((ones, np.array(indices, np.int64), np.array(ends, np.int64)), shape=shape)
    counted.sum_duplicates()
    return counted
