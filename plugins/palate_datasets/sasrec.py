"""The source `sasrec`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import words
from palate_datasets.values import with_ids

LAYOUT = Layout(
    "sasrec",
    "The layout of SASRec is one file NAME.txt with `user item` in each line, each user's items oldest "
    "first; that of TiSASRec has the rating and the time behind them",
    (Part("interactions", "NAME.txt", (r"(?!readme|train|test|valid|item_list|user_list).+\.txt",)),),
)
PEEK = 1_000
KNOWN = {
    "beauty": Known(users=52_024, items=57_289),
    "games": Known(users=31_013, items=23_715),
    "steam": Known(users=334_730, items=13_047),
    "ml-1m": Known(999_611, 6_040, 3_416),
}


@dataclass
class SasRec:
    """One file of `user item` lines in their order, as SASRec and those after it have it.

    W.-C. Kang and J. McAuley, Self-Attentive Sequential Recommendation, ICDM (2018). Without times in the
    file, the time of an interaction is its place among the user's own, from 0: good for what reads order
    and for `leave-one-out`, and no moment that users have in common.
    """

    name: ClassVar[str] = "sasrec"

    folder: str | None = None
    """The folder with the file, where it is the only one."""
    files: dict[str, str] = field(default_factory=dict)
    """`{interactions: FILE}`, instead of a folder."""
    size: Literal["beauty", "games", "steam", "ml-1m"] | None = None
    """Which data set it is said to be: a warning tells where its counts are others."""

    def load(self) -> Dataset:
        """All interactions. Raises DataError for lines of other than two, or four, fields."""
        path = LAYOUT.find(self.folder, self.files)["interactions"][0]
        frame = _read(path)
        if frame.width == 2:
            frame = frame.with_columns(time=pl.int_range(pl.len(), dtype=pl.Int64).over("user"))
        dataset = Dataset.from_frames(*with_ids(frame, None))
        if self.size is not None:
            KNOWN[self.size].check(dataset, self.size)
        return dataset

    def gives(self) -> frozenset[str]:
        path = LAYOUT.find(self.folder, self.files)["interactions"][0]
        return frozenset({"timestamps"} | ({"ratings"} if _read(path, PEEK).width == 4 else set()))

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        if found is None or len(found["interactions"]) != 1:
            return None
        try:
            frame = _read(found["interactions"][0], PEEK)
        except DataError:
            return None
        numbers = frame.select(pl.col("user", "item").str.contains(r"^\d+$").all()).row(0)
        return {"folder": str(path)} if all(numbers) else None

    def suggests(self) -> dict[str, Any]:
        return {"split": "leave-one-out"}


def _read(path: Path, rows: int | None = None) -> pl.DataFrame:
    """`user` and `item` as text, and `rating` and `time` where there are four fields."""
    parted = words(path, rows)
    sizes = parted.list.len()
    size = sizes[0] if len(sizes) else 0
    odd = (sizes != size) & (sizes != 0)
    if size not in (2, 4) or odd.any():
        at = int(odd.arg_true()[0]) if odd.any() else 0
        raise DataError(
            f"{path}, line {at + 1}: {' '.join(parted[at])[:60]!r} has {sizes[at]} fields. {LAYOUT.said}"
        )
    names = ["user", "item", "rating", "time"][:size]
    frame = parted.filter(sizes > 0).list.to_struct(fields=names).struct.unnest()
    if size == 2:
        return frame
    typed = frame.with_columns(
        pl.col("rating").cast(pl.Float32, strict=False),
        pl.col("time").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
    )
    bad = typed["time"].is_null()
    if bad.any():
        at = int(bad.arg_true()[0])
        raise DataError(f"{path}, line {at + 1}: {frame['time'][at]!r} is no time in seconds. {LAYOUT.said}")
    return typed
