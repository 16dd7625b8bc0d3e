"""The vectors of all users and items as a table."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.pipeline import FittedBranch, Pipeline
from palate_profile.branches import interests_of, vectors_of

BLOCK = 1024


def vectors_table(pipeline: Pipeline, branch: FittedBranch) -> pl.DataFrame:
    """One line for each item, and for each interest of each user.

    `kind` is `item` or `user`, `id` the id as text, `title` that of an item, `interest` the number of
    the interest from 0 (null for an item), `vector` an array of d float32. Zeros stand for nothing
    known. Items are in the space after the branch's transforms, users beside them.
    """
    vectors = vectors_of(branch)
    items = pl.DataFrame(
        {
            "kind": ["item"] * len(vectors),
            "id": pipeline.items.ids.cast(pl.String),
            "title": pipeline.items.titles,
            "interest": pl.Series([None] * len(vectors), dtype=pl.Int32),
            "vector": _arrays(vectors),
        }
    )
    ids = pipeline.users["id"].cast(pl.String)
    rows = np.arange(len(ids), dtype=np.int32)
    parts = [items]
    for start in range(0, len(rows), BLOCK):
        block = interests_of(branch, pipeline.lookup.known(rows[start : start + BLOCK]))
        n, k, width = block.shape
        parts.append(
            pl.DataFrame(
                {
                    "kind": ["user"] * (n * k),
                    "id": ids.gather(np.repeat(rows[start : start + n], k).astype(np.uint32)),
                    "title": pl.Series([None] * (n * k), dtype=pl.String),
                    "interest": np.tile(np.arange(k, dtype=np.int32), n),
                    "vector": _arrays(block.reshape(n * k, width)),
                }
            )
        )
    return pl.concat(parts)


def _arrays(vectors: NDArray[np.float32]) -> pl.Series:
    width = pl.Array(pl.Float32, vectors.shape[1])
    return pl.Series(np.ascontiguousarray(vectors), dtype=width)
