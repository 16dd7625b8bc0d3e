"""The source `lastfm-360k`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import headless
from palate_datasets.values import one_each, whole

LAYOUT = Layout(
    "lastfm-360k",
    "Last.fm-360K is usersha1-artmbid-artname-plays.tsv and, if it is there, usersha1-profile.tsv, with tabs "
    "between columns and no header",
    (
        Part("plays", "usersha1-artmbid-artname-plays.tsv", (r"usersha1-artmbid-artname-plays\.tsv",)),
        Part("users", "usersha1-profile.tsv", (r"usersha1-profile\.tsv",), needed=False),
    ),
)
KNOWN = {"complete": Known(17_559_530, 359_347)}


@dataclass
class LastFm:
    """Last.fm-360K: how often users played artists, and their gender, age and country.

    O. Celma, Music Recommendation and Discovery in the Long Tail, Springer (2010). There are no times. An
    artist is known by MusicBrainz' id, or by name where there is none, and has the name as `title`. `plays`
    goes along with each pair; how much it counts as a like `strength` says.
    """

    name: ClassVar[str] = "lastfm-360k"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: plays and users, instead of those that the folder has."""
    strength: Literal["one", "log", "plays"] = "one"
    """How strong a like is: all alike, log(1 + plays), or the number of plays."""
    size: Literal["complete"] | None = None
    """`complete`: a warning tells where the counts are not those published."""

    def load(self) -> Dataset:
        """All pairs of users and artists. Raises DataError for lines of other columns, or without plays."""
        found = LAYOUT.find(self.folder, self.files)
        path = found["plays"][0]
        frame = headless(path, ["user", "mbid", "artist", "plays"])
        named = frame.with_columns(plays=whole("plays"), item=_filled("mbid").fill_null(_filled("artist")))
        bad = named["plays"].is_null() | named["item"].is_null() | named["user"].is_null()
        if bad.any():
            at = int(bad.arg_true()[0])
            raise DataError(f"{path}, line {at + 1}: {frame.row(at)} is no user, artist and number of plays")
        artists = one_each(named.select(id="item", title=_filled("artist")))
        interactions = named.select("user", "item", "plays").filter(pl.col("plays") > 0)
        if self.strength != "one":
            plays = pl.col("plays").cast(pl.Float32)
            strength = plays.log1p() if self.strength == "log" else plays
            interactions = interactions.with_columns(strength=strength)
        users = _users(found["users"][0]) if "users" in found else None
        dataset = Dataset.from_frames(interactions, artists, users)
        if self.size is not None:
            KNOWN[self.size].check(dataset, "Last.fm-360K")
        return dataset

    def gives(self) -> frozenset[str]:
        return frozenset({"text"})

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        return {"folder": str(path), "strength": "log"} if LAYOUT.recognised(path) else None

    def suggests(self) -> dict[str, Any]:
        return {"split": {"use": "random", "test": 0.2, "validation": 0.1}}


def _users(path: Path) -> pl.DataFrame:
    """Users with `gender`, `age` (missing below 1 and above 120), `country` and the day of `signup`."""
    frame = headless(path, ["id", "gender", "age", "country", "signup"])
    age = pl.col("age").cast(pl.Int16, strict=False)
    return one_each(
        frame.select(
            "id", gender=_filled("gender"), age=pl.when(age.is_between(1, 120)).then(age),
            country=_filled("country"), signup=pl.col("signup").str.to_date("%b %d, %Y", strict=False),
        )
    )  # fmt: skip


def _filled(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)
