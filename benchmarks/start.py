"""How long palate takes to start.

The last line is JSON: `help_ratio`, the median time of `palate --help` over that of `python -c pass` with
the same interpreter; `plugins_s`, the median seconds of `palate plugins`; `plugins_50_ms`, the milliseconds
by which 50 more installed plugins lengthen loading them all; and, each over the time of
`python -c "import numpy, scipy.sparse, polars"`, `recommend_ratio`, `palate recommend RUN --user 1` for a
small run, and `typo_ratio`, `palate run` of a recipe on MovieLens whose ranker has a misspelt option.

Modules are compiled before anything is timed, as pip compiles them; all files are in a folder of their own.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from palate.testing import put_distribution

PALATE = str(Path(sys.executable).with_name("palate"))
LIBRARIES = [sys.executable, "-c", "import numpy, scipy.sparse, polars"]
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
RECIPE = """
recipe: 1
name: small
data:
  source: {use: files, interactions: events.csv}
  split: {use: temporal, test: 0.2}
branches:
  popular: {rank: popularity}
top: 10
evaluate: [ndcg@10, recall@10]
"""


def environment(room: Path, path: str = "") -> dict[str, str]:
    """That of this process, with caches of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    caches = {
        "PALATE_CACHE": room / "cache",
        "PALATE_STORE": room / "store",
        "PYTHONPYCACHEPREFIX": room / "pyc",
    }
    return kept | {name: str(folder) for name, folder in caches.items()} | {"PYTHONPATH": path}


def seconds(command: Sequence[str], room: Path, path: str = "", code: int = 0) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=room, env=environment(room, path), capture_output=True, stdin=subprocess.DEVNULL
    )
    taken = time.perf_counter() - start
    if done.returncode != code:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return taken


def ratio(command: Sequence[str], base: Sequence[str], room: Path, runs: int, code: int = 0) -> float:
    """The quotient of the medians, the two taking turns, so that a busy moment hits both."""
    for _ in range(2):
        seconds(command, room, code=code)
    pairs = [(seconds(base, room), seconds(command, room, code=code)) for _ in range(runs)]
    below, above = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{' '.join(command[-3:])}: {above * 1000:.0f} ms over {below * 1000:.0f} ms")
    return round(above / below, 2)


def install(folder: Path) -> None:
    """Fifty distributions of one module each, as pip leaves them, compiled as pip compiles them."""
    for number in range(MANY):
        source = PLUGIN.replace("NUMBER", str(number))
        put_distribution(
            folder, f"palate-many-{number}", source, requires=["palate>=0.1"], plugin=f"many-{number}"
        )
    compileall.compile_dir(folder, quiet=1)


def discovery(room: Path, runs: int) -> float:
    """Milliseconds that 50 plugins add to loading all: the median of differences, the two taking turns."""
    load = [sys.executable, "-c", LOAD]
    site = room / "site"
    site.mkdir()
    install(site)
    told = subprocess.check_output(load, env=environment(room, str(site)), text=True).split()
    before = subprocess.check_output(load, env=environment(room), text=True).split()
    if int(told[0]) - int(before[0]) != MANY or told[1] != before[1]:
        raise SystemExit(f"the plugins did not load: {before} components and failures, then {told}")
    added = [seconds(load, room, str(site)) - seconds(load, room) for _ in range(runs)]
    print(f"50 plugins add {statistics.median(added) * 1000:.1f} ms")
    return round(statistics.median(added) * 1000, 1)


def small_run(room: Path) -> str:
    """The folder of a run on the events of 300 users; beside it a recipe with a misspelt option."""
    rng = random.Random(1)
    lines = ["user_id,item_id,timestamp"]
    for user in range(1, 301):
        lines += [f"{user},{item},{1000 * day + user}" for day, item in enumerate(rng.sample(range(200), 20))]
    (room / "events.csv").write_text("\n".join(lines) + "\n")
    (room / "small.yaml").write_text(RECIPE)
    typo = RECIPE.replace("{use: files, interactions: events.csv}", "movielens")
    (room / "typo.yaml").write_text(typo.replace("rank: popularity", "rank: {use: ease, l3: 5}"))
    seconds([PALATE, "run", "small.yaml"], room)
    return f"runs/{next((room / 'runs').iterdir()).name}"


def measure(runs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        made = small_run(room)
        listed = [seconds([PALATE, "plugins"], room) for _ in range(2 + max(3, runs // 4))][2:]
        print(f"palate plugins: {statistics.median(listed) * 1000:.0f} ms")
        return {
            "help_ratio": ratio([PALATE, "--help"], [sys.executable, "-c", "pass"], room, runs),
            "plugins_s": round(statistics.median(listed), 3),
            "plugins_50_ms": discovery(room, runs),
            "recommend_ratio": ratio([PALATE, "recommend", made, "--user", "1"], LIBRARIES, room, runs),
            "typo_ratio": ratio([PALATE, "run", "typo.yaml"], LIBRARIES, room, runs, code=2),
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    print(json.dumps(measure(parser.parse_args().runs)))
