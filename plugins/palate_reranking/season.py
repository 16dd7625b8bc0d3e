"""Nothing out of season."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from annotated_types import Ge, Le
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.errors import ComponentError, listed
from palate_reranking.attributes import column
from palate_reranking.filtering import Filter, for_all, moment_of

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
SEASONS = {"winter": (12, 1, 2), "spring": (3, 4, 5), "summer": (6, 7, 8)}
SEASONS |= {"autumn": (9, 10, 11), "fall": (9, 10, 11)}
SEPARATORS = r"[|;,\s]+"


@dataclass
class Season(Filter):
    """Only items that are in season now: ski huts in winter, gardens from May to September.

    `column` holds the months of each item: numbers from 1 to 12, names such as `July` or `jul`, or seasons
    (winter is December to February, as north of the equator), as a list or as text with bars, semicolons,
    commas or spaces between. An item without any is in season all year.
    """

    name: ClassVar[str] = "season"

    column: str
    """The attribute of the items that holds their months."""
    now: str = "data"
    """The newest event it is fitted on (`data`), or a moment such as `2025-07-15`."""
    ahead: Annotated[int, Ge(0), Le(11)] = 0
    """Items in season within so many months from now are shown too."""

    shown_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def wants_timestamps(self) -> bool:
        """Whether `now` is the time of an event."""
        return self.now == "data"

    def fit(self, training: Training) -> Season:
        """Find the items in season. Raises ComponentError without the attribute, and for unknown months."""
        who = f"reranker {self.name!r}"
        open_ = months_of(who, column(who, training.items, self.column))
        month = datetime.fromtimestamp(moment_of(who, self.now, training), UTC).month
        near = [(month - 1 + later) % 12 for later in range(self.ahead + 1)]
        self.shown_ = open_[:, near].any(axis=1) | ~open_.any(axis=1)
        return self

    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: the same items for every user."""
        return for_all(self.shown_, query)


def months_of(who: str, series: pl.Series) -> NDArray[np.bool_]:
    """bool[items, 12]: the months that each item names. Raises ComponentError for words that are none."""
    if isinstance(series.dtype, pl.List):
        lists = series.cast(pl.List(pl.String))
    else:
        lists = series.cast(pl.String).fill_null("").str.replace_all(SEPARATORS, " ").str.split(" ")
    frame = pl.DataFrame({"row": np.arange(len(series)), "word": lists}).explode("word")
    frame = frame.with_columns(pl.col("word").str.strip_chars().str.to_lowercase())
    frame = frame.filter(pl.col("word").is_not_null() & (pl.col("word") != ""))
    meant = {word: _months(word) for word in frame["word"].unique(maintain_order=True)}
    wrong = [word for word, months in meant.items() if not months]
    if wrong:
        raise ComponentError(
            f"{who}: {series.name!r} holds {listed(wrong[:3])}, which is no month or season: write numbers "
            "from 1 to 12, names such as July, or winter, spring, summer, autumn"
        )
    found = np.zeros((len(series), 12), bool)
    for row, word in frame.iter_rows():
        found[row, [month - 1 for month in meant[word]]] = True
    return found


def _months(word: str) -> tuple[int, ...]:
    if word in SEASONS:
        return SEASONS[word]
    if word.removesuffix(".0").isdecimal():
        number = int(word.removesuffix(".0"))
        return (number,) if 1 <= number <= 12 else ()
    return tuple(at for at, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word))
