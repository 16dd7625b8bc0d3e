"""Records as TensorBoard's files of events.

They are written by tensorboardX, which needs protobuf and nothing else; TensorBoard's own writer would bring
its server, and torch's needs TensorBoard as well.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from palate.errors import MissingLibrary
from palate.tracking import Follower, Record

USUAL = "runs/tensorboard"


class TensorBoard:
    """A folder for each plan with its curves, for each run with its metrics, and for each comparison.

    Files are flushed after each record, so that a running TensorBoard shows it at once.
    """

    def __init__(self, where: str) -> None:
        try:
            from tensorboardX import SummaryWriter
        except ImportError as error:
            raise MissingLibrary('it needs tensorboardX: pip install "palate[tensorboard]"') from error
        self.root = Path(where or USUAL).expanduser()
        self._make = SummaryWriter
        self._plan = "plan"
        self._open: dict[str, Any] = {}

    def receive(self, record: Record) -> None:
        match record["event"]:
            case "plan-started":
                self._plan = f"{_named(record['name'])}-{record['time'][:19].replace(':', '')}"
            case "step-progress":
                values = {f"{record['step']}/{name}": value for name, value in record["values"].items()}
                self._write(self._plan, values, record["number"])
            case "trial-finished":
                trial = record["trial"]
                values = {f"trials/{trial['metric']}": trial["value"], "trials/seconds": trial["seconds"]}
                self._write(
                    self._plan, values, trial["number"], {f"trial {trial['number']}": trial["values"]}
                )
            case "tuning-finished":
                best = {f"best/{record['metric']}": record["value"]}
                self._write(self._plan, best, record["trial"], {"best": record["values"]})
                self._end(self._plan)
            case "run-finished":
                self._run(record)
            case "comparison-finished":
                self._comparison(record)
            case "plan-finished" | "plan-interrupted":
                self._end(self._plan)

    def _run(self, record: Record) -> None:
        values = {
            f"{metric}/{row}": found["value"]
            for row, about in record["rows"].items()
            for metric, found in about["metrics"].items()
        }
        costs = {f"seconds/{row}": about["seconds"] for row, about in record["rows"].items()}
        texts = {name: record[name] for name in ("parameters", "lineage", "data", "evaluated")}
        self._write(_named(record["run"]), values | costs, 0, texts)
        self._end(_named(record["run"]))

    def _comparison(self, record: Record) -> None:
        values = {
            f"{pair['metric']}/{pair['first']} - {pair['second']}": pair["difference"]
            for pair in record["pairs"]
        }
        name = f"compare-{_named('-'.join(record['names']))}"[:100]
        self._write(name, values, 0, {"verdict": record["verdict"], "table": record["table"]})
        self._end(name)

    def _write(
        self, folder: str, values: dict[str, Any], step: int, texts: dict[str, Any] | None = None
    ) -> None:
        """Write into the file of a folder, and flush it."""
        if folder not in self._open:
            self._open[folder] = self._make(str(self.root / folder))
        writer = self._open[folder]
        for name, value in values.items():
            if value is not None:
                writer.add_scalar(name.replace("@", "_at_"), value, step, display_name=name)
        for name, value in (texts or {}).items():
            text = value if isinstance(value, str) else f"```\n{json.dumps(value, indent=1)}\n```"
            writer.add_text(name, text, step)
        writer.flush()

    def _end(self, folder: str) -> None:
        writer = self._open.pop(folder, None)
        if writer is not None:
            writer.close()


def _named(text: str) -> str:
    """A text as the name of a folder."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-.")[:100] or "run"


follow = Follower("tensorboard", TensorBoard)
