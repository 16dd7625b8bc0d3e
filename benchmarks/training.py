"""What training holds to: memory on a large catalogue, kills, and what each lever of its speed gives.

    python benchmarks/training.py --data DIR [--only memory,kills,levers]

DIR holds `beauty` (`interactions.parquet`: user_id, item_id, position, part); `memory` makes its own
data. The last line is one JSON object:

- `memory`: one epoch of SASRec (64 wide, length 50, the loss over all items) on 100,000 items and a million
  events: `peak_mb` of a process of its own and `seconds`.
- `kills`: a fit of SASRec on 3,000 users of Beauty, in a process that SIGKILL ends at `count` random moments,
  each time started again: `equal` says whether its weights are those of a fit left alone, to the bit.
- `levers`: processor time of an epoch on Beauty on one core, with each lever switched off, over all on.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from peer_env import measured

HERE = Path(__file__).resolve().parent
CHILD = HERE / "peers" / "palate_training.py"


def child(*words: object) -> list[str]:
    return [sys.executable, str(CHILD), *map(str, words)]


def kills(data: Path, count: int) -> dict[str, Any]:
    """Kill a fit `count` times, and compare what it ends with."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as scratch:
        started = time.monotonic()
        whole = measured(child("fit", data, Path(scratch) / "whole"))
        took = time.monotonic() - started
        killed = 0
        while killed < count:
            command = child("fit", data, Path(scratch) / "killed")
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            try:
                process.wait(rng.uniform(0.1, 0.6) * took)
                break  # it had little left
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
        last = measured(child("fit", data, Path(scratch) / "killed"))
    return {"count": killed, "equal": whole["weights"] == last["weights"], "epochs": last["epochs"]}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that has beauty")
    parser.add_argument("--only", type=lambda text: text.split(","), default=["memory", "kills", "levers"])
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    beauty, found = given.data / "beauty", {}
    for part in given.only:
        if part == "kills":
            found[part] = kills(beauty, given.kills)
        else:
            found[part] = measured(child(part, beauty), cores=1 if part == "levers" else None)
            found[part].pop("wall")
        print(part, found[part], flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
