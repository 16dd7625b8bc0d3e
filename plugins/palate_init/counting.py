"""How much there is in a file of interactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from palate.tables import Role, Table
from palate.tables.clock import Clock
from palate.tables.profile import Profile

CORE = 5
_DAY = 86_400.0
_MEMBER = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,\[\]\"']+"


@dataclass(frozen=True)
class Counts:
    """Rows, users, items, and the share of rows with a pair that an earlier row has.

    `dense` says that at least half of the pairs are left when users and items with fewer than five
    others go; `once`, that no user has two items. `days` is how long the times span, if they are moments.
    """

    rows: int
    users: int
    items: int
    repeats: float
    dense: bool
    once: bool
    days: float

    @classmethod
    def of(cls, table: Table, roles: Mapping[Role, Profile], item_list: str | None) -> Counts:
        """Count over the whole file. Raises DataError where it does not read."""
        names: dict[str, str] = {"user": roles["user"].name, "item": roles["item"].name}
        scan = table.scan(tuple(dict.fromkeys(names.values())), cut_wide_rows=True)
        pairs = scan.select(pl.col(column).alias(role) for role, column in names.items()).drop_nulls()
        if item_list is not None:
            pairs = _apart(pairs, item_list)
        with table.reading():
            rows = int(pairs.select(pl.len()).collect().item())
            once = pairs.unique().collect()
        enough = [pl.len().over(role) >= CORE for role in names]
        left = int(once.select((enough[0] & enough[1]).sum()).item())
        users = once["user"].n_unique()
        return cls(
            rows,
            users,
            once["item"].n_unique(),
            1 - once.height / max(rows, 1),
            left >= once.height / 2,
            once.height == users,
            _days(table, roles.get("time")),
        )


def _apart(pairs: pl.LazyFrame, separator: str) -> pl.LazyFrame:
    item = pl.col("item")
    if isinstance(pairs.collect_schema()["item"], pl.List):
        return pairs.explode("item").drop_nulls()
    found = item.str.extract_all(_MEMBER) if separator == "json" else item.str.split(separator)
    return pairs.with_columns(found).explode("item").drop_nulls()


def _days(table: Table, time: Profile | None) -> float:
    if time is None or not time.moments:
        return 0.0
    with table.reading():
        column = table.scan((time.name,), cut_wide_rows=True).select(pl.col(time.name)).collect()[time.name]
    clock = Clock.of(column.head(1000), time.pattern or "auto", time.name)
    moments = column.to_frame("x").select(clock.expression("x", column.dtype))["x"].drop_nulls()
    if moments.is_empty():
        return 0.0
    return float(moments.max() - moments.min()) / _DAY  # type: ignore[operator, arg-type]
