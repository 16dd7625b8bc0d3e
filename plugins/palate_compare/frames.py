"""A comparison as polars frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from palate_compare.entry import Entry
from palate_compare.paired import Differences
from palate_compare.pairing import Paired
from palate_compare.verdict import verdict


def table_frame(entries: Sequence[Entry], paired: Paired, overall: Sequence[str]) -> pl.DataFrame:
    """One row an entry: `name`, `people`, the mean of each metric, `seconds`, `peak_gb`.

    Means are over the people whom all entries have. Figures of all people together are means over
    folds.
    """
    lines: list[dict[str, Any]] = []
    for at, entry in enumerate(entries):
        line: dict[str, Any] = {"name": entry.name, "people": len(paired)}
        for place, metric in enumerate(paired.metrics):
            line[metric] = _mean(paired.figures[:, at, place])
        for metric in overall:
            line[metric] = float(np.mean([figures.overall[metric] for figures in entry.figures]))
        peak = entry.peak_bytes
        lines.append(line | {"seconds": entry.seconds, "peak_gb": None if peak is None else peak / 1e9})
    return pl.DataFrame(lines, schema_overrides={"seconds": pl.Float64, "peak_gb": pl.Float64})


def pairs_frame(
    paired: Paired,
    pairs: Sequence[tuple[int, int]],
    apart: Differences,
    threshold: float,
    lower_is_better: Sequence[str],
) -> pl.DataFrame:
    """One row a metric and pair, with the verdict; `threshold` is a share of the second's mean."""
    lines = []
    for place, metric in enumerate(paired.metrics):
        for row, (first, second) in enumerate(pairs):
            numbers = {name: float(getattr(apart, name)[row, place]) for name in _NUMBERS}
            base = float(apart.second[row, place])
            limit = threshold * abs(base)
            words = verdict(
                numbers["difference"], numbers["low"], numbers["high"], numbers["adjusted"], limit,
                metric in lower_is_better,
            )  # fmt: skip
            people = apart.people[row, place]
            lines.append(
                {
                    "metric": metric,
                    "first": paired.entries[first],
                    "second": paired.entries[second],
                    "people": 0 if np.isnan(people) else int(people),
                    "mean_first": base + numbers["difference"],
                    "mean_second": base,
                    "relative": numbers["difference"] / abs(base) if base else float("nan"),
                    **numbers,
                    "threshold": limit,
                    "verdict": words,
                }
            )
    return pl.DataFrame(lines)


_NUMBERS = ("difference", "low", "high", "p", "adjusted", "effect", "detectable")


def _mean(figures: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    known = figures[~np.isnan(figures)]
    return float(known.mean()) if len(known) else float("nan")
