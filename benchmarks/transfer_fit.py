"""One fit of EASE in a process of its own: seconds, and the memory that it adds at its peak.

    python transfer_fit.py EVENTS.parquet ITEMS.parquet MEMORY

What is fitted is everything but the last event of each user. The peak of the process and what it held
before are those of the kernel (VmHWM and VmRSS).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from cold_folds import component

from palate import Training


def resident(what: str) -> int:
    """VmRSS, or VmHWM its peak, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


def main() -> None:
    events, items, memory = sys.argv[1], sys.argv[2], float(sys.argv[3])
    data = component("source", "files", interactions=events, items=items, columns={"time": "position"}).load()
    splitter = component("splitter", "leave-one-out", single=True)
    history = next(splitter.split(data, np.random.default_rng(7))).training(data)
    training = Training(history, data.items, data.users, seed=7)
    ranker = component("ranker", "ease", memory=memory)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before, began = resident("VmRSS"), time.perf_counter()
    ranker.fit(training)
    took = time.perf_counter() - began
    print(json.dumps({"fit_s": round(took, 1), "fit_mb": round((resident("VmHWM") - before) / 1e6, 1)}))


if __name__ == "__main__":
    main()
