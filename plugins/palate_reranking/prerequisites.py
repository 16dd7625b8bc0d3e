"""Nothing whose prerequisites the user has not been through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.errors import ComponentError, listed
from palate_reranking.attributes import column
from palate_reranking.filtering import Filter

SEPARATORS = r"[|;,\s]+"


@dataclass
class Prerequisites(Filter):
    """Only items whose prerequisites are in the user's history: a course after those it builds on.

    `column` names an attribute with the ids of other items: a list, or text with bars, semicolons, commas or
    spaces between ids. An item without any is for everyone.
    """

    name: ClassVar[str] = "prerequisites"

    column: str
    """The attribute of the items that holds the ids."""
    needed: Literal["all", "any"] = "all"
    """Whether all of them must be in the history, or one is enough."""
    by: Literal["liked", "seen"] = "liked"
    """Whether only events that count as likes do, such as courses completed, or any event."""
    unknown: Literal["error", "ignore"] = "error"
    """Whether ids that no item has are an error, or are no prerequisites."""

    before_: sp.csr_array = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Prerequisites:
        """Find the prerequisites of each item, sparse float32[items, items], a row each.

        Raises ComponentError without the attribute, and for ids that no item has.
        """
        who, items = f"reranker {self.name!r}", training.items
        pairs = _pairs(column(who, items, self.column))
        known = pl.DataFrame({"id": items.ids.cast(pl.String), "before": np.arange(len(items))})
        found = pairs.join(known, on="id", how="left", maintain_order="left")
        missing = found.filter(pl.col("before").is_null())["id"].unique(maintain_order=True)
        if len(missing) and self.unknown == "error":
            raise ComponentError(
                f"{who}: {self.column!r} names {len(missing):,} ids that no item has, such as "
                f"{listed(missing.head(3))}; with `unknown: ignore` they are no prerequisites"
            )
        found = found.drop_nulls().unique(["row", "before"], maintain_order=True)
        places = (found["row"].to_numpy(), found["before"].to_numpy())
        ones = np.ones(found.height, np.float32)
        self.before_ = sp.csr_array((ones, places), shape=(len(items), len(items)))
        return self

    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: the items whose prerequisites each user has been through."""
        history = query.history if self.by == "liked" else query.masked
        wanted = np.diff(self.before_.indptr)
        been = np.asarray((history.matrix @ self.before_.T).toarray())
        return np.asarray(been >= (wanted if self.needed == "all" else np.minimum(wanted, 1)), bool)


def _pairs(series: pl.Series) -> pl.DataFrame:
    """`row` and `id` (text) for each id that an item names."""
    if isinstance(series.dtype, pl.List):
        lists = series.cast(pl.List(pl.String))
    else:
        texts = series.cast(pl.String).fill_null("").str.replace_all(SEPARATORS, " ")
        lists = texts.str.split(" ")
    frame = pl.DataFrame({"row": np.arange(len(series)), "id": lists}).explode("id")
    frame = frame.with_columns(pl.col("id").str.strip_chars())
    return frame.filter(pl.col("id").is_not_null() & (pl.col("id") != ""))
