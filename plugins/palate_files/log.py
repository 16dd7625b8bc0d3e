"""A file of interactions and how its columns are to be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import polars as pl

from palate.tables import Role, Table
from palate.tables.table import ROW, reading
from palate_files import ids
from palate_files.clock import Clock

SAMPLE = 1000
Numbers = Mapping[Literal["user", "item"], bool]


@dataclass(frozen=True)
class Log:
    """A file of interactions, which column has which role, and the part of a split it is.

    `numbers` says whether the ids of users and of items are whole numbers; None: what the first
    rows show. `wide` holds the numbers of rows with too many fields.
    """

    table: Table
    roles: dict[Role, str]
    time_format: str = "auto"
    part: int | None = None
    numbers: Numbers | None = None
    wide: tuple[int, ...] = ()

    @cached_property
    def sample(self) -> pl.DataFrame:
        """The first rows, by role."""
        with reading(self.table.path):
            return self.scan(cut=True).head(SAMPLE).collect()

    @cached_property
    def clock(self) -> Clock:
        """How its times are written. Raises DataError where that cannot be told."""
        where = f"column {self.roles['time']!r} of {self.table.path}"
        return Clock.of(self.sample["time"], self.time_format, where)

    def scan(self, cut: bool = False) -> pl.LazyFrame:
        """Its columns by role, as they stand in the file, without the rows that are too wide."""
        columns = tuple(dict.fromkeys(self.roles.values()))
        frame = self.table.scan(columns, cut_wide_rows=cut or bool(self.wide))
        frame = frame.select(ROW, *(pl.col(column).alias(role) for role, column in self.roles.items()))
        return frame.filter(~pl.col(ROW).is_in(list(self.wide))) if self.wide else frame

    def looks_numbered(self, role: Literal["user", "item"]) -> bool:
        return ids.are_numbers(self.sample[role])

    def expressions(self) -> list[pl.Expr]:
        """What makes the file's columns ours: null wherever a value is missing or does not read.

        An empty rating becomes NaN, so that null is left for ratings that do not read.
        """
        schema = self.sample.schema
        numbers = self.numbers or {"user": self.looks_numbered("user"), "item": self.looks_numbered("item")}
        found = [
            ids.expression(role, schema[role], is_number).alias(role) for role, is_number in numbers.items()
        ]
        if "rating" in self.roles:
            rating = pl.col("rating").cast(pl.Float32, strict=False)
            empty = pl.col("rating").is_null()
            found.append(pl.when(empty).then(float("nan")).otherwise(rating).cast(pl.Float32).alias("rating"))
        if "time" in self.roles:
            found.append(self.clock.expression("time", schema["time"]).alias("time"))
        if self.part is not None:
            found.append(pl.lit(self.part, pl.UInt8).alias("part"))
        return found

    def read(self) -> pl.DataFrame:
        """All rows that are not too wide, ours by type; nulls where a value is missing or does not read.

        Raises polars' ComputeError for rows that are too wide and not known to be.
        """
        return self.scan().select(self.expressions()).collect()

    def looked_over(self) -> Log:
        """The same log with its wide rows written down."""
        return replace(self, wide=tuple(self.table.wide_rows()))

    def faults(self, limit: int) -> list[str]:
        """The first rows that do not read, in words."""
        tested = self.scan().with_columns(
            expression.is_null().alias(f"no {expression.meta.output_name()}")
            for expression in self.expressions()
        )
        flags = [f"no {role}" for role in self.roles]
        rows = tested.filter(pl.any_horizontal(flags)).head(limit).collect()
        found = [(row[ROW], self._fault(row)) for row in rows.iter_rows(named=True)]
        found += [(row, "too many fields") for row in self.wide[:limit]]
        return [f"{self._place(row)} ({said})" for row, said in sorted(found)[:limit]]

    def hides_text(self, role: Literal["user", "item"]) -> bool:
        """Whether among ids taken for numbers there is one that is text."""
        unread = pl.col(role).is_not_null() & ids.expression(role, self.sample[role].dtype, True).is_null()
        return bool(self.scan().select(unread.any()).collect().item())

    def _fault(self, row: dict[str, object]) -> str:
        role = next(role for role in self.roles if row[f"no {role}"])
        value = row[role]
        return f"no {role}" if value is None else f"{role} {value!r}"

    def _place(self, row: int) -> str:
        return f"row {row + 1}" if self.table.typed else f"line {row + self.table.first_line}"
