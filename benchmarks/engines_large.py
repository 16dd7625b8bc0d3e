"""What workers do of a large fit, a part at a time under a memory cap: time and memory by events.

    taskset -c 1 python benchmarks/engines_large.py [--events 100000000] [--items 5000] [--cap 3]

Events are drawn a million at a time (20,000 users with 50 each, popular items more often), so that never all
are held, as on workers that have a part each. Of each million the counts of pairs of items are summed, as for
`ease`, and the factors of its users solved for, as in half a sweep of `als`; then those of an eighth of the
items, which reads the factors of all users from a file. The last line is `{"marks": [{"events", "gram_s",
"users_s"}, ...], "items_eighth_s", "peak_mb", "cap_gb"}`, in seconds of processor time, which other processes
beside do not change much: growth is linear where a mark's seconds grow as its events do.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PART, A_USER, FACTORS, EIGHTH = 1_000_000, 50, 64, 8
MARKS = (10, 30, 100)  # million events


def taken(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time that this takes, and what it gives."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--cap", type=float, default=3.0, help="GiB of address space")
    asked = parser.parse_args()
    cap = int(asked.cap * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (cap, cap))

    import numpy as np
    import scipy.sparse as sp

    from palate.arrays.cooccurrence import gram
    from palate_implicit.half_sweep import half_sweep

    rng, users, count = np.random.default_rng(0), PART // A_USER, asked.events // PART
    weights = 1 / (10 + np.arange(asked.items))
    bounds = np.cumsum(weights / weights.sum())
    start = rng.random((asked.items, FACTORS), np.float32) * np.float32(0.01)
    total = np.zeros((asked.items, asked.items), np.float32)
    some = np.arange(asked.items) % EIGHTH == 0
    marks, spent, kept = [], {"gram_s": 0.0, "users_s": 0.0}, []

    def drawn() -> sp.csr_array:
        items = np.minimum(np.searchsorted(bounds, rng.random(PART)), asked.items - 1).astype(np.int32)
        rows = np.repeat(np.arange(users, dtype=np.int32), A_USER)
        met = sp.csr_array((np.ones(PART, np.float32), (rows, items)), (users, asked.items))
        met.data[:] = 1
        return met

    with tempfile.TemporaryDirectory() as room:
        shape = (users * count, FACTORS)
        factors = np.memmap(Path(room) / "users", np.float32, "w+", shape=shape)
        for at in range(count):
            met = drawn()
            seconds, pairs = taken(lambda met=met: gram(met))
            total += pairs
            spent["gram_s"] += seconds
            own = rng.random((users, FACTORS), np.float32) * np.float32(0.01)
            seconds, _ = taken(lambda met=met, own=own: half_sweep(10 * met, own, start, 30.0, 1))
            spent["users_s"] += seconds
            factors[at * users : (at + 1) * users] = own
            kept.append(met[:, some].T.tocsr())  # what the part of an eighth of the items holds
            if at + 1 in MARKS or at + 1 == count:
                marks.append({"events": (at + 1) * PART, **{n: round(s, 1) for n, s in spent.items()}})
                print(json.dumps(marks[-1]), flush=True)
        theirs = sp.hstack(kept, format="csr")
        own = np.array(start[some])
        seconds, _ = taken(lambda: half_sweep(10 * theirs, own, np.asarray(factors), 30.0, 1))
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    found = {"marks": marks, "items_eighth_s": round(seconds, 1), "peak_mb": peak, "cap_gb": asked.cap}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
