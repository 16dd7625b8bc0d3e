"""The source `book-crossing`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_datasets.known import Known
from palate_datasets.layout import Layout, Part
from palate_datasets.text_tables import has_columns, reading
from palate_datasets.values import number, one_each, plain, whole, with_ids

LAYOUT = Layout(
    "book-crossing",
    "Book-Crossing is BX-Book-Ratings.csv and, if they are there, BX-Books.csv and BX-Users.csv, with "
    "semicolons between quoted columns, in Latin-1",
    (
        Part("ratings", "BX-Book-Ratings.csv", (r"BX-Book-Ratings\.csv", r"(Book-)?Ratings\.csv")),
        Part("books", "BX-Books.csv", (r"BX[-_]Books\.csv", r"Books\.csv"), needed=False),
        Part("users", "BX-Users.csv", (r"BX-Users\.csv", r"Users\.csv"), needed=False),
    ),
)
KNOWN = {"complete": Known(1_149_780, 105_283)}


@dataclass
class BookCrossing:
    """Book-Crossing: ratings of books from 1 to 10, and books that users noted without one.

    C.-N. Ziegler et al., Improving Recommendation Lists Through Topic Diversification, WWW (2005). A rating
    of 0 stands for none: it is missing, and `type` is implicit; of the others it is explicit. There are no
    times. Items have `title`, `author`, `year` and `publisher`, users `location`, `country` and `age`.
    """

    name: ClassVar[str] = "book-crossing"

    folder: str | None = None
    """The folder with the files."""
    files: dict[str, str] = field(default_factory=dict)
    """Files by part: ratings, books and users, instead of those that the folder has."""
    size: Literal["complete"] | None = None
    """`complete`: a warning tells where the counts are not those published."""

    def load(self) -> Dataset:
        """All ratings. Raises DataError for a missing column, or a rating that is no number."""
        found = LAYOUT.find(self.folder, self.files)
        path = found["ratings"][0]
        frame = _table(path, ["User-ID", "ISBN", "Book-Rating"])
        rating = number("Book-Rating")
        interactions = frame.select(
            user="User-ID", item=pl.col("ISBN").str.strip_chars(),
            rating=pl.when(rating > 0).then(rating).when(rating == 0).then(float("nan")),
            type=pl.when(rating > 0).then(pl.lit("explicit")).otherwise(pl.lit("implicit")),
        )  # fmt: skip
        bad = interactions["rating"].is_null()
        if bad.any():
            raise DataError(f"{path}: {frame.row(int(bad.arg_true()[0]))} has no rating from 0 to 10")
        books = _books(found["books"][0]) if "books" in found else None
        users = _users(found["users"][0]) if "users" in found else None
        dataset = Dataset.from_frames(*with_ids(interactions, books, users))
        if self.size is not None:
            KNOWN[self.size].check(dataset, "Book-Crossing")
        return dataset

    def gives(self) -> frozenset[str]:
        text = {"text"} if "books" in LAYOUT.find(self.folder, self.files) else set()
        return frozenset({"ratings"} | text)

    def fingerprint(self) -> str:
        return LAYOUT.fingerprint(self.folder, self.files)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        found = LAYOUT.recognised(path)
        if found is None:
            return None
        with found["ratings"][0].open("rb") as stream:
            return {"folder": str(path)} if b"Book-Rating" in stream.read(200) else None

    def suggests(self) -> dict[str, Any]:
        books = "books" in LAYOUT.find(self.folder, self.files)
        return {
            "feedback": {"use": "ratings", "like": 7, "dislike": 5},
            "split": {"use": "random", "test": 0.2, "validation": 0.1},
            "text": ["title", "author", "publisher"] if books else [],
        }


def _books(path: Path) -> pl.DataFrame:
    names = ["ISBN", "Book-Title", "Book-Author", "Year-Of-Publication", "Publisher"]
    frame = _table(path, names)
    year = whole("Year-Of-Publication")
    found = frame.select(
        id=pl.col("ISBN").str.strip_chars(), title=plain(frame["Book-Title"]),
        author=plain(frame["Book-Author"]), publisher=plain(frame["Publisher"]),
        year=pl.when(year > 0).then(year).cast(pl.Int32, strict=False),
    )  # fmt: skip
    return one_each(found)


def _users(path: Path) -> pl.DataFrame:
    """Users with `location`, its last part as `country`, and `age` (missing below 5 and above 110)."""
    frame = _table(path, ["User-ID", "Location", "Age"])
    age = whole("Age").cast(pl.Int32, strict=False)
    country = pl.col("Location").str.split(",").list.last().str.strip_chars(' ."')
    return one_each(
        frame.select(
            id="User-ID", location="Location", country=pl.when(country != "").then(country),
            age=pl.when(age.is_between(5, 110)).then(age),
        )
    )  # fmt: skip


def _table(path: Path, wanted: list[str]) -> pl.DataFrame:
    """Columns of a file as text: semicolons in Latin-1 with backslashes before quotes, or plain CSV."""
    data = path.read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    head = text.partition("\n")[0]
    separator = ";" if ";" in head else ","
    if separator == ";":
        text = re.sub(r"\\(.)", lambda found: '""' if found[1] == '"' else found[1], text)
    with reading(path, f"quoted columns with {separator!r}"):
        frame = pl.read_csv(
            text.encode(), separator=separator, infer_schema=False, truncate_ragged_lines=True
        )
    has_columns(path, frame.columns, wanted)
    return frame.select(wanted)
