"""The parts of a split: shares asked for and got, and what the test part has of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset, Fold
from palate.findings.finding import Finding, percent

FAR = 0.5
"""How far a share may lie from the one asked for, as a share of that."""


def shares(dataset: Dataset, fold: Fold, part: str) -> dict[str, float]:
    """The share that a part has of all events, and of the users and items with events."""
    rows = fold.rows(part)
    user, item = (dataset.interactions[name].to_numpy() for name in ("user", "item"))
    found = {
        what: int(_in(ids[rows]).sum()) / max(1, int(_in(ids).sum()))
        for what, ids in (("users", user), ("items", item))
    }
    return {"events": float(rows.mean()) if len(rows) else 0.0, **found}


def of_shares(dataset: Dataset, fold: Fold, asked: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning for each part that is far from the share asked for, of events, users or items."""
    for part in ("validation", "test"):
        share = asked.get(part)
        if isinstance(share, bool) or not isinstance(share, float) or not 0 < share < 1:
            continue
        got = shares(dataset, fold, part)
        least = 1.5 / max(1, dataset.interactions.height)  # no share can be met to less than an event
        if all(abs(value - share) > max(FAR * share, least) for value in got.values()):
            yield Finding(
                "share",
                f"the {part} part was to have {share:.0%} and has {got['events']:.1%} of the events: it is "
                "made of whole users or moments, or of a rounded share of each user's events; ask for "
                "another share, or use another split",
                numbers={"part": part, "asked": share, **got},
            )


def of_test(dataset: Dataset, fold: Fold) -> Iterator[Finding]:
    """How much of the test part is not evaluated, or cannot be known from what trains."""
    user, item = (dataset.interactions[name].to_numpy().astype(np.int64) for name in ("user", "item"))
    pair = user * len(dataset.items) + item
    test, before = fold.rows("test"), fold.before()
    again = int(np.isin(pair[test], pair[before]).sum())
    events = int(test.sum())
    if events and again / events >= 0.5 and fold.repeats == "discover":
        yield Finding(
            "repeats",
            f"{again:,} of {events:,} test events ({percent(again, events)}) are of items that the user had "
            "seen before, and are not evaluated",
            numbers={"events": events, "seen": again},
        )
    trained = fold.fitting(dataset)
    for what, ids in (("users", user), ("items", item)):
        size = int(ids.max(initial=-1)) + 1
        there = _in(ids[test], size)
        tested, new = int(there.sum()), int((there & ~_in(ids[trained], size)).sum())
        if new:
            yield Finding(
                f"new-{what}",
                f"{new:,} of {tested:,} {what} of the test part ({percent(new, tested)}) have no "
                "event in training",
                "note",
                {"new": new, "tested": tested},
            )


def _in(ids: NDArray[np.integer], size: int = 0) -> NDArray[np.bool_]:
    """bool[size or more]: which row numbers are among `ids`."""
    return np.bincount(ids, minlength=size) > 0
