"""A comparison as polars frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from palate_compare.entry import Entry
from palate_compare.paired_differences import PairedDifferences
from palate_compare.pairing import PairedValues
from palate_compare.verdict import verdict
from palate_compare.weighting import mean_over


def table_frame(entries: Sequence[Entry], paired: PairedValues, overall: Sequence[str]) -> pl.DataFrame:
    """One row an entry: `name`, `users`, the mean of each metric, `seconds`, `peak_gb`.

    Means are over the users that all entries have. Values of all users together are means over folds.
    """
    lines: list[dict[str, Any]] = []
    for at, entry in enumerate(entries):
        line: dict[str, Any] = {"name": entry.name, "users": len(paired)}
        for place, metric in enumerate(paired.metrics):
            line[metric] = float(mean_over(paired.values[:, at, place], paired.events))
        for metric in overall:
            line[metric] = float(np.mean([each.overall[metric] for each in entry.evaluations]))
        peak = entry.peak_bytes
        lines.append(line | {"seconds": entry.seconds, "peak_gb": None if peak is None else peak / 1e9})
    return pl.DataFrame(lines, schema_overrides={"seconds": pl.Float64, "peak_gb": pl.Float64})


def pairs_frame(
    paired: PairedValues,
    pairs: Sequence[tuple[int, int]],
    apart: PairedDifferences,
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
            users = apart.users[row, place]
            lines.append(
                {
                    "metric": metric,
                    "first": paired.entries[first],
                    "second": paired.entries[second],
                    "users": 0 if np.isnan(users) else int(users),
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
