"""The order in which a dataset keeps its interactions."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

KEYS = ("user", "time", "item")
TIES = ("rating", "part", "label", "type")
FEW = 4_000_000
_NUMPY: dict[str, Any] = {"Int32": np.int32, "Int64": np.int64, "UInt8": np.uint8}


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows by user, time and item, then by what else there is, so that their first order is lost.

    Where the three fit into 64 bits, as they mostly do, one array of such numbers is sorted, in a
    third of the memory that a sort by columns takes.
    """
    keys = [key for key in KEYS if key in frame.columns]
    ties = [tie for tie in TIES if tie in frame.columns]
    if "rating" not in ties:
        whole = _sorted_whole(frame, [*keys, *ties])
        if whole is not None:
            return whole
    packed = _packed(frame, keys)
    if packed is None:
        return frame.sort([*keys, *ties])
    if _ascending(packed):
        return frame
    order = _sorting(packed)
    packed = packed[order]
    equal = packed[1:] == packed[:-1]
    del packed
    if ties and equal.any():
        _break_ties(frame.select(ties), order, equal)
    numbers = pl.Series(order)
    return pl.DataFrame([column.gather(numbers) for column in frame])


def _sorted_whole(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame | None:
    """The rows in order where all that stands in them fits into 64 bits: the numbers hold the rows."""
    packed = _packed(frame, columns)
    if packed is None or set(columns) != set(frame.columns):
        return None
    if _ascending(packed, strictly=False):
        return frame
    packed.sort(kind="stable")  # quick where files come in runs, as they mostly do
    found = {}
    for name in reversed(columns):
        low, high = int(frame[name].min()), int(frame[name].max())  # type: ignore[arg-type]
        width = np.uint64((high - low).bit_length())
        values = packed & ((np.uint64(1) << width) - np.uint64(1))
        values += np.int64(low).astype(np.uint64)  # wraps round, as it did when it was taken away
        found[name] = pl.Series(name, values.astype(_NUMPY[str(frame[name].dtype)]))
        packed >>= width
    return pl.DataFrame([found[name] for name in frame.columns])


def _sorting(packed: NDArray[np.uint64]) -> NDArray[Any]:
    """The row numbers in ascending order.

    polars sorts on all cores but keeps several times the memory; numpy is fast enough for a few
    million rows.
    """
    if len(packed) <= FEW:
        return np.argsort(packed, kind="stable")
    return pl.Series(packed).arg_sort().to_numpy(writable=True)


def _packed(frame: pl.DataFrame, keys: list[str]) -> NDArray[np.uint64] | None:
    """One number a row that orders as the keys do; None where they need more than 64 bits."""
    if frame.is_empty():
        return np.zeros(0, np.uint64)
    lows, widths = {}, {}
    for key in keys:
        low, high = frame[key].min(), frame[key].max()
        if not isinstance(low, int) or not isinstance(high, int) or frame[key].null_count():
            return None
        lows[key], widths[key] = low, (high - low).bit_length()
    if sum(widths.values()) > 64:
        return None
    packed = np.zeros(frame.height, np.uint64)
    for key in keys:
        packed <<= np.uint64(widths[key])
        packed |= (frame[key].to_numpy() - np.int64(lows[key])).astype(np.uint64)
    return packed


def _ascending(packed: NDArray[np.uint64], strictly: bool = True) -> bool:
    return bool(((packed[1:] > packed[:-1]) if strictly else (packed[1:] >= packed[:-1])).all())


def _break_ties(ties: pl.DataFrame, order: NDArray[Any], equal: NDArray[np.bool_]) -> None:
    """Order the runs of rows with equal keys by the other columns, in place."""
    inside = np.zeros(len(order), bool)
    inside[1:] |= equal
    inside[:-1] |= equal
    places = np.flatnonzero(inside)
    run = np.cumsum(np.concatenate([[True], ~equal]))[places]
    rows = order[places]
    some = ties[rows].with_columns(run=pl.Series(run), row=pl.Series(rows))
    order[places] = some.sort("run", *ties.columns)["row"].to_numpy()
