"""What the event `comparison-finished` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison


def told(comparison: Comparison) -> dict[str, Any]:
    """A comparison ready for JSON, without anything about single users: no examples, no segments."""
    return {
        "names": comparison.names,
        "metric": comparison.metric,
        "baseline": comparison.baseline,
        "best": comparison.best,
        "verdict": comparison.verdict,
        "protocol": comparison.protocol.fingerprint,
        "table": comparison.table.to_dicts(),
        "pairs": comparison.pairs.to_dicts(),
    }
