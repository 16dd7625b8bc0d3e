"""A file of interactions and how its columns are to be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import polars as pl

from palate.errors import DataError
from palate.reading import ids
from palate.reading.ids import Form
from palate.tables import Role, Table
from palate.tables.cells import looks_listed
from palate.tables.clock import Clock
from palate.tables.names import Carried
from palate.tables.numerals import Numerals
from palate.tables.table import ROW

SAMPLE = 1000
JSON = "json"
SHOWN = ("head", "sample", "several", "clock", "numerals")
Forms = Mapping[Literal["user", "item"], Form]
_MEMBER = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,\[\]\"']+"
_FLAGS = {"true": "1", "false": "0"}


@dataclass(frozen=True)
class Log:
    """A file of interactions, which column has which role, and the part of a split it is.

    `forms` says how the ids of users and of items are written; None: as the first rows show. `wide`
    holds the numbers of rows with too many fields; `cut`: rows end in separators. `decimal`,
    `thousands` and `item_list` are the options of the source; `carried` are columns that go along as text.
    """

    table: Table
    roles: dict[Role, str]
    time_format: str = "auto"
    part: int | None = None
    forms: Forms | None = None
    wide: tuple[int, ...] = ()
    cut: bool = False
    decimal: str | None = None
    thousands: str | None = None
    item_list: str | None = None
    carried: Mapping[Carried, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """What it has a column for."""
        return frozenset({*self.roles, *self.carried})

    @cached_property
    def head(self) -> pl.DataFrame:
        """The first rows, by role, as they stand in the file."""
        with self.table.reading():
            return self._by_role(True).head(SAMPLE).collect()

    @cached_property
    def sample(self) -> pl.DataFrame:
        """The first rows, by role, one for each item."""
        return self._apart(self.head.lazy()).collect()

    def but(self, **changes: Any) -> Log:
        """The same log with other values; what its first rows have shown is kept."""
        other = replace(self, **changes)
        other.__dict__.update({name: self.__dict__[name] for name in SHOWN if name in self.__dict__})
        return other

    @cached_property
    def clock(self) -> Clock:
        """How its times are written. Raises DataError where that cannot be told."""
        where = f"column {self.roles['time']!r} of {self.table}"
        return Clock.of(self.sample["time"], self.time_format, where, self._all_times)

    @cached_property
    def numerals(self) -> Numerals:
        """How its ratings are written. Raises DataError where that cannot be told."""
        semicolons = self.table.separator == ";"
        found = Numerals.of(self.sample["rating"], self.decimal, self.thousands, semicolons)
        if found.ambiguous:
            some = self.sample["rating"].drop_nulls()[0]
            where = f"column {self.roles['rating']!r} of {self.table}"
            raise DataError(
                f"{where} has numbers such as {some!r}, in which the comma may be a decimal mark or one of "
                "thousands: say `decimal: ','` or `thousands: ','`"
            )
        return found

    @cached_property
    def several(self) -> str | None:
        """What stands between the items of one row: None where a row has one item."""
        if self.item_list is not None:
            return self.item_list
        items = self.head["item"]
        if isinstance(items.dtype, pl.List):
            return JSON
        return JSON if items.dtype == pl.String and looks_listed(items) else None

    def scan(self, cut: bool = False) -> pl.LazyFrame:
        """Its columns by role, as they stand in the file, without the rows that are too wide."""
        return self._apart(self._by_role(cut))

    def _apart(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """A row for each item where a row of the file has several."""
        if self.several is None:
            return frame
        item = pl.col("item")
        if isinstance(frame.collect_schema()["item"], pl.List):
            items = item.cast(pl.List(pl.String))
        elif self.several == JSON:
            items = item.str.extract_all(_MEMBER).list.eval(pl.element().str.strip_chars("\"'"))
        else:
            items = item.str.split(self.several).list.eval(pl.element().str.strip_chars())
        items = items.list.eval(pl.element().filter(pl.element() != ""))
        return frame.with_columns(items).explode("item")

    def _by_role(self, cut: bool) -> pl.LazyFrame:
        named = {str(name): column for name, column in (*self.roles.items(), *self.carried.items())}
        columns = tuple(dict.fromkeys(named.values()))
        frame = self.table.scan(columns, cut_wide_rows=cut or self.cut)
        frame = frame.select(ROW, *(pl.col(column).alias(name) for name, column in named.items()))
        return frame.filter(~pl.col(ROW).is_in(list(self.wide))) if self.wide else frame

    def form(self, role: Literal["user", "item"]) -> Form:
        """The form of its ids, as the first rows show it."""
        return ids.form_of(self.sample[role])

    def expressions(self) -> list[pl.Expr]:
        """What makes the file's columns ours: null wherever a value is missing or does not read.

        An empty rating becomes NaN, so that null is left for ratings that do not read.
        """
        schema = self.sample.schema
        forms = self.forms or {"user": self.form("user"), "item": self.form("item")}
        found = [ids.expression(role, schema[role], form).alias(role) for role, form in forms.items()]
        if "rating" in self.roles:
            rating = self._rating(schema["rating"])
            empty = pl.col("rating").is_null()
            found.append(pl.when(empty).then(float("nan")).otherwise(rating).cast(pl.Float32).alias("rating"))
        if "time" in self.roles:
            found.append(self.clock.expression("time", schema["time"]).alias("time"))
        if self.part is not None:
            found.append(pl.lit(self.part, pl.UInt8).alias("part"))
        return [*found, *(pl.col(name).cast(pl.String).fill_null("") for name in self.carried)]

    def _rating(self, dtype: pl.DataType) -> pl.Expr:
        rating = pl.col("rating")
        if dtype != pl.String:
            return rating.cast(pl.Float32, strict=False)
        if set(self.sample["rating"].drop_nulls().str.to_lowercase()) <= set(_FLAGS):
            rating = rating.str.to_lowercase().replace(_FLAGS)
        return self.numerals.expression(rating).cast(pl.Float32, strict=False)

    def read(self) -> pl.DataFrame:
        """All rows that are not too wide, ours by type; nulls where a value is missing or does not read.

        Raises polars' ComputeError for rows that are too wide and not known to be.
        """
        return self.scan().select(self.expressions()).collect()

    def check_lines(self, rows: int) -> None:
        """Raises DataError where a quote made one row of several lines; `rows` were read."""
        if self.several is not None:
            rows = int(self._by_role(True).select(pl.len()).collect().item())
        self.table.check_lines(rows + len(self.wide))

    def looked_over(self) -> Log:
        """The same log with its wide rows written down."""
        return self.but(wide=tuple(self.table.wide_rows()), cut=True)

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
        return [f"{self.table.place(row)} ({what})" for row, what in sorted(found)[:limit]]

    def hides_text(self, role: Literal["user", "item"], form: Form) -> bool:
        """Whether among ids taken for numbers of this form there is one that is none."""
        unread = pl.col(role).is_not_null() & ids.expression(role, self.sample[role].dtype, form).is_null()
        return bool(self.scan().select(unread.any()).collect().item())

    def _all_times(self) -> pl.Series:
        with self.table.reading():
            return self._by_role(True).select(pl.col("time").unique()).collect()["time"]

    def _fault(self, row: dict[str, object]) -> str:
        role = next(role for role in self.roles if row[f"no {role}"])
        value = row[role]
        return f"no {role}" if value is None else f"{role} {value!r}"
