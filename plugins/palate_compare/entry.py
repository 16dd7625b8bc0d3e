"""What is compared: rankings that were evaluated, each with the run that says by what protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from palate.evaluation import EVENTS
from palate.runs import Run

NORMAL = 1.96
"""Standard errors that make half of a 95% interval."""
OPEN_PARTS = ("fingerprint", "metrics")


@dataclass(frozen=True)
class EvaluatedRanking:
    """One ranking evaluated under one protocol.

    `per_user` has `user` (id) and a column for each metric, and `events` where each value is the mean of so
    many; `overall` has the metrics of all users together.
    `ranking` has `user`, `rank` and `item`. `seconds` and `peak_bytes` are None for an `imported`
    ranking, for which `corrections` counts what had to be changed to evaluate it, by kind.
    """

    run: Run
    row: str
    per_user: pl.DataFrame
    overall: Mapping[str, float]
    seconds: float | None = None
    peak_bytes: int | None = None
    imported: pl.DataFrame | None = None
    corrections: Mapping[str, int] | None = None

    @classmethod
    def of(cls, run: Run, row: str) -> EvaluatedRanking:
        """One row of a run."""
        line = next(line for line in run.results["rows"] if line["name"] == row)
        per_user = run.per_user.filter(pl.col("row") == row).drop("row")
        overall = {
            label: _number(found["value"])
            for label, found in line["metrics"].items()
            if label not in per_user.columns
        }
        return cls(run, row, per_user, overall, float(line["seconds"]), int(line["peak_bytes"]))

    @property
    def protocol(self) -> dict[str, str]:
        """The parts of the protocol that concern every metric, so not which metrics were computed."""
        return {part: said for part, said in self.run.results["protocol"].items() if part not in OPEN_PARTS}

    @property
    def fold(self) -> str:
        """What distinguishes the folds and seeds of one recipe."""
        return self.protocol["split"]

    @cached_property
    def ranking(self) -> pl.DataFrame:
        return self.run.ranking(self.row) if self.imported is None else self.imported


@dataclass(frozen=True)
class Entry:
    """One line of a comparison: a pipeline, evaluated once for each seed or fold."""

    name: str
    evaluations: tuple[EvaluatedRanking, ...]

    @property
    def metrics(self) -> list[str]:
        """The metrics with a value for each user, in every fold."""
        columns = self.evaluations[0].per_user.columns
        return [m for m in columns if m not in ("user", EVENTS) and self._everywhere(m)]

    @property
    def asks_each_event(self) -> bool:
        """Whether a user's values are means over events, in every fold."""
        return self._everywhere(EVENTS)

    @property
    def overall(self) -> list[str]:
        """The metrics with one value for all users together, in every fold."""
        return [m for m in self.evaluations[0].overall if all(m in each.overall for each in self.evaluations)]

    @property
    def recipe(self) -> dict[str, Any]:
        return self.evaluations[0].run.recipe

    @property
    def weights(self) -> list[dict[str, Any]]:
        """How it weighs its branches, the heaviest first; nothing where it fuses none.

        `branch`, `weight`, `share` of all weights, and `gain`, `low` and `high`: what the branch adds to the
        metric by which the weights were tuned, on the validation part; None for a branch that is alone and
        where weights were given. `words` say what was done with the weight. Of several seeds those of the
        first.
        """
        first = self.evaluations[0]
        rows = [] if first.imported is not None else first.run.results["rows"]
        row = next((row for row in rows if row["name"] == first.row), {})
        weights, parts, words = (row.get(key) or {} for key in ("weights", "parts", "words"))
        total = sum(weights.values())
        found = []
        for branch, weight in sorted(weights.items(), key=lambda each: -each[1]):
            part = parts.get(branch)
            gain, margin = (part["gain"], NORMAL * part["error"]) if part else (None, None)
            interval = (None, None) if gain is None else (gain - margin, gain + margin)
            found.append(
                {"branch": branch, "weight": weight, "share": weight / total if total else None, "gain": gain,
                 "low": interval[0], "high": interval[1], "words": words.get(branch, "")}
            )  # fmt: skip
        return found

    @property
    def is_popularity(self) -> bool:
        first = self.evaluations[0]
        return first.imported is None and first.row == first.run.results["popularity"]

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole pipeline of its recipe: no branch of one, no baseline, not imported."""
        first = self.evaluations[0]
        return first.imported is None and first.row == first.run.results["final"]

    @property
    def seconds(self) -> float | None:
        """The mean time over folds to fit, recommend and evaluate."""
        return _mean([each.seconds for each in self.evaluations])

    @property
    def peak_bytes(self) -> int | None:
        known = [each.peak_bytes for each in self.evaluations if each.peak_bytes is not None]
        return max(known, default=None)

    def _everywhere(self, metric: str) -> bool:
        return all(metric in each.per_user.columns for each in self.evaluations)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
