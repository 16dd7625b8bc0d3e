"""Ids into row numbers."""

from __future__ import annotations

import numpy as np
import polars as pl

_SPARE = 2**20


def numbered(ids: pl.Series, more: pl.Series | None = None) -> tuple[pl.Series, pl.Series]:
    """All ids, once each, ascending; and for each of `ids` its int32 row number among them.

    `more` are ids of the same type that count too although nothing happened to them. Integers that
    lie close together are looked up in a table, which needs no hashing and little memory.
    """
    if not ids.dtype.is_integer():
        known = _distinct(ids, more)
        number = pl.int_range(len(known), dtype=pl.Int32, eager=True)
        return known, ids.replace_strict(known, number, return_dtype=pl.Int32)
    parts = [ids] if more is None or more.is_empty() else [ids, more]
    low, high = min(_whole(part.min()) for part in parts), max(_whole(part.max()) for part in parts)
    if high - low > 4 * sum(map(len, parts)) + _SPARE or high >= 2**63:
        known = _distinct(ids, more)
        return known, pl.Series(np.searchsorted(known.to_numpy(), ids.to_numpy()).astype(np.int32))
    present = np.zeros(high - low + 1, bool)
    for part in parts:
        present[part.to_numpy().astype(np.int64) - low] = True
    known = pl.Series(np.flatnonzero(present) + low).cast(ids.dtype)
    rank = np.cumsum(present, dtype=np.int32) - np.int32(1)
    return known, pl.Series(rank[ids.to_numpy().astype(np.int64) - low])


def _distinct(ids: pl.Series, more: pl.Series | None) -> pl.Series:
    known = ids.unique()
    return (known if more is None else pl.concat([known, more.alias(known.name)]).unique()).sort()


def _whole(value: object) -> int:
    return int(value)  # type: ignore[call-overload,no-any-return]
