"""A small world for `reliability.py`: data, recipes, and calls of palate whose ends are looked at."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LEFT = re.compile(r"\..+\.\d+\.[0-9a-f]{8}\.[0-9a-f]{8}", re.DOTALL)
COMMAND = (sys.executable, "-c", "import sys; from palate.cli import main; sys.exit(main())")
_BUGS = ("Traceback (most recent call last)", "a bug in palate", "Fatal Python error")


@dataclass
class Found:
    """What was counted, and each fault in a line."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def fault(self, kind: str, said: str) -> None:
        """One more of a kind: tracebacks, wrong_values, leftovers or not_recovered."""
        self.counts[kind] += 1
        self.faults.append(f"{kind}: {said}")
        print(self.faults[-1], flush=True)

    def ended(self, what: str, done: Done, allowed: tuple[int, ...] = (0,), plugin: bool = False) -> bool:
        """Look at how a command ended; whether it ended in one of the ways that are allowed."""
        bugs = _BUGS[:1] + _BUGS[2:] if plugin else _BUGS
        if any(bug in done.err or bug in done.out for bug in bugs):
            self.fault("tracebacks", f"{what}: {done.err.strip()[-300:]}")
            return False
        if done.code not in allowed:
            self.fault("not_recovered", f"{what}: exit {done.code}: {done.err.strip()[-300:]}")
            return False
        return True

    def same(self, what: str, values: Any, right: Any) -> None:
        if values != right:
            self.fault("wrong_values", f"{what}: {str(values)[:200]} for {str(right)[:200]}")

    def clean(self, what: str, *folders: Path) -> None:
        """Count what killed processes left."""
        left = [path for folder in folders for path in folder.rglob(".*") if LEFT.fullmatch(path.name)]
        if left:
            self.fault("leftovers", f"{what}: {', '.join(map(str, left[:3]))}")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> dict[str, Any]:
        """The metric values of `palate run --json` by row, without what depends on the clock."""
        return {row["name"]: row["metrics"] for row in json.loads(self.out)["rows"]}


@dataclass(frozen=True)
class World:
    """A folder with data and recipes, and with a store, runs and a cache of its own."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PALATE_")}
        own = {"PALATE_CACHE": str(self.root / "cache"), "PALATE_STORE": str(self.root / "store")}
        return kept | own | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}

    def start(self, *words: Any, **more: Any) -> subprocess.Popen[str]:
        environment = self.environment | more.pop("env", {})
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | more
        return subprocess.Popen([*COMMAND, *map(str, words)], cwd=self.root, env=environment, **pipes)

    def call(self, *words: Any, timeout: float = 180, **more: Any) -> Done:
        """A command, to its end; one that takes longer is killed and has the code -9."""
        process = self.start(*words, **more)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return Done(process.returncode, out or "", err or "")

    def run(self, name: str = "hybrid", *more: Any, **options: Any) -> Done:
        return self.call("run", f"{name}.yaml", "--json", "-q", *more, **options)


def write(root: Path) -> World:
    """Ratings of 40 users for 30 items with texts, a day more, and recipes: hybrid, other, open (to tune)."""
    import numpy as np

    root.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    lines = ["user_id,item_id,rating,timestamp"]
    for user in range(40):
        for day, item in enumerate(rng.permutation(np.arange(user % 2, 30, 2))[:11]):
            lines.append(f"u{user:02},{item},{rng.integers(1, 6)},{86_400 * (10 * day + user)}")
    (root / "events.csv").write_text("\n".join(lines) + "\n")
    today = [f"u{user:02},{3 * user % 30},4,{86_400 * 160 + user}" for user in range(0, 40, 3)]
    (root / "today.csv").write_text("\n".join([lines[0], *today, f"new,4,5,{86_400 * 161}"]) + "\n")
    items = [f"{n},item {n},{('sweet fruit', 'loud tool')[n % 2]} {n % 7}" for n in range(30)]
    (root / "items.csv").write_text("item_id,title,kind\n" + "\n".join(items) + "\n")
    for name, text in recipes().items():
        (root / f"{name}.yaml").write_text(json.dumps(text, indent=1))
    return World(root)


def recipes() -> dict[str, dict[str, Any]]:
    source = {"use": "files", "interactions": "events.csv", "items": "items.csv"}
    content = {
        "text": [{"use": "template", "template": "{title} {kind}"}],
        "encode": {"use": "hash", "dimensions": 64}, "transform": ["center", "l2"], "aggregate": "mean",
        "rank": "cosine",
    }  # fmt: skip
    hybrid = {
        "recipe": 1, "name": "hybrid", "seed": 5,
        "data": {"source": source, "split": {"use": "temporal", "test": 0.2, "validation": 0.2}},
        "branches": {
            "linear": {"rank": {"use": "ease", "l2": 5.0}}, "near": {"rank": "item-knn"}, "content": content,
        },
        "fuse": {"use": "weighted", "weights": "tune"}, "rerank": [{"use": "mmr", "diversity": 0.2}],
        "top": 5, "evaluate": ["ndcg@5", "recall@5", "coverage@5"],
    }  # fmt: skip
    plain = {key: value for key, value in hybrid.items() if key not in ("fuse", "rerank")}
    space = {"search": "log", "low": 1, "high": 500}
    return {
        "hybrid": hybrid,
        "other": hybrid | {"name": "other", "branches": hybrid["branches"] | {"also": {"rank": "random"}}},
        "open": plain | {"name": "open", "branches": {"linear": {"rank": {"use": "ease", "l2": space}}}},
    }  # fmt: skip
