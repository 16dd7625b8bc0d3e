"""Ratings that seem to be something else, and values that seem to be none."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import polars as pl

from palate.data import Dataset
from palate.errors import either
from palate.findings.finding import Finding, percent
from palate.findings.stand_ins import numbers_for_missing, words_for_missing

MANY = 0.1
"""The share of items or users from which such values of an attribute in use are a warning."""
_LABELS = ({0.0, 1.0}, {-1.0, 1.0}, {-1.0, 0.0, 1.0})


def of_ratings(dataset: Dataset) -> Iterator[Finding]:
    """What stands out in the ratings; nothing of what a feedback has read already."""
    if not dataset.has_ratings:
        return
    rating = dataset.interactions["rating"].to_numpy().astype(np.float64)
    known = rating[np.isfinite(rating)]
    missing = numbers_for_missing(rating, zero=True)
    different = np.setdiff1d(known, [*missing])
    for value, count in missing.items():
        yield Finding(
            "missing-value",
            f"the rating {value:g} ({count:,} of {len(rating):,} events) lies apart from all others, "
            f"{different[0]:g} to {different[-1]:g}: it seems to stand for a missing one; name it in the "
            "source's `missing`, if it has that option",
            numbers={"column": "rating", "value": value, "events": count},
        )
    if dataset.has_strengths or not len(known):
        return
    if set(different.tolist()) in _LABELS:
        against = int(np.count_nonzero(known <= 0))
        yield Finding(
            "label",
            f"the rating is {_listed(different)}, as a label is, and {against:,} of {len(known):,} events "
            f"({percent(against, len(known))}) with {_listed(different[different <= 0])} count as likes; "
            "write `feedback: labels` under `data`",
            numbers={"values": different.tolist(), "events": against},
        )
    elif len(different) == 1:
        yield Finding(
            "flag",
            f"the rating is {different[0]:g} for every event, so it says nothing",
            "note",
            {"value": float(different[0])},
        )
    else:
        middle = (different[0] + different[-1]) / 2
        low = int(np.count_nonzero((known >= different[0]) & (known < middle)))
        yield Finding(
            "ratings-as-likes",
            f"every event counts as a like, the {low:,} ({percent(low, len(known))}) with a rating below "
            f"{middle:g} too; `feedback: ratings` under `data` tells likes from dislikes",
            "note",
            {"events": low, "below": float(middle)},
        )


def of_columns(dataset: Dataset) -> Iterator[Finding]:
    """Columns of the interactions that nothing has read."""
    known = ("user", "item", "rating", "time", "part", "strength")
    for column in dataset.interactions.columns:
        if column in known or dataset.has_strengths:
            continue
        values = dataset.interactions[column]
        counted = values.drop_nulls().value_counts(sort=True)
        shown = ", ".join(f"{value} {count:,}" for value, count in counted.head(4).iter_rows())
        more = ", …" if counted.height > 4 else ""
        yield Finding(
            "unused-column",
            f"the column {column!r} of the interactions ({shown}{more}) is not used; a `feedback` under "
            "`data`, such as `labels` or `events`, reads it",
            numbers={"column": column, "values": counted.height},
        )


def of_attributes(frame: pl.DataFrame, what: str, used: Collection[str] = ()) -> Iterator[Finding]:
    """Attributes of items or users in which values seem to stand for a missing one.

    Of those that are `used`, a warning where the values are many; else notes.
    """
    for column in frame.columns:
        if column == "id":
            continue
        values = frame[column]
        found: dict[str, int] = words_for_missing(values)
        if values.dtype.is_numeric():
            numbers = numbers_for_missing(values.drop_nulls().to_numpy())
            found = {f"{value:g}": count for value, count in numbers.items()}
        if found:
            shown = ", ".join(f"{value!r} {count:,}" for value, count in list(found.items())[:4])
            yield Finding(
                "missing-value",
                f"the column {column!r} of the {what} has values that seem to stand for a missing one: "
                f"{shown}; name them in the source's `missing`, if it has that option",
                "warning" if column in used and sum(found.values()) >= MANY * frame.height else "note",
                {"column": column, "values": found},
            )


def _listed(values: np.ndarray) -> str:
    return either([f"{value:g}" for value in values])
