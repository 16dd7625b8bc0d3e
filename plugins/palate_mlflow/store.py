"""Writing into MLflow, with its rules for names and lengths kept."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EXPERIMENT = "palate"
LONGEST = 500
AT_ONCE = 100


@dataclass
class Store:
    """One experiment of a tracking server, a database or a folder."""

    client: Any
    experiment: str

    @classmethod
    def of(cls, where: str) -> Store:
        """From `URI#EXPERIMENT`; of an empty URI the one that MLFLOW_TRACKING_URI or MLflow itself says.

        MLflow's own waiting is cut short, since nobody waits for it: one more try, and five seconds for an
        answer. A folder must be allowed since MLflow 3.7, and whoever names one wants it.
        """
        uri, _, experiment = where.partition("#")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "5")
        if uri.startswith("file:") or (uri and "://" not in uri and ":" not in uri):
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        from mlflow.tracking import MlflowClient

        client = MlflowClient(uri or None)
        name = experiment or os.environ.get("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
        known = client.get_experiment_by_name(name)
        return cls(client, known.experiment_id if known else client.create_experiment(name))

    def start(self, name: str, parent: str = "") -> str:
        """A new run; the id."""
        tags = {"mlflow.source.name": "palate", "mlflow.source.type": "LOCAL"}
        if parent:
            tags["mlflow.parentRunId"] = parent
        found: str = self.client.create_run(self.experiment, run_name=name[:LONGEST], tags=tags).info.run_id
        return found

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        from mlflow.entities import Param

        self._batch(run, params=[Param(named(key), str(value)[:LONGEST]) for key, value in values.items()])

    def metrics(self, run: str, values: Mapping[str, Any], step: int = 0) -> None:
        """Numbers of a run at a step; those that are missing are left out."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        known = {key: float(value) for key, value in values.items() if value is not None}
        self._batch(run, metrics=[Metric(named(key), value, now, step) for key, value in known.items()])

    def tags(self, run: str, values: Mapping[str, Any]) -> None:
        from mlflow.entities import RunTag

        self._batch(run, tags=[RunTag(named(key), str(value)[:LONGEST]) for key, value in values.items()])

    def end(self, run: str, status: str = "FINISHED") -> None:
        self.client.set_terminated(run, status)

    def _batch(self, run: str, **parts: list[Any]) -> None:
        """Send as many at once as MLflow takes."""
        for kind, values in parts.items():
            for at in range(0, len(values), AT_ONCE):
                self.client.log_batch(run, **{kind: values[at : at + AT_ONCE]})


def named(key: str) -> str:
    """A name that MLflow allows: `ndcg@10` is `ndcg_at_10`."""
    return re.sub(r"[^\w\-. :/]", "_", key.replace("@", "_at_"))[:250]
