"""Items and users beside their events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from palate.data import Dataset
from palate.errors import listed
from palate.findings.finding import Finding, percent


def of_catalogue(dataset: Dataset) -> Iterator[Finding]:
    """Items and users without events, and those with events of which the table knows nothing."""
    for what, column, frame in (
        ("items", "item", dataset.items.frame), ("users", "user", dataset.users),
    ):  # fmt: skip
        counts = np.bincount(dataset.interactions[column].to_numpy(), minlength=frame.height)
        idle = int(np.count_nonzero(counts == 0))
        if idle:
            said = f"{idle:,} of {frame.height:,} {what} ({percent(idle, frame.height)}) have no event"
            yield Finding(f"idle-{what}", said, "note", {"without": idle, "of": frame.height})
        yield from _unknown(what, frame, counts > 0)


def _unknown(what: str, frame: pl.DataFrame, active: np.ndarray) -> Iterator[Finding]:
    attributes = [name for name in frame.columns if name != "id"]
    if not attributes:
        return
    empty = frame.select(pl.all_horizontal(pl.col(attributes).is_null())).to_series().to_numpy() & active
    some, of = int(empty.sum()), int(active.sum())
    if some:
        ids = frame["id"].filter(pl.Series(empty))
        hint = ": compare how both files write their ids" if some == of else ""
        yield Finding(
            f"unknown-{what}",
            f"{some:,} of {of:,} {what} with events ({percent(some, of)}) have no attribute at all, such as "
            f"{listed(ids.head(3), 3)}{hint}",
            "warning" if some >= 0.5 * of else "note",
            {"without": some, "of": of},
        )
