"""A checksum of what is in a dataset, wherever it came from."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import polars as pl

from palate.data.dataset import Dataset


def content_digest(dataset: Dataset) -> str:
    """BLAKE2b (128 bits, hexadecimal) of interactions, items and users.

    Datasets with the same content have the same, whatever file or database they came from and in which
    order its rows stood: columns count by name, whole numbers and other numbers by value and not by width.
    """
    digest = hashlib.blake2b(digest_size=16)
    for what, frame in (
        ("interactions", dataset.interactions),
        ("items", dataset.items.frame),
        ("users", dataset.users),
    ):
        digest.update(f"{what} {frame.height}\n".encode())
        for name in sorted(frame.columns):
            digest.update(f"{name}\n".encode())
            _update(digest, frame[name])
    return digest.hexdigest()


def _update(digest: Any, column: pl.Series) -> None:
    """Add the values of a column: which are missing, then the others as plain bytes."""
    if column.null_count():
        digest.update(b"null")
        digest.update(np.packbits(column.is_null().to_numpy()).data)
        column = column.drop_nulls()
    kind = column.dtype
    if isinstance(kind, pl.List):
        digest.update(b"list")
        _update(digest, column.list.len())
        _update(digest, column.filter(column.list.len() > 0).explode())
    elif kind.is_integer() or kind == pl.Boolean:
        digest.update(b"int")
        digest.update(np.ascontiguousarray(_narrow(column, pl.Int32, pl.Int64).to_numpy()).data)
    elif kind.is_float():
        digest.update(b"float")
        digest.update(np.ascontiguousarray(_narrow(column, pl.Float32, pl.Float64).to_numpy()).data)
    else:
        text = column.cast(pl.String)
        digest.update(b"text")
        _update(digest, text.str.len_bytes().cast(pl.Int64))
        digest.update(text.str.join("").item().encode())


def _narrow(column: pl.Series, narrow: type[pl.DataType], wide: type[pl.DataType]) -> pl.Series:
    """The values in the narrow type where it holds all of them exactly, which is half to hash."""
    if column.dtype == narrow:
        return column
    column = column.cast(wide)
    tried = column.cast(narrow, strict=False)
    return tried if tried.cast(wide).equals(column) else column
