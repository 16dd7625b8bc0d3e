"""Records as runs of MLflow.

A plan of one recipe is one run, whose curves come while it trains and whose metrics when it is finished. A
comparison and a study are runs with the recipes, or the trials, below them.
"""

from __future__ import annotations

from typing import Any

from palate.errors import MissingLibrary
from palate.tracking import Follower, Record
from palate.tracking.records import flat
from palate_mlflow.store import Store


class MLflow:
    """Sends records to the tracking server or folder of `where`, a URI with an experiment behind a `#`."""

    def __init__(self, where: str) -> None:
        try:
            self.store = Store.of(where)
        except ImportError as error:
            raise MissingLibrary('it needs MLflow: pip install "palate[mlflow]"') from error
        self._name = "palate"
        self._several = False
        self._parent = ""

    def receive(self, record: Record) -> None:
        match record["event"]:
            case "plan-started":
                self._leave("KILLED")
                self._name, self._several = record["name"], record["runs"] != 1
            case "step-progress":
                self.store.metrics(self._whole(), _under(record["step"], record["values"]), record["number"])
            case "plan-interrupted":
                self._leave("KILLED")
            case "run-finished":
                self._run(record)
            case "trial-finished":
                self._trial(record["trial"])
            case "tuning-finished":
                run = self._whole()
                self.store.metrics(run, {f"best/{record['metric']}": record["value"]})
                self.store.tags(run, {"best trial": record["trial"], **flat(record["values"], "best")})
                self._leave()
            case "comparison-finished":
                self._comparison(record)

    def _run(self, record: Record) -> None:
        alone = self._parent and not self._several
        run = self._parent if alone else self.store.start(record["run"], self._above())
        if alone:
            self.store.tags(run, {"mlflow.runName": record["run"]})
        self.store.params(run, flat(record["parameters"]))
        self.store.tags(run, _tags(record))
        values: dict[str, Any] = {}
        for row, about in record["rows"].items():
            for metric, found in about["metrics"].items():
                values[f"{row}/{metric}"] = found["value"]
                if row == record["final"]:
                    values[metric] = found["value"]
                values |= {f"{row}/{metric} {end}": found[end] for end in ("low", "high") if end in found}
            values[f"{row}/seconds"] = about.get("seconds")
        self.store.metrics(run, values)
        self.store.end(run)
        if alone:
            self._parent = ""

    def _trial(self, trial: dict[str, Any]) -> None:
        run = self.store.start(f"trial {trial['number']}", self._whole())
        self.store.params(run, flat(trial["values"]))
        self.store.metrics(run, {trial["metric"]: trial["value"], "seconds": trial["seconds"]})
        if trial["value"] is not None:
            self.store.metrics(self._parent, {trial["metric"]: trial["value"]}, trial["number"])
        self.store.end(run, "FINISHED" if trial["state"] == "complete" else "FAILED")

    def _comparison(self, record: Record) -> None:
        run = self._parent or self.store.start(" and ".join(record["names"]))
        self.store.tags(
            run, {"mlflow.note.content": record["verdict"], "palate.protocol": record["protocol"]}
        )
        self.store.metrics(run, {
            f"{pair['metric']}/{pair['first']} - {pair['second']}{end}": pair[key]
            for pair in record["pairs"]
            for end, key in (("", "difference"), (" low", "low"), (" high", "high"), (" p", "adjusted"))
        })  # fmt: skip
        self._parent = run
        self._leave()

    def _whole(self) -> str:
        """The run of the plan or study, begun where it is not yet."""
        if not self._parent:
            self._parent = self.store.start(self._name)
        return self._parent

    def _above(self) -> str:
        """The run below which the recipes of one plan stand, if there are several."""
        return self._whole() if self._several else ""

    def _leave(self, status: str = "FINISHED") -> None:
        if self._parent:
            self.store.end(self._parent, status)
        self._parent = ""


def _under(step: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{step}/{name}": value for name, value in values.items()}


def _tags(record: Record) -> dict[str, Any]:
    """Where a run comes from, and where it is."""
    names = ("recipe", "fingerprint", "folder", "protocol", "final")
    return {f"palate.{name}": value for name, value in {
        **{name: record[name] for name in names}, **flat(record["lineage"]), **flat(record["data"], "counts"),
    }.items()}  # fmt: skip


follow = Follower("mlflow", MLflow)
