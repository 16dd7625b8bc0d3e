"""A finished run: its values, rankings and fitted pipeline, in a folder."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from palate.checksums import CHECKSUMS, check
from palate.errors import StoreError
from palate.paths import literally
from palate.pipeline import Pipeline
from palate.recipe.yaml import parse
from palate.runs.ground_truth import FOLDER, GroundTruth

RESULTS = "results.json"
RECIPE = "recipe.yaml"
FOLDS = "folds"


@dataclass(frozen=True)
class Run:
    """What `palate run` left in a folder. `computed` says how many steps had to run for it just now."""

    folder: Path
    computed: int = 0

    def __post_init__(self) -> None:
        if not ((self.folder / RESULTS).is_file() or (self.folder / CHECKSUMS).is_file()):
            raise StoreError(f"{self.folder} is not a run: it has no {RESULTS}")

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})\n{self.metrics}"

    def _repr_html_(self) -> str:
        """The table, for notebooks."""
        return f"<p><b>{html.escape(self.name)}</b> in <code>{html.escape(str(self.folder))}</code></p>" + (
            self.metrics._repr_html_()
        )

    @property
    def name(self) -> str:
        return str(self.results["recipe"])

    @cached_property
    def results(self) -> dict[str, Any]:
        """Everything in `results.json`."""
        found: dict[str, Any] = self._json(RESULTS)
        return found

    @cached_property
    def lineage(self) -> dict[str, Any]:
        """Versions, seed, data and machine."""
        found: dict[str, Any] = self._json("lineage.json")
        return found

    @cached_property
    def metrics(self) -> pl.DataFrame:
        """One line a row: `name`, a column for each metric, `seconds` and `peak_gb`."""
        return pl.DataFrame(
            [
                {
                    "name": row["name"],
                    **{label: metric["value"] for label, metric in row["metrics"].items()},
                    "seconds": row["seconds"],
                    "peak_gb": row["peak_bytes"] / 1e9,
                }
                for row in self.results["rows"]
            ]
        )

    @cached_property
    def per_user(self) -> pl.DataFrame:
        """`row`, `user` and each metric that gives one value for each user.

        Of a run that asks for each event, also `events`, how many each value is the mean of.
        """
        return pl.read_parquet(literally(self._whole("per_user.parquet")))

    @cached_property
    def steps(self) -> pl.DataFrame:
        """`name`, `fingerprint`, `seconds` and `peak_bytes` of every step."""
        return pl.DataFrame(self._json("steps.json")).drop("notes", strict=False)

    @property
    def warnings(self) -> list[str]:
        """Likely mistakes in the data or in what was fitted on them, and branches below popularity."""
        return [*self.steps_warnings, *self.results.get("warnings", ())]

    @property
    def steps_warnings(self) -> list[str]:
        """What its steps had to report, without what the values say."""
        return [
            f"{step['name']}: {message}"
            for step in self._json("steps.json")
            for message in step.get("notes", {}).get("warnings", ())
        ]

    def ranking(self, row: str) -> pl.DataFrame:
        """What a row recommended to every user tested: `user`, `rank`, `item`, `title`, `score`.

        Of a run that asks for each event, what it recommended when each user was first asked.
        """
        known = [entry["name"] for entry in self.results["rows"]]
        if row not in known:
            raise StoreError(f"{self.folder} has no ranking {row!r}; it has {', '.join(known)}")
        return pl.read_parquet(literally(self._whole(f"rankings/{row}.parquet")))

    @cached_property
    def folds(self) -> list[Run]:
        """One run for each fold of the split, in order; the run itself where there is one fold.

        They have values, rankings and ground truth of their own. The pipeline of the run is that of the
        last fold.
        """
        names = (path.name for path in (self.folder / FOLDS).glob("*") if path.name.isdigit())
        return [Run(self.folder / FOLDS / name) for name in sorted(names, key=int)] or [self]

    @cached_property
    def ground_truth(self) -> GroundTruth:
        """The users tested and their relevant items."""
        return GroundTruth.load(self._whole(FOLDER))

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """The resolved recipe, nothing left out."""
        path = self._whole(RECIPE)
        found: dict[str, Any] = parse(path.read_text(encoding="utf-8"), str(path)).plain()
        return found

    @cached_property
    def pipeline(self) -> Pipeline:
        """The fitted pipeline."""
        return Pipeline.load(self.folder)

    def recommend(
        self,
        user: Any = None,
        history: Iterable[Any] | None = None,
        k: int = 10,
        include_seen: bool = False,
        only: Iterable[Any] | None = None,
        exclude: Iterable[Any] | None = None,
        times: Iterable[Any] | None = None,
        ratings: Iterable[Any] | None = None,
    ) -> pl.DataFrame:
        """Recommendations for a known `user`, or for any user with a `history` of ids or titles.

        See `Pipeline.recommend`.
        """
        return self.pipeline.recommend(user, history, k, include_seen, only, exclude, times, ratings)

    def recommend_many(self, users: Iterable[Any] | None = None, **options: Any) -> pl.DataFrame:
        """Recommendations for several known `users`, or for as many `histories`.

        See `Pipeline.recommend_many`.
        """
        return self.pipeline.recommend_many(users, **options)

    def _whole(self, name: str) -> Path:
        """A file or folder of the run. Raises StoreError where it is not as it was written."""
        check(self.folder, name, remedy=f"run its recipe again: palate run {self.folder / RECIPE}")
        return self.folder / name

    def _json(self, name: str) -> Any:
        path = self._whole(name)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.folder / name} cannot be read: {error}") from None
