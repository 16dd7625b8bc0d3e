"""Several items in one row of interactions."""

from __future__ import annotations

import polars as pl

from palate.tables.cells import looks_listed
from palate.tables.profile import Profile

SEPARATORS = ("|", ";", ",", " ")
_ID = 40


def separator_of(items: pl.Series, profile: Profile) -> str | None:
    """What stands between the items of one row; `json` for lists; None where a row has one item.

    A separator counts where most rows have it, its parts are short, and parts come again in other rows
    more often than whole rows do.
    """
    if profile.kind == "list":
        return "json"
    if profile.kind != "text" or items.dtype != pl.String or looks_listed(items):
        return None
    values = items.drop_nulls()
    for separator in SEPARATORS:
        with_it = int(values.str.contains(separator, literal=True).sum())
        if with_it < 0.8 * len(values):
            continue
        parts = values.str.split(separator).explode().str.strip_chars()
        short = not (parts.str.len_chars().max() or 0) > _ID  # type: ignore[operator]
        if short and parts.n_unique() < 0.5 * len(parts) and values.n_unique() > 0.5 * len(values):
            return separator
    return None
