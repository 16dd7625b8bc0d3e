"""Which end of a metric is the good one."""

from __future__ import annotations

from typing import Any


def lower_is_better(metric: Any) -> bool:
    """Whether less is better, for a metric or its class: its class variable `lower_is_better`.

    False where it has none.
    """
    return bool(getattr(metric, "lower_is_better", False))
