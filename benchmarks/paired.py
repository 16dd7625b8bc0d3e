"""Two runs that differ in one thing, compared over the same users."""

from __future__ import annotations

from typing import Any

import palate


def against(base: Any, changed: Any, row: str) -> dict[str, float]:
    """NDCG@10 of a row in both runs, by the runs' names, and `diff`, `low`, `high`: changed less base.

    A comparison has popularity beside the two runs, and whichever of a pair is better first.
    """
    names = [base.name, changed.name]
    pairs = palate.compare(base, changed, metric="ndcg@10").pairs
    both = pairs["first"].is_in(names) & pairs["second"].is_in(names)
    pair = pairs.filter((pairs["metric"] == "ndcg@10") & both).to_dicts()[0]
    sign = 1 if pair["first"] == changed.name else -1
    low, high = sorted((sign * pair["low"], sign * pair["high"]))
    values = {
        run.name: run.metrics.filter(run.metrics["name"] == row)["ndcg@10"].item() for run in (base, changed)
    }
    return {**values, "diff": sign * pair["difference"], "low": low, "high": high}
