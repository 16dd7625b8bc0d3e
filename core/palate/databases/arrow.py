"""Batches of Arrow as frames with plain types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

_TEXT = (pl.Categorical, pl.Enum, pl.Object)


def frames(reader: Iterable[Any], schema: Any) -> Iterator[pl.DataFrame]:
    """Batches as frames; an empty one first, so that the columns are known without rows."""
    import pyarrow as pa

    yield framed(schema.empty_table())
    for batch in reader:
        yield framed(pa.Table.from_batches([batch]))


def framed(table: Any) -> pl.DataFrame:
    """A table of Arrow; what a database has types of its own for, as what it is stored as."""
    import pyarrow as pa

    columns = []
    for column in table.columns:
        if isinstance(column.type, pa.BaseExtensionType):
            stored = [chunk.storage for chunk in column.chunks]
            column = pa.chunked_array(stored, column.type.storage_type)
        columns.append(column)
    return plain(pl.DataFrame(pl.from_arrow(pa.table(columns, names=_names(table.column_names)))))


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Decimals and huge integers as floats, categories and what polars has no type for as text."""
    return frame.with_columns(
        column.cast(pl.String) if column.dtype in _TEXT else column.cast(pl.Float64)
        for column in frame
        if column.dtype in (*_TEXT, pl.Decimal)
    )


def _names(names: list[str]) -> list[str]:
    """Names of columns, each once, as files have them."""
    found: list[str] = []
    for name in names:
        times = sum(other == name or other.startswith(f"{name}_duplicated_") for other in found)
        found.append(name if name not in found else f"{name}_duplicated_{times - 1}")
    return found
