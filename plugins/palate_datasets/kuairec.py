"""The source `kuairec`."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import PARTS, Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import columns, headed, reading
from palate_datasets.values import number, one_each, with_ids

logger = logging.getLogger(__name__)

LAYOUT = Layout(
    "kuairec",
    "KuaiRec is big_matrix.csv and small_matrix.csv and, if they are there, kuairec_caption_category.csv, "
    "item_categories.csv and user_features.csv, mostly in a folder `data`",
    (
        Part("big", "big_matrix.csv", (r"big_matrix\.csv",)),
        Part("small", "small_matrix.csv", (r"small_matrix\.csv",)),
        Part("captions", "kuairec_caption_category.csv", (r"kuairec_caption_category\.csv",), needed=False),
        Part("categories", "item_categories.csv", (r"item_categories\.csv",), needed=False),
        Part("users", "user_features.csv", (r"user_features\.csv",), needed=False),
    ),
)
KNOWN = {
    "big": Known(12_530_806, 7_176, 10_728),
    "small": Known(4_676_570, 1_411, 3_327),
}
_TAGS = ["first_level_category_name", "second_level_category_name", "third_level_category_name"]


@dataclass
class KuaiRec:
    """KuaiRec: how much of each short video users watched; in the small matrix almost every pair is known.

    C. Gao et al., KuaiRec: A Fully-observed Dataset, CIKM (2022). The rating is the watch ratio: the time
    played over the length of the video, above 1 where it was played again; the authors take more than 2 for
    a like. With `both` the big matrix trains and the small one tests, in the split that `column` uses. Items
    have `title` (the caption), `tags`, `categories` and `feat` (numbers of tags), users what their file has.
    """

    name: ClassVar[str] = "kuairec"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: big, small, captions, categories and users, instead of those that the folder has."""
    matrix: Literal["big", "small", "both"] = "big"
    """Which interactions are read."""
    check: bool = False
    """Whether a warning tells where the counts are not those published."""

    def load(self) -> Dataset:
        """All interactions. Raises DataError for a missing column, or a ratio that is no number."""
        layout = self._layout()
        found = layout.find(self.folder, self.files)
        read = {name: _matrix(found[name][0]) for name in self._matrices()}
        if self.matrix == "both":
            parts = {"big": "train", "small": "test"}
            read = {
                name: frame.with_columns(part=pl.lit(PARTS[parts[name]], pl.UInt8))
                for name, frame in read.items()
            }
        users = _whole(found["users"][0], "user_id").rename({"user_id": "id"}) if "users" in found else None
        dataset = Dataset.from_frames(*with_ids(pl.concat(read.values()), _items(found), users))
        if self.check and self.matrix != "both":
            KNOWN[self.matrix].check(dataset, f"KuaiRec's {self.matrix} matrix")
        return dataset

    def gives(self) -> frozenset[str]:
        found = self._layout().find(self.folder, self.files)
        text = {"text"} if {"captions", "categories"} & set(found) else set()
        return frozenset({"timestamps", "ratings"} | text)

    def fingerprint(self) -> str:
        return self._layout().fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        return {"folder": str(path)} if LAYOUT.recognised(path) else None

    def suggests(self) -> dict[str, Any]:
        found = self._layout().find(self.folder, self.files)
        said: dict[str, Any] = {"feedback": {"use": "ratings", "like": 2, "dislike": 0.5}}
        if self.matrix == "both":
            said["split"] = {"use": "column", "validation": 0.1}
        return said | ({"text": ["title", "tags"]} if "captions" in found else {})

    def _matrices(self) -> tuple[str, ...]:
        return ("big", "small") if self.matrix == "both" else (self.matrix,)

    def _layout(self) -> Layout:
        """The layout without need of a matrix that is not read."""
        unread = {"big", "small"} - set(self._matrices())
        parts = (replace(part, needed=part.needed and part.name not in unread) for part in LAYOUT.parts)
        return replace(LAYOUT, parts=tuple(part for part in parts if part.name not in unread))


def _matrix(path: Path) -> pl.DataFrame:
    """Interactions; one without a time has the earliest of the file."""
    frame = columns(path, ["user_id", "video_id", "timestamp", "watch_ratio"])
    found = frame.select(
        user="user_id", item="video_id", rating=number("watch_ratio"),
        time=pl.col("timestamp").cast(pl.Float64, strict=False).floor().cast(pl.Int64),
    )  # fmt: skip
    bad = found["rating"].is_null()
    if bad.any():
        at = int(bad.arg_true()[0])
        raise DataError(f"{path}, line {at + 2}: {frame['watch_ratio'][at]!r} is no watch ratio")
    without = found["time"].null_count()
    if without:
        logger.warning(
            "%d of %d rows of %s have no time, and count as the earliest", without, found.height, path
        )
        found = found.with_columns(pl.col("time").fill_null(pl.col("time").min()).fill_null(0))
    return found


def _items(found: dict[str, list[Path]]) -> pl.DataFrame | None:
    tables = []
    if "captions" in found:
        path = found["captions"][0]
        frame = _whole(path, "video_id")
        names = [name for name in _TAGS if name in frame.columns]
        words = [pl.col(name).replace(["UNKNOWN", "-124", ""], None) for name in names]
        tags = (
            pl.col("topic_tag").str.strip_chars("[]").str.split(",") if "topic_tag" in frame.columns else None
        )
        caption = [name for name in ("caption", "manual_cover_text") if name in frame.columns]
        tables.append(
            frame.select(
                id="video_id",
                title=pl.coalesce(pl.col(caption).replace(["UNKNOWN", ""], None)) if caption else None,
                tags=_cleaned(tags),
                categories=pl.concat_list(words).list.drop_nulls() if words else None,
            )
        )
    if "categories" in found:
        frame = columns(found["categories"][0], ["video_id", "feat"])
        feats = pl.col("feat").str.extract_all(r"\d+")
        tables.append(frame.select(id="video_id", feat=feats))
    whole_ids = [one_each(table) for table in tables]
    if len(whole_ids) < 2:
        return whole_ids[0] if whole_ids else None
    return whole_ids[0].join(whole_ids[1], on="id", how="full", coalesce=True, maintain_order="left_right")


def _cleaned(tags: pl.Expr | None) -> pl.Expr | None:
    if tags is None:
        return None
    bare = tags.list.eval(pl.element().str.strip_chars(" '\""))
    return bare.list.eval(pl.element().filter(pl.element() != ""))


def _whole(path: Path, id_column: str) -> pl.DataFrame:
    """All columns of a file."""
    with reading(path, "columns with commas"):
        return headed(path, [id_column]).collect()
