"""Which checks a component has to pass."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from palate.components.trainable import is_trainable
from palate.testing import by_hand, cost, fitting, interests, odd, threads, trainable, updates
from palate.testing.any_kind import CHECKS as ANY_KIND
from palate.testing.case import Case, Check

HOMES = {
    "ranker": "rankers",
    "encoder": "encoders",
    "finetuner": "finetuners",
    "objective": "objectives",
    "transform": "transforms",
    "aggregator": "aggregators",
    "metric": "metrics",
    "splitter": "splitters",
    "fuser": "fusers",
    "reranker": "rerankers",
    "source": "datasets.SOURCE",
    "cleaner": "datasets.CLEANER",
    "feedback": "feedbacks",
    "preprocessor": "datasets.PREPROCESSOR",
    "engine": "engines",
    "index": "indexes",
}


def checks_for(case: Case, values: float | Sequence[float] | None = None) -> dict[str, Check]:
    """The checks for a component of this kind, by name.

    `values` are what a metric gives on `palate.testing.worked_example`, computed by hand.
    """
    kind = case.kind
    module, _, name = HOMES[kind].partition(".")
    checks: tuple[Check, ...] = ANY_KIND
    checks += getattr(import_module(f"palate.testing.{module}"), name or "CHECKS")
    checks += odd.CHECKS.get(kind, ())
    for others in (threads, cost):
        checks += others.CHECKS if kind in others.KINDS else ()
    if kind in fitting.KINDS and callable(getattr(case.cls, "fit", None)):
        checks += fitting.CHECKS
    if kind == "ranker" and any(callable(getattr(case.cls, name, None)) for name in interests.METHODS):
        checks += interests.CHECKS
    if kind == "ranker" and callable(getattr(case.cls, "partial_fit", None)):
        checks += updates.CHECKS
    if is_trainable(case.cls):
        checks += trainable.CHECKS
    if kind == "metric":
        checks += by_hand.CHECKS
    if values is not None:
        checks += (by_hand.agrees(values),)
    return {run.__name__: run for run in checks}
