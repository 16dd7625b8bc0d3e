"""Options without effect, and fitted components whose scores mean nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.component import learned
from palate.components.nested import inner
from palate.data import Training
from palate.findings.finding import Finding

DAY = 86_400
SAME = 0.99
"""A decay that leaves the oldest event this much of the newest one's weight has no effect."""
NOTHING = 1e-12
TINY = 1e-6


def of_options(component: Any, kind: str, training: Training) -> Iterator[Finding]:
    """Options that come to nothing on these data; those of components that options hold, too.

    By convention `half_life` of a component that needs timestamps is in days, and `factors` counts the
    dimensions of a factorization. One that says `reads_order` and gets no times is told what counts instead.
    """
    who = f"{kind} {component.name!r}"
    options = {field.name for field in fields(component)} if is_dataclass(component) else set()
    times = training.history.times
    timed = "timestamps" in getattr(component, "needs", ()) or hasattr(component, "wants_timestamps")
    if "half_life" in options and timed and times is not None and len(times):
        half_life, span = component.half_life, (int(times.max()) - int(times.min())) / DAY
        if half_life and 0.5 ** (span / half_life) > SAME:
            said = f"`half_life` of {half_life:g} days has no effect: the times span {duration(span)}"
            yield Finding("no-effect", f"{who}: {said}", numbers={"half_life": half_life, "span": span})
    if getattr(component, "reads_order", False) and times is None:
        said = "the data have no times, so the order of their rows counts as that of the events"
        yield Finding("no-times", f"{who} reads the order of events; {said}")
    if "factors" in options and isinstance(component.factors, int):
        counts = training.history.counts, training.history.popularity
        users, items = (int(np.count_nonzero(each)) for each in counts)
        if component.factors >= min(users, items):
            said = (
                f"{component.factors} `factors` for {users:,} users and {items:,} items: more "
                "dimensions than the data have, so unseen items may be told apart by chance only"
            )
            numbers = {"factors": component.factors, "users": users, "items": items}
            yield Finding("many-factors", f"{who}: {said}", numbers=numbers)
    for held in inner(component):
        yield from of_options(held, kind, training)


def of_state(component: Any, kind: str) -> Iterator[Finding]:
    """Factors that are all nothing: the fit has collapsed."""
    for name in learned(component) if is_dataclass(component) else ():
        state = getattr(component, name, None)
        if not isinstance(state, np.ndarray) or state.ndim != 2 or state.dtype.kind != "f" or not state.size:
            continue
        greatest = float(np.nanmax(np.abs(state))) if not np.isnan(state).all() else 0.0
        if greatest < NOTHING:
            said = f"{kind} {component.name!r}: all values of {name} are within {NOTHING:g} of 0"
            yield Finding("collapsed", f"{said}, so its scores mean nothing", numbers={"greatest": greatest})


def of_remarks(component: Any, kind: str, remarks: Mapping[str, Any]) -> Iterator[Finding]:
    """A fit that ranks the events held out of it no better than popularity does.

    By convention the remarks of one that learns by gradient have a `held-out value`, and that of popularity.
    """
    value, control = remarks.get("held-out value"), remarks.get("held-out value of popularity")
    if value is not None and control is not None and value <= control:
        said = f"it ranks held-out events no better than popularity does ({value:.4f} against {control:.4f})"
        numbers = {"value": value, "popularity": control}
        yield Finding("no-better", f"{kind} {component.name!r}: {said}", numbers=numbers)


def of_scores(who: str, scores: NDArray[np.float32], seen: NDArray[np.bool_]) -> Iterator[Finding]:
    """Scores of users' unseen items that are nothing beside those of their seen ones.

    `scores` float32[n, items] with NaN where there is none, `seen` beside it.
    """
    finite = np.isfinite(scores)
    rows = np.flatnonzero((finite & seen).any(axis=1) & (finite & ~seen).any(axis=1))
    if not len(rows):
        return
    size = np.where(finite, np.abs(scores), 0)[rows]
    unseen = np.where(seen[rows], 0, size).max(axis=1)
    known = np.where(seen[rows], size, 0).max(axis=1)
    empty = (unseen <= TINY * known) & (unseen > 0)  # scores of exactly 0 say that nothing is known
    if empty.mean() >= 0.5:
        yield Finding(
            "no-scores",
            f"{who}: scores of unseen items are within {TINY:g} of 0 beside those of seen ones for "
            f"{empty.mean():.0%} of users, so their order is rounding",
            numbers={"share": float(empty.mean()), "greatest": float(unseen.max())},
        )


def duration(days: float) -> str:
    """`3 days`, `1 hour`, `20 minutes`."""
    for name, size in (("day", 1.0), ("hour", 24.0), ("minute", 1440.0)):
        if days * size >= 1:
            count = f"{days * size:.3g}"
            return f"{count} {name}" + ("" if count == "1" else "s")
    return f"{days * DAY:.3g} seconds"
