"""The source `retailrocket`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.lines import first_line
from palate_datasets.text_tables import columns, headed, reading
from palate_datasets.values import whole, with_ids

LAYOUT = Layout(
    "retailrocket",
    "RetailRocket's data are events.csv and, if they are there, item_properties_part1.csv, "
    "item_properties_part2.csv and category_tree.csv",
    (
        Part("events", "events.csv", (r"events\.csv",)),
        Part(
            "properties", "item_properties_part1.csv", (r"item_properties.*\.csv",), needed=False, many=True
        ),
        Part("categories", "category_tree.csv", (r"category_tree\.csv",), needed=False),
    ),
)
KNOWN = {"complete": Known(2_756_101, 1_407_580, 235_061)}


@dataclass
class RetailRocket:
    """RetailRocket's shop: views, additions to carts and purchases, and hashed properties of items.

    `type` is view, addtocart or transaction, as the file has it, for the feedback `events`. Items have the
    last known value of each of `properties`: by default `category` (categoryid), with its `parent` where
    there is a tree of categories, and `available`. Other values are hashes, read as lists of words.
    """

    name: ClassVar[str] = "retailrocket"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: events, properties and categories, instead of those that the folder has."""
    properties: list[str] = field(default_factory=lambda: ["categoryid", "available"])
    """Which properties of items are read."""
    size: Literal["complete"] | None = None
    """`complete`: a warning tells where the counts are not those published."""

    def load(self) -> Dataset:
        """All events. Raises DataError for a missing column, or times and ids that are no numbers."""
        found = LAYOUT.find(self.folder, self.files)
        interactions = _events(found["events"][0])
        items = None
        if "properties" in found and self.properties:
            items = _last_values(found["properties"], self.properties)
            if "category" in items.columns and "categories" in found:
                items = items.join(
                    _tree(found["categories"][0]), on="category", how="left", maintain_order="left"
                )
        dataset = Dataset.from_frames(*with_ids(interactions, items))
        if self.size is not None:
            KNOWN[self.size].check(dataset, "RetailRocket")
        return dataset

    def gives(self) -> frozenset[str]:
        found = LAYOUT.find(self.folder, self.files)
        return frozenset({"timestamps"} | ({"text"} if "properties" in found else set()))

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        if found is None:
            return None
        return {"folder": str(path)} if "visitorid" in first_line(found["events"][0]) else None

    def suggests(self) -> dict[str, Any]:
        weights = {"view": 1, "addtocart": 2, "transaction": 3}
        return {"feedback": {"use": "events", "weights": weights, "others": "seen"}}


def _events(path: Path) -> pl.DataFrame:
    frame = columns(path, ["timestamp", "visitorid", "event", "itemid"])
    found = frame.select(
        user=whole("visitorid"), item=whole("itemid"), time=whole("timestamp") // 1000, type="event"
    )
    nulls = found.select(pl.any_horizontal(pl.all().is_null())).to_series()
    if nulls.any():
        at = int(nulls.arg_true()[0])
        raise DataError(f"{path}, line {at + 2}: {frame.row(at)} is no time, visitor, event and item")
    return found


def _last_values(paths: list[Path], wanted: list[str]) -> pl.DataFrame:
    """One row an item: the latest value of each property."""
    names = ["timestamp", "itemid", "property", "value"]
    rows = pl.concat([headed(path, names).select(names) for path in paths]).filter(
        pl.col("property").is_in(wanted)
    )
    latest = rows.with_columns(time=whole("timestamp")).group_by("itemid", "property").agg(
        pl.col("value").sort_by("time", maintain_order=True).last()
    )  # fmt: skip
    with reading(paths[0], "columns with commas"):
        last = latest.collect()
    every = last.select("itemid").unique().sort("itemid").rename({"itemid": "id"})
    for name in wanted:
        column = last.filter(pl.col("property") == name).select(id="itemid", value="value")
        every = every.join(column, on="id", how="left", maintain_order="left").rename({"value": name})
    typed = [
        whole("available").cast(pl.Int8) if name == "available"
        else pl.col(name) if name == "categoryid"
        else pl.col(name).str.split(" ")
        for name in wanted
    ]  # fmt: skip
    return every.with_columns(typed).rename({"categoryid": "category"}, strict=False)


def _tree(path: Path) -> pl.DataFrame:
    """The parent of each category."""
    frame = columns(path, ["categoryid", "parentid"])
    return frame.select(category="categoryid", parent="parentid").unique("category", keep="first")
