"""The source `amazon`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import PARTS, Dataset
from palate.errors import DataError, listed
from palate_datasets.amazon_files import products, ratings, reviews, texts_of
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.lines import first_line
from palate_datasets.values import with_ids

_PACKED = r"(\.gz)?"
LAYOUT = Layout(
    "amazon",
    "Amazon's reviews of a category are reviews_NAME.json.gz (2014), NAME.json.gz (2018) or NAME.jsonl.gz "
    "(2023), the ratings alone ratings_NAME.csv or NAME.csv, and the products meta_NAME.json.gz",
    (
        Part(
            "interactions",
            "NAME.jsonl.gz",
            (
                rf"reviews_.+\.json{_PACKED}",
                rf"(?!meta_).+\.jsonl{_PACKED}",
                rf"(?!meta_).+\.json{_PACKED}",
                rf".+\.(train|valid|test)\.csv{_PACKED}",
                rf"ratings_.+\.csv{_PACKED}",
                rf"(?!meta_).+\.csv{_PACKED}",
            ),
            many=True,
        ),
        Part("items", "meta_NAME.jsonl.gz", (rf"meta_.+\.jsonl?{_PACKED}",), needed=False),
    ),
)
KNOWN = {
    "beauty-2014-5-core": Known(198_502, 22_363, 12_101),
    "sports-2014-5-core": Known(296_337, 35_598, 18_357),
    "toys-2014-5-core": Known(167_597, 19_412, 11_924),
    "video-games-2014-5-core": Known(231_780, 24_303, 10_672),
    "all-beauty-2023": Known(701_528, 631_986, 112_565),
}
_SPLITS = {"train": "train", "valid": "validation", "test": "test"}


@dataclass
class Amazon:
    """Amazon's product reviews of 2014, 2018 and 2023: ratings, times, and the products' texts.

    R. He and J. McAuley, Ups and Downs, WWW (2016); J. Ni et al., Justifying Recommendations, EMNLP (2019);
    Y. Hou et al., Bridging Language and Items for Retrieval and Recommendation (2024). Which of them it is
    the files tell. Items have `title`, `brand`, `categories` (a list), `description`, `features` and
    `price`, as far as the products' file has them; that of 2014 is written as Python literals, which are
    read and never evaluated. The published splits of 2023 (NAME.train.csv, .valid.csv, .test.csv) make the
    split that `column` uses.
    """

    name: ClassVar[str] = "amazon"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: interactions and items, instead of those that the folder has."""
    category: str | None = None
    """NAME, such as `All_Beauty`, where the folder has several categories."""
    release: Literal["auto", "2014", "2018", "2023"] = "auto"
    """Which columns a table of ratings without a header has: 2014 user and item, 2018 item and user."""
    item: Literal["parent_asin", "asin"] = "parent_asin"
    """What an item is in 2023: a product, or one variant of it, such as a colour."""
    size: (
        Literal[
            "beauty-2014-5-core",
            "sports-2014-5-core",
            "toys-2014-5-core",
            "video-games-2014-5-core",
            "all-beauty-2023",
        ]
        | None
    ) = None
    """Which data set it is said to be: a warning tells where its counts are others."""

    def load(self) -> Dataset:
        """All reviews and products. Raises DataError with the first line that does not read."""
        found = self._found()
        frames = [self._part(path) for path in found["interactions"]]
        items = products(found["items"][0]) if "items" in found else None
        dataset = Dataset.from_frames(*with_ids(pl.concat(frames), items))
        if self.size is not None:
            KNOWN[self.size].check(dataset, self.size)
        return dataset

    def gives(self) -> frozenset[str]:
        text = {"text"} if "items" in self._found() else set()
        return frozenset({"timestamps", "ratings"} | text)

    def fingerprint(self) -> str:
        return self._layout().fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        if found is None or len({_category(file) for file in found["interactions"]}) != 1:
            return None
        first = found["interactions"][0]
        try:
            head = first_line(first)
        except DataError:
            return None
        fields = re.search(r"asin", head) and re.search(r"reviewerID|user_id", head)
        bare = re.fullmatch(r"\w+,\w+,[\d.]+,\d{9,10}", head.strip())
        sure = bool(fields) or bool(bare and (first.name.startswith("ratings_") or "items" in found))
        return {"folder": str(path)} if sure else None

    def suggests(self) -> dict[str, Any]:
        found = self._found()
        said: dict[str, Any] = {"feedback": "ratings"}
        if len(found["interactions"]) > 1:
            said["split"] = "column"
        if "items" in found:
            said["text"] = texts_of(found["items"][0])
        return said

    def _layout(self) -> Layout:
        if self.category is None:
            return LAYOUT
        name = re.escape(self.category)
        parts = tuple(
            replace(part, patterns=tuple(pattern.replace(".+", rf"{name}(_5)?") for pattern in part.patterns))
            for part in LAYOUT.parts
        )
        return replace(LAYOUT, parts=parts)

    def _found(self) -> dict[str, list[Path]]:
        found = self._layout().find(self.folder, self.files)
        names = sorted({_category(path) for path in found["interactions"]})
        if len(names) > 1:
            raise DataError(
                f"amazon: {self.folder} has several categories, {listed(names)}; say which with `category`"
            )
        return found

    def _part(self, path: Path) -> pl.DataFrame:
        if ".csv" not in path.name:
            return reviews(path, self.item)
        frame = ratings(path, self.item, self.release)
        split = re.search(r"\.(train|valid|test)\.csv", path.name)
        return frame.with_columns(part=pl.lit(PARTS[_SPLITS[split[1]]], pl.UInt8)) if split else frame


def _category(path: Path) -> str:
    """The NAME of a file."""
    return re.sub(r"(\.(train|valid|test))?\.(jsonl?|csv)(\.gz)?$", "", path.name).removeprefix("reviews_")
