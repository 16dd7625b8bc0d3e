"""Interactions, items and users by their ids: what a dataset holds, and what is to come to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from palate.checksums import damage, seal
from palate.data import Dataset
from palate.errors import DataError, StoreError, listed
from palate.paths import literally

_NAMES = ("interactions", "items", "users")
SKIPPED = ("strength",)


@dataclass(frozen=True)
class Tables:
    """`interactions` with `user` and `item` by id and what the source says of each event; `items` and `users`
    with `id` and attributes.
    """

    interactions: pl.DataFrame
    items: pl.DataFrame
    users: pl.DataFrame

    @classmethod
    def of(cls, dataset: Dataset) -> Tables:
        """What a dataset holds."""
        frame = dataset.interactions
        ids = (
            dataset.users["id"].gather(frame["user"]).alias("user"),
            dataset.items.ids.gather(frame["item"]).alias("item"),
        )
        return cls(frame.with_columns(*ids).drop(*SKIPPED, strict=False), dataset.items.frame, dataset.users)

    def dataset(self) -> Dataset:
        """The dataset that they make."""
        return Dataset.from_frames(self.interactions, self.items, self.users)

    def fitting(self, base: Tables, where: str) -> Tables:
        """The same with the columns and types of `base`, to which they are to come.

        Raises DataError with all that does not fit.
        """
        problems: list[str] = []
        found = {}
        for name in _NAMES:
            theirs, ours = getattr(base, name), getattr(self, name)
            needed = theirs.columns if name == "interactions" else ["id"]
            missing = [column for column in needed if column not in ours.columns and column != "part"]
            unknown = [column for column in ours.columns if column not in theirs.columns]
            if missing:
                problems.append(f"{where}: {name} have no {listed(missing)}, which those of the run have")
            if unknown:
                problems.append(
                    f"{where}: {name} have {listed(unknown)}, which those of the run do not have; "
                    f"they have {listed(theirs.columns)}"
                )
            if not missing and not unknown:
                columns = [column for column in theirs.columns if column in ours.columns]
                found[name] = ours.select(
                    _cast(ours[column], theirs.schema[column], f"{where}: {name}", problems)
                    for column in columns
                )
        if problems:
            raise DataError("\n".join(problems))
        if "part" in base.interactions.columns and "part" not in found["interactions"].columns:
            part = pl.lit(0, base.interactions.schema["part"]).alias("part")
            found["interactions"] = found["interactions"].with_columns(part)
        found["interactions"] = found["interactions"].select(base.interactions.columns)
        return Tables(**found)

    def beyond(self, base: Tables) -> Tables:
        """What `base` does not have: events, and items and users that are new or described otherwise."""
        events = _unlike(self.interactions.unique(maintain_order=True), base.interactions)
        items, users = (
            _unlike(getattr(self, name), getattr(base, name).select(getattr(self, name).columns))
            for name in ("items", "users")
        )
        return Tables(events, items, users)

    def also_in(self, other: Tables) -> Tables:
        """The events that the other has too, and the items and users that it knows."""
        events = self.interactions.join(
            other.interactions, on=self.interactions.columns, how="semi", nulls_equal=True
        )
        items, users = (
            getattr(self, name).join(getattr(other, name), on="id", how="semi") for name in ("items", "users")
        )
        return Tables(events, items, users)

    def __or__(self, more: Tables) -> Tables:
        """Both together; of an item or user in both, what `more` says counts."""
        return Tables(
            pl.concat([self.interactions, more.interactions], how="vertical"),
            *(_latest(getattr(self, name), getattr(more, name)) for name in ("items", "users")),
        )

    def counts(self, base: Tables) -> dict[str, int]:
        """How many events, and items and users that are not in `base` or described otherwise there."""
        found = {"events": self.interactions.height}
        for name, column in (("items", "item"), ("users", "user")):
            own, known = getattr(self, name)["id"], getattr(base, name).select("id")
            met = self.interactions.select(pl.col(column).unique().alias("id"))
            new = met.join(known, on="id", how="anti")["id"].cast(own.dtype)
            found[name] = pl.concat([own, new]).n_unique()
        return found

    @property
    def height(self) -> int:
        """How many rows there are in all."""
        return sum(getattr(self, name).height for name in _NAMES)

    def __bool__(self) -> bool:
        return self.height > 0

    def save(self, folder: Path) -> None:
        """Write them into an empty folder, with checksums. Raises OSError."""
        for name in _NAMES:
            getattr(self, name).write_parquet(folder / f"{name}.parquet")
        seal(folder)

    @classmethod
    def load(cls, folder: Path) -> Tables:
        """What `save` wrote. Raises StoreError where it is missing or damaged."""
        if not folder.is_dir():
            raise StoreError(f"{folder} has the events that came to a run, and is not there")
        broken = damage(folder)
        if broken:
            raise StoreError(f"{folder} has the events that came to a run, and is damaged: {listed(broken)}")
        return cls(*(pl.read_parquet(literally(folder / f"{name}.parquet")) for name in _NAMES))


def _cast(column: pl.Series, kind: pl.DataType, where: str, problems: list[str]) -> pl.Series:
    """A column in the type that the run has; a problem where a value does not fit."""
    if column.dtype == kind:
        return column
    cast = column.cast(kind, strict=False)
    lost = column.filter(cast.is_null() & column.is_not_null())
    if len(lost):
        some = listed(lost.unique(maintain_order=True).head(3).to_list())
        problems.append(f"{where}: {column.name} must be {kind} as in the run; {some} are not")
    return cast


def _unlike(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return rows.join(known.select(rows.columns), on=rows.columns, how="anti", nulls_equal=True)


def _latest(base: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """The rows of both by id; what `more` does not say of an item that is in both stays as it is."""
    if not more.height:
        return base
    told = more.join(base.drop(more.columns[1:], strict=False), on="id", how="left").select(base.columns)
    kept = base.join(more.select("id"), on="id", how="anti")
    return pl.concat([told, kept], how="vertical").sort("id")
