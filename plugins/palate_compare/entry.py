"""What is compared: rankings that have been judged, and the run that says against what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from palate.runs import Run

OPEN_PARTS = ("fingerprint", "metrics")


@dataclass(frozen=True)
class Figures:
    """One ranking judged under one protocol.

    `per_user` has `user` (id) and a column a metric; `overall` the figures of all people together.
    `ranking` has `user`, `rank` and `item`. `seconds` and `peak_bytes` are None for a ranking made
    elsewhere, of which `remarks` says what had to be done to judge it.
    """

    run: Run
    row: str
    per_user: pl.DataFrame
    overall: Mapping[str, float]
    seconds: float | None = None
    peak_bytes: int | None = None
    foreign: pl.DataFrame | None = None
    remarks: Mapping[str, int] | None = None

    @classmethod
    def of(cls, run: Run, row: str) -> Figures:
        """What a run says of one of its rows."""
        line = next(line for line in run.results["rows"] if line["name"] == row)
        per_user = run.per_user.filter(pl.col("row") == row).drop("row")
        overall = {
            label: _number(figure["value"])
            for label, figure in line["metrics"].items()
            if label not in per_user.columns
        }
        return cls(run, row, per_user, overall, float(line["seconds"]), int(line["peak_bytes"]))

    @property
    def protocol(self) -> dict[str, str]:
        """The parts of the protocol that all figures share, so not which metrics were asked for."""
        return {part: said for part, said in self.run.results["protocol"].items() if part not in OPEN_PARTS}

    @property
    def fold(self) -> str:
        """What tells the folds and seeds of one recipe apart."""
        return self.protocol["split"]

    @cached_property
    def ranking(self) -> pl.DataFrame:
        return self.run.ranking(self.row) if self.foreign is None else self.foreign


@dataclass(frozen=True)
class Entry:
    """One line of a comparison: the figures of one pipeline, one for each seed or fold."""

    name: str
    figures: tuple[Figures, ...]

    @property
    def metrics(self) -> list[str]:
        """The metrics that give one figure a person, in every fold."""
        return [m for m in self.figures[0].per_user.columns if m != "user" and self._everywhere(m)]

    @property
    def overall(self) -> list[str]:
        """The metrics that give one figure for all people together, in every fold."""
        return [m for m in self.figures[0].overall if all(m in each.overall for each in self.figures)]

    @property
    def recipe(self) -> dict[str, Any]:
        return self.figures[0].run.recipe

    @property
    def is_popularity(self) -> bool:
        first = self.figures[0]
        return first.foreign is None and first.row == first.run.results["popularity"]

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole pipeline of its recipe: no branch of one, no baseline, not imported."""
        first = self.figures[0]
        return first.foreign is None and first.row == first.run.results["final"]

    @property
    def seconds(self) -> float | None:
        """The mean time over folds to make and judge the ranking."""
        return _mean([each.seconds for each in self.figures])

    @property
    def peak_bytes(self) -> int | None:
        known = [each.peak_bytes for each in self.figures if each.peak_bytes is not None]
        return max(known, default=None)

    def _everywhere(self, metric: str) -> bool:
        return all(metric in each.per_user.columns for each in self.figures)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
