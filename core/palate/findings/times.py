"""Times: their span, what lies outside any calendar, and moments or users that carry the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset
from palate.findings.finding import Finding, percent

DAY = 86_400
EARLIEST, LATEST = 631_152_000, 4_102_444_800
"""The beginning of 1990 and of 2100: what lies outside was hardly meant."""
CARRIES = 0.2
"""The share of all events from which one user or one moment carries the data."""
FEWEST = 20
"""How many users or moments there must be, for one of them to stand out."""


def date(seconds: float) -> str:
    """A moment, in UTC: `2021-11-01 08:00`; seconds where no calendar reaches."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, OSError, ValueError):
        return f"{seconds:g} s"


def of_times(dataset: Dataset) -> Iterator[Finding]:
    if not dataset.has_times:
        return
    time = dataset.interactions["time"].to_numpy()
    events = len(time)
    if events > 1 and time.min() == time.max():
        said = f"all {events:,} events have one time, {date(time[0])}, so no order in time means anything"
        yield Finding("one-time", said, numbers={"time": int(time[0])})
        return
    outside = int(np.count_nonzero((time < EARLIEST) | (time >= LATEST)))
    if outside:
        yield Finding(
            "odd-time",
            f"{outside:,} of {events:,} events are before 1990 or after 2100, from {date(time.min())} to "
            f"{date(time.max())}: compare with the file, and say the source's `time_format`",
            "warning" if outside < events else "note",  # all: perhaps seconds since the data begin
            {"events": outside, "first": int(time.min()), "last": int(time.max())},
        )
    moments, counts = np.unique(time, return_counts=True)
    if len(moments) >= FEWEST:
        yield from _moment(moments, counts)
        yield from _gap(moments)


def of_users(dataset: Dataset) -> Iterator[Finding]:
    """A user with so many events that the data are mostly theirs, such as a bot or a default account."""
    counts = np.bincount(dataset.interactions["user"].to_numpy(), minlength=dataset.users.height)
    active = np.count_nonzero(counts)
    if active < FEWEST or counts.max() < CARRIES * counts.sum():
        return
    user = int(counts.argmax())
    yield Finding(
        "one-user",
        f"user {dataset.users['id'][user]!r} has {counts[user]:,} of {counts.sum():,} events "
        f"({percent(counts[user], counts.sum())}); the median of the others is "
        f"{np.median(np.delete(counts[counts > 0], np.argmax(counts[counts > 0]))):g}",
        numbers={"user": str(dataset.users["id"][user]), "events": int(counts[user])},
    )


def _moment(moments: NDArray[np.int64], counts: NDArray[np.int64]) -> Iterator[Finding]:
    events = counts.sum()
    if counts.max() < CARRIES * events:
        return
    at = int(counts.argmax())
    yield Finding(
        "one-moment",
        f"{counts[at]:,} of {events:,} events ({percent(counts[at], events)}) have the time "
        f"{date(moments[at])}: an import, or a default",
        numbers={"time": int(moments[at]), "events": int(counts[at])},
    )


def _gap(moments: NDArray[np.int64]) -> Iterator[Finding]:
    gaps = np.diff(moments)
    span = moments[-1] - moments[0]
    if gaps.max() < 0.25 * span or gaps.max() < DAY:
        return
    at = int(gaps.argmax())
    yield Finding(
        "gap",
        f"there are no events from {date(moments[at])} to {date(moments[at + 1])}, "
        f"{gaps[at] / DAY:,.0f} of {span / DAY:,.0f} days",
        "note",
        {"from": int(moments[at]), "to": int(moments[at + 1])},
    )
