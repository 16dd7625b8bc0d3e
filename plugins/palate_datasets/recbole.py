"""The source `recbole`."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import PARTS, Dataset
from palate.errors import DataError, closest, listed
from palate.paths import literally
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import reading
from palate_datasets.values import with_ids

logger = logging.getLogger(__name__)

TYPES = ("token", "token_seq", "float", "float_seq")
PROSE = re.compile(r"(^|_)(title|name|description|text|summary|abstract|headline|review|caption)(_|$)")
_SPLITS = {"train": "train", "valid": "validation", "validation": "validation", "test": "test"}
LAYOUT = Layout(
    "recbole",
    "RecBole's atomic files are NAME.inter and, if there are any, NAME.item and NAME.user, with tabs between "
    "columns and a header such as `user_id:token`",
    (
        Part("interactions", "NAME.inter", (r".+\.inter",), many=True),
        Part("items", "NAME.item", (r".+\.item",), needed=False),
        Part("users", "NAME.user", (r".+\.user",), needed=False),
    ),
)
KNOWN = {
    "ml-100k": Known(100_000, 943, 1_682),
    "ml-1m": Known(1_000_209, 6_040, 3_706),
}


@dataclass
class RecBole:
    """RecBole's atomic files: NAME.inter, NAME.item and NAME.user with typed headers.

    W. X. Zhao et al., RecBole: Towards a Unified, Comprehensive and Efficient Framework for Recommendation
    Algorithms, CIKM (2021). `token` fields become text, `float` numbers, `float_seq` lists of numbers, and
    `token_seq` lists of text, but for titles, names and descriptions, which are one text; the first title or
    name is also called `title`. Files NAME.train.inter, NAME.valid.inter and NAME.test.inter make the split
    that `column` uses. Fields of interactions beside those four go along, for a feedback to read.
    """

    name: ClassVar[str] = "recbole"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: interactions, items and users, instead of those that the folder has."""
    dataset: str | None = None
    """NAME, where the folder has several data sets."""
    user: str = "user_id"
    """The field of users."""
    item: str = "item_id"
    """The field of items."""
    rating: str | None = "rating"
    """The field of ratings; null if there is none."""
    time: str | None = "timestamp"
    """The field of times in seconds; null if there is none."""
    field_separator: str = "\t"
    """What stands between fields."""
    sequence_separator: str = " "
    """What stands between the members of a sequence."""
    size: Literal["ml-100k", "ml-1m"] | None = None
    """Which data set it is said to be: a warning tells where its counts are others."""

    def load(self) -> Dataset:
        """Everything in the files. Raises DataError for headers and fields that do not fit."""
        found = self._found()
        frames = [self._part(path) for path in found["interactions"]]
        interactions = pl.concat(frames, how="diagonal_relaxed")
        items = self._table(found.get("items"), self.item)
        users = self._table(found.get("users"), self.user)
        dataset = Dataset.from_frames(*with_ids(interactions, _titled(items), users))
        if self.size is not None:
            KNOWN[self.size].check(dataset, self.size)
        return dataset

    def gives(self) -> frozenset[str]:
        """What the header of the interactions allows. Raises DataError where it cannot be read."""
        found = self._found()
        names = {name for name, _ in self._header(found["interactions"][0])}
        known = {self.time: "timestamps", self.rating: "ratings"}
        return frozenset(
            {known[name] for name in names if name in known} | ({"text"} if "items" in found else set())
        )

    def fingerprint(self) -> str:
        return self._layout().fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        names = {file.name.split(".")[0] for file in found["interactions"]} if found else set()
        return {"folder": str(path)} if len(names) == 1 else None

    def suggests(self) -> dict[str, Any]:
        found = self._found()
        header = dict(self._header(found["interactions"][0]))
        said: dict[str, Any] = {}
        if self.rating in header:
            said["feedback"] = "ratings"
        elif "label" in header:
            said["feedback"] = {"use": "labels", "zero": "seen"}
        if len(found["interactions"]) > 1:
            said["split"] = {"use": "column", "validation": 0.1}
        if "items" in found:
            columns = _titled_names([name for name, _ in self._header(found["items"][0])])
            lists = [name for name, sort in self._header(found["items"][0]) if sort == "token_seq"]
            said["text"] = [name for name in columns if name == "title" or name in lists]
        return said

    def _layout(self) -> Layout:
        if self.dataset is None:
            return LAYOUT
        name = re.escape(self.dataset)
        parts = tuple(
            Part(part.name, part.shown.replace("NAME", self.dataset), tuple(
                pattern.replace(".+", rf"{name}(\..+)?", 1) for pattern in part.patterns
            ), part.needed, part.many)
            for part in LAYOUT.parts
        )  # fmt: skip
        return Layout(LAYOUT.name, LAYOUT.said, parts)

    def _found(self) -> dict[str, list[Path]]:
        found = self._layout().find(self.folder, self.files)
        several = sorted({path.name.split(".")[0] for path in found["interactions"]})
        if len(several) > 1:
            raise DataError(
                f"recbole: {self.folder} has several data sets, {listed(several)}; say which with `dataset`"
            )
        return found

    def _part(self, path: Path) -> pl.DataFrame:
        """One file of interactions, with its part of the split where its name has one."""
        frame = self._read(path)
        names = {self.user: "user", self.item: "item", self.rating: "rating", self.time: "time"}
        missing = [name for name in (self.user, self.item) if name not in frame.columns]
        if missing:
            raise DataError(
                f"{path} has no field {listed(missing)}.{closest(missing[0], frame.columns)} It has "
                f"{listed(frame.columns, 12)}; say which are which with `user` and `item`"
            )
        frame = frame.rename({old: new for old, new in names.items() if old is not None}, strict=False)
        if frame.schema.get("rating") == pl.Float32:
            frame = frame.with_columns(pl.col("rating").fill_null(float("nan")))
        if "time" in frame.columns:
            frame = frame.with_columns(pl.col("time").cast(pl.Float64, strict=False).floor().cast(pl.Int64))
        split = path.name.split(".")[-2] if path.name.count(".") > 1 else ""
        if split in _SPLITS:
            frame = frame.with_columns(part=pl.lit(PARTS[_SPLITS[split]], pl.UInt8))
        return frame

    def _table(self, paths: list[Path] | None, id_field: str) -> pl.DataFrame | None:
        if paths is None:
            return None
        frame = self._read(paths[0])
        if id_field not in frame.columns:
            raise DataError(
                f"{paths[0]} has no field {id_field!r}.{closest(id_field, frame.columns)} It has "
                f"{listed(frame.columns, 12)}"
            )
        return frame.rename({id_field: "id"})

    def _read(self, path: Path) -> pl.DataFrame:
        """A file with its fields typed as the header says. Raises DataError."""
        header = self._header(path)
        with reading(path, f"columns with {self.field_separator!r}"):
            frame = pl.read_csv(
                literally(path), separator=self.field_separator, quote_char=None, has_header=False,
                skip_rows=1, infer_schema=False, new_columns=[name for name, _ in header],
            )  # fmt: skip
        ids = {self.user, self.item}
        typed = frame.select(self._typed(name, "token" if name in ids else sort) for name, sort in header)
        for name, sort in header:
            bad = frame[name].is_not_null() & typed[name].is_null() if sort == "float" else pl.Series([False])
            if bad.any() and name not in ids:
                at = int(bad.arg_true()[0])
                raise DataError(f"{path}, line {at + 2}: {frame[name][at]!r} in {name}:float is no number")
        return typed

    def _typed(self, name: str, sort: str) -> pl.Expr:
        value = pl.col(name)
        if sort == "float":
            exact = pl.Float64 if name == self.time else pl.Float32
            return value.cast(exact, strict=False)
        if sort == "token" or (sort == "token_seq" and PROSE.search(name)):
            return value
        parts = value.str.split(self.sequence_separator).list.eval(pl.element().filter(pl.element() != ""))
        return parts.cast(pl.List(pl.Float32), strict=False) if sort == "float_seq" else parts

    def _header(self, path: Path) -> list[tuple[str, str]]:
        """Names and types of the fields. Raises DataError for one without a type that RecBole has."""
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            line = stream.readline().rstrip("\r\n")
        fields = [
            (name, sort)
            for name, _, sort in (part.rpartition(":") for part in line.split(self.field_separator))
        ]
        wrong = [f"{name}:{sort}" if name else sort for name, sort in fields if sort not in TYPES]
        if wrong:
            raise DataError(
                f"{path}: the header says {listed(wrong)}, and a field is written name:type, where the type "
                f"is one of {', '.join(TYPES)}"
            )
        return fields


def _titled_names(names: list[str]) -> list[str]:
    """The names of columns, the first that is a title, or else a name, as `title`."""
    if "title" in names:
        return names
    for pattern in (r"(^|_)title$", r"(^|_)name$"):
        found = next((name for name in names if re.search(pattern, name)), None)
        if found is not None:
            return ["title" if name == found else name for name in names]
    return names


def _titled(items: pl.DataFrame | None) -> pl.DataFrame | None:
    return (
        None
        if items is None
        else items.rename(dict(zip(items.columns, _titled_names(items.columns), strict=True)))
    )
