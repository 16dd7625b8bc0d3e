"""From entries to a comparison: pair, test, divide, warn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from palate.errors import PalateError, closest, listed
from palate.registry import Registry
from palate_compare.comparison import Comparison
from palate_compare.entry import Entry
from palate_compare.frames import pairs_frame, table_frame
from palate_compare.lint import lint
from palate_compare.paired import differences
from palate_compare.pairing import Paired, align, pool
from palate_compare.segments import Question, segments
from palate_compare.terms import agreed


@dataclass(frozen=True)
class Asked:
    """What a comparison is to say: about which metric, against what, and how small a difference counts."""

    metric: str | None = None
    baseline: str | None = None
    threshold: float = 0.005
    seed: int = 0


def compared(
    entries: Sequence[Entry],
    asked: Asked,
    registry: Registry,
    *,
    anyway: bool = False,
    segment: tuple[str, ...] = (),
) -> Comparison:
    """Compare what has been judged already; the rest as in `compare`."""
    metrics, overall = _shared(entries)
    metric, baseline = _known(asked, [entry.name for entry in entries], metrics, overall)
    terms = agreed(entries, [*metrics, *overall], anyway)
    aligned, missing = align(entries, metrics)
    users, figures = pool([(each.users, each.figures) for each in aligned])
    names = tuple(entry.name for entry in entries)
    paired = Paired(users, figures, tuple(metrics), names, missing)
    lower = _lower_is_better(entries, metrics + overall)
    order = _best_first(paired, metric, metric in lower)
    pairs = _pairs(order, None if baseline is None else names.index(baseline))
    apart = differences(figures, pairs, asked.seed)
    frame = pairs_frame(paired, pairs, apart, asked.threshold, lower)
    at = metrics.index(metric)
    reference = order[0] if baseline is None else names.index(baseline)
    question = Question(names, reference, metric, at, asked.threshold, metric in lower)
    real = [pair for pair, words in zip(pairs, frame.filter(metric=metric)["verdict"], strict=True)
            if words in ("better", "worse")]  # fmt: skip
    return Comparison(
        entries=tuple(entries),
        paired=paired,
        terms=terms,
        metric=metric,
        baseline=baseline,
        threshold=asked.threshold,
        seed=asked.seed,
        lower_is_better=lower,
        table=table_frame(entries, paired, overall),
        pairs=frame,
        segments=segments(aligned, question, segment, registry),
        warnings=lint(entries, paired, real, metric),
    )


def _shared(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    """The metrics that all entries have: those with a figure a person, and the others."""
    if len(entries) < 2:
        raise PalateError(
            "a comparison needs two pipelines at least; name another recipe or run, or --vary one"
        )
    metrics = [m for m in entries[0].metrics if all(m in entry.metrics for entry in entries)]
    if not metrics:
        has = "; ".join(f"{entry.name!r} has {', '.join(entry.metrics) or 'none'}" for entry in entries)
        raise PalateError(f"no metric with one figure a person is in all: {has}. Add one to `evaluate`")
    return metrics, [m for m in entries[0].overall if all(m in entry.overall for entry in entries)]


def _known(
    asked: Asked, names: Sequence[str], metrics: Sequence[str], overall: Sequence[str]
) -> tuple[str, str | None]:
    """The metric and baseline asked for. Raises PalateError, with what is there, for others."""
    metric = asked.metric or metrics[0]
    if metric in overall:
        raise PalateError(f"{metric} gives one figure for all people together, which no test can pair; "
                          f"choose one of {', '.join(metrics)}")  # fmt: skip
    if metric not in metrics:
        raise PalateError(
            f"there is no metric {metric!r} that all entries have.{closest(metric, metrics)} "
            f"There are {', '.join(metrics)}."
        )
    if asked.baseline is not None and asked.baseline not in names:
        raise PalateError(
            f"there is no entry {asked.baseline!r} to be the baseline.{closest(asked.baseline, names)} "
            f"There are {listed(names, 12)}."
        )
    return metric, asked.baseline


def _lower_is_better(entries: Sequence[Entry], metrics: Sequence[str]) -> tuple[str, ...]:
    said = {label for entry in entries for each in entry.figures
            for label in each.run.results.get("lower_is_better", [])}  # fmt: skip
    return tuple(metric for metric in metrics if metric in said)


def _best_first(paired: Paired, metric: str, lower_is_better: bool) -> list[int]:
    means = np.nanmean(paired.figures[:, :, paired.metrics.index(metric)], axis=0)
    return [int(at) for at in np.argsort(means if lower_is_better else -means, kind="stable")]


def _pairs(order: Sequence[int], baseline: int | None) -> list[tuple[int, int]]:
    """All pairs, the better of two first; or each other entry and the baseline."""
    if baseline is not None:
        return [(at, baseline) for at in order if at != baseline]
    return [(first, second) for at, first in enumerate(order) for second in order[at + 1 :]]
