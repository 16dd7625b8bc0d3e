"""The result of tuning one recipe."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

RECIPES = (".yaml", ".yml")
FORMATS = (*RECIPES, ".html", ".json", ".csv")


@dataclass(frozen=True)
class TuningResult:
    """The trials of one study and the best of them.

    `trials` has one row a trial that counts: `trial`, `state` (complete, pruned, failed), `value`,
    `seconds`, `steps` (how many had to be computed), `reason` for a failure, and a column for each
    search space by its path. `importance` says how much each space matters, in shares of 1, for
    those that every trial has. `recipe` is the text of the tuned recipe, and `outputs` are the files written.
    """

    name: str
    metric: str
    lower_is_better: bool
    study: str
    file: Path
    budget: int
    sampler: str
    pruner: str
    seed: int
    protocol: str
    best: int
    value: float
    values: dict[str, Any]
    trials: pl.DataFrame
    importance: dict[str, float]
    shared: int
    recipe: str
    outputs: tuple[Path, ...] = ()
    ask: str = "each-user"

    def __repr__(self) -> str:
        chosen = ", ".join(f"{path}={value}" for path, value in self.values.items())
        return (
            f"TuningResult({self.name!r}: {self.metric} {self.value:.4f} in trial {self.best} of "
            f"{self.trials.height}; {chosen})"
        )

    def _repr_html_(self) -> str:
        """The best and all trials, for notebooks."""
        return f"<p>{html.escape(repr(self))}</p>{self.trials._repr_html_()}"

    @property
    def evaluated_on(self) -> str:
        """What trials were evaluated on, in words."""
        return "each event of the validation part" if self.ask == "each-event" else "the validation part"

    @property
    def output(self) -> Path | None:
        """The tuned recipe, if it was written."""
        return next((file for file in self.outputs if file.suffix in RECIPES), None)

    @property
    def page(self) -> Path | None:
        """The page of pictures, if it was written."""
        return next((file for file in self.outputs if file.suffix == ".html"), None)

    def count(self, state: str) -> int:
        return int((self.trials["state"] == state).sum())

    def plain(self) -> dict[str, Any]:
        """Everything but the recipe's text, ready for JSON."""
        about = {
            "recipe": self.name, "metric": self.metric, "lower_is_better": self.lower_is_better,
            "study": self.study, "budget": self.budget, "sampler": self.sampler, "pruner": self.pruner,
            "seed": self.seed, "part": "validation", "ask": self.ask, "protocol": self.protocol,
        }  # fmt: skip
        found = {"best": {"trial": self.best, "value": self.value, "values": self.values}}
        states = {state: self.count(state) for state in ("complete", "pruned", "failed")}
        places = {"outputs": [str(file) for file in self.outputs]}
        rest = {"importance": self.importance, "shared_steps": self.shared, "trials": self.trials.to_dicts()}
        return {**about, **found, **states, **places, **rest}
