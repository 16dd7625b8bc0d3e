"""A data report as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from palate_data.counts import density, event_counts, overlap, span
from palate_data.found import DataReport


def record(found: DataReport) -> dict[str, Any]:
    """Everything in the report but the pictures, as plain values."""
    first, last = span(found.dataset) or (None, None)
    users, items = event_counts(found.dataset)
    return {
        "recipe": found.name,
        "source": found.source,
        "files": [asdict(file) for file in found.files],
        "stages": [{"name": stage.name, **asdict(stage.size)} for stage in found.stages],
        "catalogue": {"items": len(found.read.items), "users": found.read.users.height},
        "times": None if first is None else {"first": first, "last": last},
        "density": density(found.dataset),
        "events_per_user": _spread(users),
        "events_per_item": _spread(items),
        "parts": [{"name": part.name, **asdict(part.size)} for part in found.parts],
        "overlap": overlap(found.dataset, found.fold),
        "findings": [asdict(finding) for finding in found.findings],
    }


def _spread(counts: Any) -> dict[str, float]:
    import numpy as np

    middle, high = np.quantile(counts, [0.5, 0.9])
    return {
        "least": int(counts.min()),
        "median": float(middle),
        "90%": float(high),
        "most": int(counts.max()),
    }
