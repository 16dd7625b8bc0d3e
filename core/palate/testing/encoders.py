"""What every encoder must do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.testing.case import Case, ensure, same

TEXTS = (
    "A quiet film about the sea.",
    "Robots, rockets and a very long war between two planets that nobody remembers the beginning of.",
    "",
    "安静的海",
    "A quiet film about the sea.",
    "Comedy",
)
ROUNDING = 0.01  # of a vector's length: batches of other lengths round otherwise, in bfloat16 too


def gives_one_row_a_text(case: Case) -> None:
    vectors = _encode(case, TEXTS)
    ensure(isinstance(vectors, np.ndarray) and vectors.dtype == np.float32, "vectors must be float32 arrays")
    ensure(vectors.ndim == 2 and len(vectors) == len(TEXTS), f"{len(TEXTS)} texts gave {vectors.shape}")


def vectors_are_finite(case: Case) -> None:
    """Those of an empty text too."""
    ensure(bool(np.isfinite(_encode(case, TEXTS)).all()), "vectors must be finite")


def no_texts_give_no_rows(case: Case) -> None:
    with _open(case) as encoder:
        width = encoder.encode(list(TEXTS[:1])).shape[1]
        none = encoder.encode([])
    ensure(none.shape == (0, width), f"no texts must give shape (0, {width}); got {none.shape}")


def identical_texts_have_identical_vectors(case: Case) -> None:
    vectors = _encode(case, TEXTS)
    _ensure_near(vectors[:1], vectors[4:5], "a text that stands twice has two vectors")


def different_texts_have_different_vectors(case: Case) -> None:
    first, second = _encode(case, TEXTS[:2])
    ensure(not np.allclose(first, second), "two texts with no word in common have one vector")


def a_row_does_not_depend_on_the_others(case: Case) -> None:
    """Another order, or a text alone, gives the same vectors, but for rounding."""
    with _open(case) as encoder:
        together = encoder.encode(list(TEXTS))
        back = encoder.encode(list(TEXTS[::-1]))[::-1]
        alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    _ensure_near(together, back, "vectors depend on the order of the texts")
    _ensure_near(together, alone, "vectors depend on the texts beside them")


def encoding_again_gives_the_same(case: Case) -> None:
    _ensure_near(_encode(case, TEXTS), _encode(case, TEXTS), "a second encoder gives other vectors")


@contextmanager
def _open(case: Case) -> Iterator[Any]:
    encoder = case.make()
    if callable(getattr(encoder, "fit", None)):
        encoder.fit(dict.fromkeys(text for text in TEXTS if text))
    try:
        yield encoder
    finally:
        if callable(getattr(encoder, "close", None)):
            encoder.close()


def _encode(case: Case, texts: Sequence[str]) -> NDArray[np.float32]:
    with _open(case) as encoder:
        vectors: NDArray[np.float32] = encoder.encode(list(texts))
    return vectors


def _ensure_near(one: NDArray[np.float32], other: NDArray[np.float32], message: str) -> None:
    ensure(one.shape == other.shape, f"{message}: {one.shape} and {other.shape}")
    if same(one, other):
        return
    length = np.maximum(np.linalg.norm(one, axis=1), 1e-6)
    gap = float((np.linalg.norm(one - other, axis=1) / length).max())
    ensure(gap <= ROUNDING, f"{message}: they are {gap:.2g} of their length apart")


CHECKS = (
    gives_one_row_a_text,
    vectors_are_finite,
    no_texts_give_no_rows,
    identical_texts_have_identical_vectors,
    different_texts_have_different_vectors,
    a_row_does_not_depend_on_the_others,
    encoding_again_gives_the_same,
)
