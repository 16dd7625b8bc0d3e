"""How long palate takes to say hello.

Prints, as its last line, `{"help_ratio": ..., "plugins_s": ..., "plugins_50_ms": ...}`: the median time
of `palate --help` over that of `python -c pass` with the same interpreter, the median seconds of
`palate plugins`, and the milliseconds by which 50 more installed plugins lengthen loading them all.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from palate.testing import put_distribution

PALATE = str(Path(sys.executable).with_name("palate"))
MANY = 50
LOAD = "from palate.registry import installed; print(len(list(installed())), len(installed().failures))"
PLUGIN = """
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from palate import Query, Training, hookimpl


@dataclass
class Many:
    \"\"\"Ranker NUMBER of many.\"\"\"

    name: ClassVar[str] = "many-NUMBER"
    weight: Annotated[float, Gt(0)] = 1.0
    scores_: np.ndarray = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> "Many":
        return self

    def score(self, query: Query) -> np.ndarray:
        return np.zeros((len(query), query.history.n_items), np.float32)


@hookimpl
def register_rankers() -> list[type]:
    return [Many]
"""


def seconds(command: Sequence[str], path: str = "") -> float:
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def install(folder: Path) -> None:
    """Fifty distributions of one module each, as pip leaves them, compiled as pip compiles them."""
    for number in range(MANY):
        source = PLUGIN.replace("NUMBER", str(number))
        put_distribution(
            folder, f"palate-many-{number}", source, requires=["palate>=0.1"], plugin=f"many-{number}"
        )
    compileall.compile_dir(folder, quiet=1)


def discovery(runs: int) -> float:
    """Milliseconds that 50 plugins add to loading all: the median of differences, the two taking turns."""
    load = [sys.executable, "-c", LOAD]
    with tempfile.TemporaryDirectory() as room:
        install(Path(room))
        told = subprocess.check_output(load, env={**os.environ, "PYTHONPATH": room}, text=True).split()
        before = subprocess.check_output(load, env={**os.environ, "PYTHONPATH": ""}, text=True).split()
        if int(told[0]) - int(before[0]) != MANY or told[1] != before[1]:
            raise SystemExit(f"the plugins did not load: {before} components and failures, then {told}")
        added = [seconds(load, room) - seconds(load) for _ in range(runs)]
    print(f"50 plugins add {statistics.median(added) * 1000:.1f} ms")
    return statistics.median(added) * 1000


def measure(runs: int) -> dict[str, float]:
    """Medians. The two that make the ratio take turns, so that a busy moment hits both."""
    bare, shown, listed = [], [], []
    for _ in range(2):
        seconds([PALATE, "plugins"])
    for _ in range(runs):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        shown.append(seconds([PALATE, "--help"]))
    for _ in range(max(3, runs // 4)):
        listed.append(seconds([PALATE, "plugins"]))
    print(f"python -c pass {statistics.median(bare) * 1000:.1f} ms")
    print(f"palate --help  {statistics.median(shown) * 1000:.1f} ms")
    ratio = statistics.median(shown) / statistics.median(bare)
    return {
        "help_ratio": round(ratio, 2),
        "plugins_s": round(statistics.median(listed), 3),
        "plugins_50_ms": round(discovery(runs), 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    print(json.dumps(measure(parser.parse_args().runs)))
