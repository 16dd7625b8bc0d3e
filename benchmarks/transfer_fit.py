"""One fit of EASE in a process of its own: seconds, and the memory that was taken before.

    python transfer_fit.py EVENTS.parquet ITEMS.parquet MEMORY

What is fitted is everything but the last event of each user. `before_mb` is what the process holds when the
fit begins; who started it reads its peak from outside.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from cold_folds import component

from palate import Training


def resident() -> float:
    """What this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    events, items, memory = sys.argv[1], sys.argv[2], float(sys.argv[3])
    data = component("source", "files", interactions=events, items=items, columns={"time": "position"}).load()
    splitter = component("splitter", "leave-one-out", single=True)
    history = next(splitter.split(data, np.random.default_rng(7))).training(data)
    training = Training(history, data.items, data.users, seed=7)
    ranker = component("ranker", "ease", memory=memory)
    before, began = resident(), time.perf_counter()
    ranker.fit(training)
    print(json.dumps({"fit_s": round(time.perf_counter() - began, 1), "before_mb": round(before)}))


if __name__ == "__main__":
    main()
