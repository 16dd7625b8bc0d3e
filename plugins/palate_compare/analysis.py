"""From entries to a comparison: pair, test, divide, warn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from palate.errors import PalateError, closest, listed
from palate.registry import Registry
from palate_compare.checks import comparison_warnings
from palate_compare.comparison import Comparison
from palate_compare.entry import Entry
from palate_compare.frames import pairs_frame, table_frame
from palate_compare.paired_differences import paired_differences
from palate_compare.pairing import PairedValues, align, pool
from palate_compare.protocols import shared_protocol
from palate_compare.segments import SegmentTest, segments
from palate_compare.weighting import mean_over


@dataclass(frozen=True)
class ComparisonConfig:
    """How entries are compared: by which metric, against which, and how small a difference matters."""

    metric: str | None = None
    baseline: str | None = None
    threshold: float = 0.005
    seed: int = 0


def analyse(
    entries: Sequence[Entry],
    config: ComparisonConfig,
    registry: Registry,
    *,
    allow_mixed_protocols: bool = False,
    segment: tuple[str, ...] = (),
) -> Comparison:
    """Compare rankings that were evaluated already; the options are those of `compare`."""
    metrics, overall = _shared(entries)
    metric, baseline = _known(config, [entry.name for entry in entries], metrics, overall)
    protocol = shared_protocol(entries, [*metrics, *overall], allow_mixed_protocols)
    aligned, missing = align(entries, metrics)
    users, values, events = pool([(each.users, each.values, each.events) for each in aligned])
    names = tuple(entry.name for entry in entries)
    paired = PairedValues(users, values, tuple(metrics), names, missing, events)
    lower = _lower_is_better(entries, metrics + overall)
    order = _best_first(paired, metric, metric in lower)
    pairs = _pairs(order, None if baseline is None else names.index(baseline))
    apart = paired_differences(values, pairs, config.seed, events=events)
    frame = pairs_frame(paired, pairs, apart, config.threshold, lower)
    at = metrics.index(metric)
    reference = order[0] if baseline is None else names.index(baseline)
    test = SegmentTest(names, reference, metric, at, config.threshold, metric in lower)
    real = [pair for pair, words in zip(pairs, frame.filter(metric=metric)["verdict"], strict=True)
            if words in ("better", "worse")]  # fmt: skip
    return Comparison(
        entries=tuple(entries),
        paired=paired,
        protocol=protocol,
        metric=metric,
        baseline=baseline,
        threshold=config.threshold,
        seed=config.seed,
        lower_is_better=lower,
        table=table_frame(entries, paired, overall),
        pairs=frame,
        segments=segments(aligned, test, segment, registry),
        warnings=comparison_warnings(entries, paired, real, metric),
    )


def _shared(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    """The metrics that all entries have: those with a value for each user, and the others."""
    if len(entries) < 2:
        raise PalateError(
            "a comparison needs two pipelines at least; name another recipe or run, or --vary one"
        )
    metrics = [m for m in entries[0].metrics if all(m in entry.metrics for entry in entries)]
    if not metrics:
        has = "; ".join(f"{entry.name!r} has {', '.join(entry.metrics) or 'none'}" for entry in entries)
        raise PalateError(f"no metric with a value for each user is in all: {has}. Add one to `evaluate`")
    return metrics, [m for m in entries[0].overall if all(m in entry.overall for entry in entries)]


def _known(
    config: ComparisonConfig, names: Sequence[str], metrics: Sequence[str], overall: Sequence[str]
) -> tuple[str, str | None]:
    """The metric and baseline asked for. Raises PalateError, with what is there, for others."""
    metric = config.metric or metrics[0]
    if metric in overall:
        raise PalateError(f"{metric} has one value for all users together, which no test can pair; "
                          f"choose one of {', '.join(metrics)}")  # fmt: skip
    if metric not in metrics:
        raise PalateError(
            f"there is no metric {metric!r} that all entries have.{closest(metric, metrics)} "
            f"There are {', '.join(metrics)}."
        )
    if config.baseline is not None and config.baseline not in names:
        raise PalateError(
            f"there is no entry {config.baseline!r} to be the baseline.{closest(config.baseline, names)} "
            f"There are {listed(names, 12)}."
        )
    return metric, config.baseline


def _lower_is_better(entries: Sequence[Entry], metrics: Sequence[str]) -> tuple[str, ...]:
    said = {label for entry in entries for each in entry.evaluations
            for label in each.run.results.get("lower_is_better", [])}  # fmt: skip
    return tuple(metric for metric in metrics if metric in said)


def _best_first(paired: PairedValues, metric: str, lower_is_better: bool) -> list[int]:
    means = mean_over(paired.values[:, :, paired.metrics.index(metric)], paired.events)
    return [int(at) for at in np.argsort(means if lower_is_better else -means, kind="stable")]


def _pairs(order: Sequence[int], baseline: int | None) -> list[tuple[int, int]]:
    """All pairs, the better of two first; or each other entry and the baseline."""
    if baseline is not None:
        return [(at, baseline) for at in order if at != baseline]
    return [(first, second) for at, first in enumerate(order) for second in order[at + 1 :]]
