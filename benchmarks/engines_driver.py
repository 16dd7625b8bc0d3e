"""Drivers of the benchmark of engines: processes that run a recipe, and what sending a step costs one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from engines_recipes import plan_of


def another(given: dict[str, Any], address: str, store: Path) -> subprocess.Popen[str]:
    """A process that runs a recipe on the cluster; it says what it notices, and on stderr what went wrong."""
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[1]); from engines_driver import drive; "
        "drive(json.loads(sys.argv[2]), sys.argv[3], sys.argv[4])"
    )
    told = [str(Path(__file__).parent), json.dumps(given), address, str(store)]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", code, *told], **pipes)


def drive(given: dict[str, Any], address: str, place: str) -> None:
    """What such a process does."""
    from palate.errors import PalateError
    from palate_ray.engine import Ray

    try:
        Ray(address=address, least=100).run(
            plan_of(given, place), lambda event: event.what == "notice" and print(event.message)
        )
    except PalateError as error:
        sys.exit(str(error))


def overhead(given: dict[str, Any], address: str, store: Path) -> dict[str, Any]:
    """What sending a step to a warm worker and hearing of it takes, where it is in the store already."""
    import ray

    from palate.plan.describe import described
    from palate_ray.worker import work

    plan = plan_of(given, store)
    said = {"step": described(plan.final.evaluation), "store": plan.store.place, "cpus": 1, "threads": {}}
    text = json.dumps(said | {"owner": ""})
    ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    try:
        do = ray.remote(max_retries=0)(work)
        ray.get([do.remote(text) for _ in range(4)])
        started = time.perf_counter()
        for _ in range(20):
            ray.get(do.remote(text))
        seconds = round((time.perf_counter() - started) / 20, 4)
        return {"overhead_s": seconds, "description_bytes": len(text)}
    finally:
        ray.shutdown()
