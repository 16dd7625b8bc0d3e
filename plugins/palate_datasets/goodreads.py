"""The source `goodreads`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.goodreads_books import books
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.lines import read_lines
from palate_datasets.text_tables import columns
from palate_datasets.values import number, with_ids

TIME = "%a %b %d %H:%M:%S %z %Y"
LAYOUT = Layout(
    "goodreads",
    "The UCSD Book Graph is goodreads_interactions_GENRE.json.gz, or goodreads_interactions.csv with "
    "book_id_map.csv, and goodreads_books_GENRE.json.gz",
    (
        Part(
            "interactions",
            "goodreads_interactions_GENRE.json.gz",
            (r"goodreads_interactions_.+\.json(\.gz)?", r"goodreads_interactions\.csv(\.gz)?"),
        ),
        Part(
            "books", "goodreads_books_GENRE.json.gz", (r"goodreads_books(_(?!authors).+)?\.json(\.gz)?",),
            needed=False,
        ),
        Part(
            "authors", "goodreads_book_authors.json.gz", (r"goodreads_book_authors\.json(\.gz)?",),
            needed=False,
        ),
        Part(
            "genres", "goodreads_book_genres_initial.json.gz", (r"goodreads_book_genres.*\.json(\.gz)?",),
            needed=False,
        ),
        Part("book_ids", "book_id_map.csv", (r"book_id_map\.csv",), needed=False),
    ),
)  # fmt: skip
KNOWN = {"complete": Known(228_648_342, 876_145)}


@dataclass
class Goodreads:
    """Goodreads shelves of the UCSD Book Graph: books put on shelves, read and rated, with times.

    M. Wan and J. McAuley, Item Recommendation on Monotonic Behavior Chains, RecSys (2018). A book without a
    rating (0 in the files) has a missing one; `type` says how far it got: shelved, read or rated. Items have
    `title`, `authors`, `genres`, `shelves` (the ten most popular), `description`, `publisher`, `year`,
    `pages`, `language` and `average_rating`, as far as the files have them.
    """

    name: ClassVar[str] = "goodreads"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: interactions, books, authors, genres and book_ids, instead of those of the folder."""
    time: Literal["added", "updated", "read"] = "added"
    """Which of the times of a shelved book counts; those without it have the time when it was added."""
    size: Literal["complete"] | None = None
    """`complete`: a warning tells where the counts are not those published."""

    def load(self) -> Dataset:
        """All shelved books. Raises DataError with the first line that does not read."""
        found = LAYOUT.find(self.folder, self.files)
        path = found["interactions"][0]
        frame = self._table(path, found) if ".csv" in path.name else self._lines(path)
        rating = pl.when(pl.col("rating") > 0).then("rating").otherwise(float("nan")).cast(pl.Float32)
        kind = pl.when(pl.col("rating") > 0).then(pl.lit("rated")).when("read").then(pl.lit("read"))
        interactions = frame.with_columns(rating=rating, type=kind.otherwise(pl.lit("shelved"))).drop("read")
        items = None
        if "books" in found:
            others = {name: found[name][0] for name in ("authors", "genres") if name in found}
            items = books(found["books"][0], **others)
        dataset = Dataset.from_frames(*with_ids(interactions, items))
        if self.size is not None:
            KNOWN[self.size].check(dataset, f"Goodreads {self.size}")
        return dataset

    def gives(self) -> frozenset[str]:
        found = LAYOUT.find(self.folder, self.files)
        times = {"timestamps"} if ".csv" not in found["interactions"][0].name else set()
        return frozenset({"ratings"} | times | ({"text"} if "books" in found else set()))

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        return {"folder": str(path)} if LAYOUT.recognised(path) else None

    def suggests(self) -> dict[str, Any]:
        text = ["title", "authors", "description"] if "books" in LAYOUT.find(self.folder, self.files) else []
        return {
            "feedback": "ratings",
            "text": text,
        }

    def _lines(self, path: Path) -> pl.DataFrame:
        """Interactions of JSON lines; older files write `isRead`."""
        names = ["user_id", "book_id", "rating", "is_read", "isRead", "date_added", "date_updated", "read_at"]
        frame = read_lines(path, names, ["user_id", "book_id", "rating", "date_added"])
        times = {"added": "date_added", "updated": "date_updated", "read": "read_at"}
        moments = [
            pl.col(name).str.to_datetime(TIME, strict=False).dt.epoch("s")
            for name in dict.fromkeys((times[self.time], "date_added"))
        ]
        found = frame.select(
            user="user_id", item="book_id", rating=number("rating"), time=pl.coalesce(moments),
            read=pl.coalesce("is_read", "isRead").fill_null("false") == "true",
        )  # fmt: skip
        bad = found["time"].is_null() | found["rating"].is_null()
        if bad.any():
            at = int(bad.arg_true()[0])
            raise DataError(
                f"{path}: {frame['date_added'][at]!r} and {frame['rating'][at]!r} are no time such as "
                "'Tue Nov 17 11:37:35 -0800 2015' and rating from 0 to 5"
            )
        return found

    def _table(self, path: Path, found: dict[str, list[Path]]) -> pl.DataFrame:
        """Interactions of the table of all, whose numbers of books the map turns into their ids."""
        wanted = ["user_id", "book_id", "is_read", "rating"]
        frame = columns(path, wanted)
        if "book_ids" in found:
            ids = columns(found["book_ids"][0], ["book_id_csv", "book_id"])
            frame = frame.join(
                ids, left_on="book_id", right_on="book_id_csv", how="left", maintain_order="left"
            )
            frame = frame.with_columns(book_id=pl.coalesce("book_id_right", "book_id"))
        elif "books" in found:
            raise DataError(
                f"{path} numbers books by itself, so that goodreads_books cannot be joined without "
                "book_id_map.csv: put it there too, or give `files: {book_ids: ...}`"
            )
        return frame.select(
            user="user_id",
            item="book_id",
            rating=number("rating").fill_null(0),
            read=pl.col("is_read") == "1",
        )
