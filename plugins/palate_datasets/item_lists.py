"""The source `item-lists`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import PARTS, Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import columns, words
from palate_datasets.values import one_each, with_ids

LAYOUT = Layout(
    "item-lists",
    "The layout of LightGCN, NGCF and BARS is train.txt and test.txt (and valid.txt, if there is one) with a "
    "user and then all their items in each line",
    (
        Part("train", "train.txt", (r"train\.txt",)),
        Part("validation", "valid.txt", (r"val(id|idation)?\.txt",), needed=False),
        Part("test", "test.txt", (r"test\.txt",)),
        Part("items", "item_list.txt", (r"item_list\.txt",), needed=False),
        Part("users", "user_list.txt", (r"user_list\.txt",), needed=False),
    ),
)
KNOWN = {
    "gowalla": Known(1_027_370, 29_858, 40_981),
    "yelp2018": Known(1_561_406, 31_668, 38_048),
    "amazon-book": Known(2_984_108, 52_643, 91_599),
}


@dataclass
class ItemLists:
    """train.txt and test.txt of LightGCN, NGCF and BARS: a user and their items in each line.

    X. He et al., LightGCN, SIGIR (2020); J. Zhu et al., BARS: Towards Open Benchmarking for Recommender
    Systems, SIGIR (2022). The files make the split that the splitter `column` uses. Where there are
    item_list.txt and user_list.txt, `original` is the id that the data had before.
    """

    name: ClassVar[str] = "item-lists"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: train, validation, test, items and users, instead of those that the folder has."""
    size: Literal["gowalla", "yelp2018", "amazon-book"] | None = None
    """Which data set it is said to be: a warning tells where its counts are others."""

    def load(self) -> Dataset:
        """All pairs, each with its part. Raises DataError for lines that hold something else."""
        found = LAYOUT.find(self.folder, self.files)
        parts = [
            _pairs(found[name][0]).with_columns(part=pl.lit(PARTS[name], pl.UInt8))
            for name in ("train", "validation", "test")
            if name in found
        ]
        tables = (_originals(found[name][0]) if name in found else None for name in ("items", "users"))
        dataset = Dataset.from_frames(*with_ids(pl.concat(parts), *tables))
        if self.size is not None:
            KNOWN[self.size].check(dataset, self.size)
        return dataset

    def gives(self) -> frozenset[str]:
        return frozenset()

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        if found is None:
            return None
        try:
            fits = _pairs(found["train"][0], 20)["user"].str.contains(r"^\d+$").all()
        except DataError:
            return None
        return {"folder": str(path)} if fits else None

    def suggests(self) -> dict[str, Any]:
        valid = "validation" in LAYOUT.find(self.folder, self.files)
        return {"split": "column" if valid else {"use": "column", "validation": 0.1}}


def _pairs(path: Path, rows: int | None = None) -> pl.DataFrame:
    """`user` and `item` as text, of every line; a user alone in a line has no items."""
    found = pl.DataFrame({"words": words(path, rows)})
    parted = pl.col("words").list
    pairs = found.select(user=parted.first(), item=parted.slice(1)).explode("item").drop_nulls()
    if pairs.is_empty():
        raise DataError(f"{path} has no line with a user and items after it. {LAYOUT.said}")
    return pairs


def _originals(path: Path) -> pl.DataFrame:
    """The table of a list of ids: `id`, as the other files have it, and `original`."""
    frame = columns(path, ["org_id", "remap_id"], " ")
    return one_each(frame.select(id="remap_id", original="org_id"))
