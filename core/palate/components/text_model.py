"""A language model as an encoder reads texts with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Rows = list[list[int]]


@dataclass(frozen=True)
class TextModel:
    """What an encoder hands over to be trained.

    `folder` has the model's files as transformers loads them. `tokens(texts)` gives the token numbers of each
    text, cut and with its prompt as the encoder reads it, and int64[n], how many at the front of each are
    read but not pooled. `weights(mask, skipped)` is float32[n, t], the share of each token in the vector of
    its text, from a mask int64[n, t], padded on the right with the token `padding`.

    `pooling` is the name of that way of pooling in sentence-transformers' files, `longest` how many tokens a
    text has at most (None: no limit), `decoder` whether each token attends only to those before it, `mask`
    the token that stands for a hidden word (None: there is none), and `special` the tokens that are no words.
    """

    folder: Path
    tokens: Callable[[Sequence[str]], tuple[Rows, NDArray[np.int64]]]
    weights: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
    padding: int
    pooling: str
    longest: int | None
    decoder: bool
    mask: int | None = None
    special: frozenset[int] = frozenset()
