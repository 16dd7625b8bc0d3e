"""Tables and queries of a database as tables of palate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from palate.databases.connection import Connection, Mixed
from palate.errors import DataError, closest, listed
from palate.paths import literally

AT_ONCE = 2**26
"""Bytes that are gathered before they are written to the disk."""
MANY = 20
_READS = ("select", "with", "values", "table", "from", "(")
_CHANGES = re.compile(
    r"(?i)^(insert|update|delete|drop|alter|create|copy|truncate|merge|grant|call|do|vacuum)\b"
)


def query_of(connection: Connection, text: str, what: str) -> str:
    """The query that a text means: itself, or all of the table that it names.

    `what` is the option that it stands in. Raises DataError for a statement that is no reading, and for a
    table that is not there, with those that are.
    """
    said = text.strip().rstrip(";").rstrip()
    if not said:
        raise DataError(f"`{what}` is empty: name a table, or write a query that begins with select")
    if re.search(r"\s|\(", said):
        if said.lower().startswith(_READS):
            return said
        if _CHANGES.match(said):
            raise DataError(f"`{what}` must be a table, or a query that begins with select or with")
    known = connection.tables()
    if said in known:
        return f"select * from {_quoted(connection, said)}"  # noqa: S608 - a quoted name of a table
    same = [name for name in known if name.lower() == said.lower()]
    if len(same) == 1:
        return f"select * from {_quoted(connection, same[0])}"  # noqa: S608
    raise DataError(
        f"`{what}`: there is no table {said!r}.{closest(said, known)} "
        + (f"There are {listed(known, MANY)}" if known else "There are no tables")
    )


def columns_of(connection: Connection, query: str) -> pl.DataFrame:
    """The columns of a query, without its rows."""
    for batch in connection.batches(f"select * from ({query}) as palate limit 0"):  # noqa: S608
        return batch.clear()
    return pl.DataFrame()


def spooled(connection: Connection, query: str, folder: Path) -> pl.LazyFrame:
    """The rows of a query, written to files below a folder while they arrive, to be scanned from there.

    So memory holds a batch, whatever the size of the result. A column whose type differs from batch to
    batch becomes numbers where all of it is, else text.
    """
    try:
        paths = _written(connection.batches(query), folder / "1")
    except Mixed as mixed:
        paths = _written(mixed.batches, folder / "2")
    schemas = [pl.read_ipc_schema(literally(path)) for path in paths]
    if all(schema == schemas[0] for schema in schemas):
        return pl.concat(map(_scanned, paths))
    types = {name: _common([schema[name] for schema in schemas]) for name in schemas[0]}
    return pl.concat([_scanned(path).cast(types) for path in paths])  # type: ignore[arg-type]


def _scanned(path: Path) -> pl.LazyFrame:
    named = literally(path)
    return pl.scan_ipc(path) if named is path else pl.read_ipc(named).lazy()


def _written(batches: Iterator[pl.DataFrame], folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    paths: list[Path] = []
    gathered: list[pl.DataFrame] = []

    def write() -> None:
        whole = pl.concat(gathered)
        paths.append(folder / f"{len(paths):06}.arrow")
        whole.write_ipc(paths[-1])
        gathered.clear()

    empty: pl.DataFrame | None = None
    for batch in batches:
        if empty is None:
            empty = batch.clear()
        if batch.is_empty():
            continue
        if gathered and batch.schema != gathered[0].schema:
            write()
        gathered.append(batch)
        if sum(part.estimated_size() for part in gathered) >= AT_ONCE:
            write()
    if not gathered and not paths and empty is not None:
        gathered.append(empty)
    if gathered:
        write()
    return paths


def _common(types: list[pl.DataType]) -> pl.DataType | type[pl.DataType]:
    """The type of a column that has these in its batches."""
    found = {kind for kind in types if kind != pl.Null}
    if len(found) <= 1:
        return next(iter(found), pl.String)
    if all(kind.is_integer() for kind in found):
        return pl.Int64
    return pl.Float64 if all(kind.is_numeric() for kind in found) else pl.String


def _quoted(connection: Connection, name: str) -> str:
    """A name quoted, after its schema where it has one and there is no table with a dot in its name."""
    return ".".join(connection.quoted(part) for part in name.split("."))
