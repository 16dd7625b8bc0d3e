"""The source `yelp`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.lines import first_line, read_lines
from palate_datasets.values import number, texts, whole, with_ids

_NAME = r"(yelp_academic_dataset_)?{}\.jsonl?(\.gz)?"
LAYOUT = Layout(
    "yelp",
    "Yelp's data set is yelp_academic_dataset_review.json and, if they are there, "
    "yelp_academic_dataset_business.json and yelp_academic_dataset_user.json, an object in each line",
    (
        Part("reviews", "yelp_academic_dataset_review.json", (_NAME.format("review"),)),
        Part("businesses", "yelp_academic_dataset_business.json", (_NAME.format("business"),), needed=False),
        Part("users", "yelp_academic_dataset_user.json", (_NAME.format("user"),), needed=False),
    ),
)
KNOWN = {
    "2020": Known(8_021_122, all_users=1_968_703, all_items=209_393),
    "2021": Known(8_635_403, all_users=2_189_457, all_items=160_585),
    "2022": Known(6_990_280, all_users=1_987_897, all_items=150_346),
}


@dataclass
class Yelp:
    """The Yelp Open Dataset: star ratings with times, businesses with places and categories, users.

    Items have `title`, `categories` (a list), `address`, `city`, `state`, `latitude`, `longitude`, `stars`,
    `reviews` and `open`; users `reviews`, `fans`, `stars` and `since`. Names of users and their friends are
    not read. With `texts` the text of each review goes along as a column `text` of the interactions.
    """

    name: ClassVar[str] = "yelp"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: reviews, businesses and users, instead of those that the folder has."""
    texts: bool = False
    """Whether the reviews' texts are kept."""
    size: Literal["2020", "2021", "2022"] | None = None
    """Which release it is said to be: a warning tells where its counts are others."""

    def load(self) -> Dataset:
        """All reviews. Raises DataError with the first line that does not read."""
        found = LAYOUT.find(self.folder, self.files)
        interactions = self._reviews(found["reviews"][0])
        items = _businesses(found["businesses"][0]) if "businesses" in found else None
        users = _users(found["users"][0]) if "users" in found else None
        dataset = Dataset.from_frames(*with_ids(interactions, items, users))
        if self.size is not None:
            KNOWN[self.size].check(dataset, f"Yelp {self.size}")
        return dataset

    def gives(self) -> frozenset[str]:
        text = {"text"} if "businesses" in LAYOUT.find(self.folder, self.files) else set()
        return frozenset({"timestamps", "ratings"} | text)

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        if found is None:
            return None
        head = first_line(found["reviews"][0])
        return {"folder": str(path)} if '"business_id"' in head and '"stars"' in head else None

    def suggests(self) -> dict[str, Any]:
        text = ["title", "categories", "city"] if "businesses" in LAYOUT.find(self.folder, self.files) else []
        return {"feedback": "ratings", "text": text}

    def _reviews(self, path: Path) -> pl.DataFrame:
        names = ["user_id", "business_id", "stars", "date"]
        frame = read_lines(path, [*names, "text"] if self.texts else names, names)
        found = frame.select(
            user="user_id", item="business_id", rating=number("stars"), time=_moment("date"),
            **({"text": pl.col("text")} if self.texts else {}),
        )  # fmt: skip
        bad = found["time"].is_null()
        if bad.any():
            at = int(bad.arg_true()[0])
            raise DataError(f"{path}: {frame['date'][at]!r} is no time such as 2018-07-07 22:09:11")
        return found


def _businesses(path: Path) -> pl.DataFrame:
    names = ["business_id", "name", "categories", "address", "full_address", "city", "state", "latitude"]
    frame = read_lines(path, [*names, "longitude", "stars", "review_count", "is_open"], ["business_id"])
    listed = pl.col("categories").str.strip_chars().str.starts_with("[")
    apart = pl.when(~listed & (pl.col("categories") != "")).then(pl.col("categories")).str.split(", ")
    return frame.select(
        "city", "state", id="business_id", title="name",
        categories=pl.coalesce(apart, pl.when(listed).then(texts("categories"))),
        address=pl.coalesce("address", "full_address"), latitude=number("latitude"),
        longitude=number("longitude"), stars=number("stars"), reviews=whole("review_count"),
        open=whole("is_open"),
    )  # fmt: skip


def _users(path: Path) -> pl.DataFrame:
    names = ["user_id", "review_count", "fans", "average_stars", "yelping_since"]
    frame = read_lines(path, names, ["user_id"])
    return frame.select(
        id="user_id", reviews=whole("review_count"), fans=whole("fans"), stars=number("average_stars"),
        since=pl.col("yelping_since").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
    )  # fmt: skip


def _moment(column: str) -> pl.Expr:
    """Seconds of a time, or of a date as older releases have it."""
    text = pl.col(column)
    forms = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    read = [text.str.to_datetime(form, strict=False).dt.epoch("s") for form in forms]
    return pl.coalesce(read)
