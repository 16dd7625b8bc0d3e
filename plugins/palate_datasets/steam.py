"""The source `steam`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.lines import read_lines
from palate_datasets.values import number, one_each, texts, with_ids

LAYOUT = Layout(
    "steam",
    "The Steam data are steam_reviews.json.gz and, if it is there, steam_games.json.gz, a Python literal in "
    "each line",
    (
        Part("reviews", "steam_reviews.json.gz", (r"steam_(new_)?reviews\.json(\.gz)?",)),
        Part("games", "steam_games.json.gz", (r"steam_games\.json(\.gz)?",), needed=False),
    ),
)
KNOWN = {"complete": Known(7_793_069, 2_567_538, 15_474)}


@dataclass
class Steam:
    """Reviews of games on Steam with hours played, and the games with genres and tags.

    W.-C. Kang and J. McAuley, Self-Attentive Sequential Recommendation, ICDM (2018). A user is known by
    their name, as there. `hours` and `early_access` go along with each review, whose time is its day. Items
    have `title`, `genres`, `tags`, `specs`, `developer`, `publisher`, `price`, `released` and `sentiment`.
    Lines are Python literals, which are read and never evaluated.
    """

    name: ClassVar[str] = "steam"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: reviews and games, instead of those that the folder has."""
    size: Literal["complete"] | None = None
    """`complete`: a warning tells where the counts are not those published."""

    def load(self) -> Dataset:
        """All reviews and games. Raises DataError with the first line that does not read."""
        found = LAYOUT.find(self.folder, self.files)
        path = found["reviews"][0]
        frame = read_lines(
            path,
            ["username", "product_id", "date", "hours", "early_access"],
            ["username", "product_id", "date"],
        )
        interactions = frame.select(
            user="username", item="product_id",
            time=pl.col("date").str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")).dt.epoch("s"),
            hours=number("hours"), early_access=pl.col("early_access") == "true",
        )  # fmt: skip
        bad = interactions["time"].is_null()
        if bad.any():
            raise DataError(f"{path}: {frame['date'][int(bad.arg_true()[0])]!r} is no day such as 2017-12-17")
        items = _games(found["games"][0]) if "games" in found else None
        dataset = Dataset.from_frames(*_with_ids(interactions, items))
        if self.size is not None:
            KNOWN[self.size].check(dataset, f"Steam {self.size}")
        return dataset

    def gives(self) -> frozenset[str]:
        text = {"text"} if "games" in LAYOUT.find(self.folder, self.files) else set()
        return frozenset({"timestamps"} | text)

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        return {"folder": str(path)} if LAYOUT.recognised(path) else None

    def suggests(self) -> dict[str, Any]:
        games = "games" in LAYOUT.find(self.folder, self.files)
        return {"text": ["title", "genres", "tags", "developer"] if games else []}


def _games(path: Path) -> pl.DataFrame:
    names = ["id", "app_name", "title", "genres", "tags", "specs", "developer", "publisher", "price"]
    frame = read_lines(path, [*names, "release_date", "sentiment"])
    return one_each(
        frame.select(
            "id", "developer", "publisher", "sentiment",
            title=pl.coalesce("title", "app_name"), genres=texts("genres"), tags=texts("tags"),
            specs=texts("specs"), released=pl.col("release_date"),
            price=pl.when(pl.col("price").str.contains("(?i)free")).then(0).otherwise(number("price")),
        )
    )  # fmt: skip


def _with_ids(
    interactions: pl.DataFrame, items: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Ids of games as numbers; names of users stay text, also where all are digits."""
    found, table, _ = with_ids(interactions.rename({"user": "name"}).with_columns(user=pl.lit(0)), items)
    return found.drop("user").rename({"name": "user"}), table
