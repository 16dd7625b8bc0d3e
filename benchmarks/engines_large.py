"""Sums over shards of users for EASE, in a process whose memory is capped: time and memory by events.

    python benchmarks/engines_large.py [--events 100000000] [--items 5000] [--cap 3]

Events are drawn shard by shard (a million each, popular items more often), so that never all are held, as
on workers that have a shard each; the counts of pairs of each are summed. The last line is `{"events",
"seconds", "per_million_s": [first quarter, last quarter], "peak_mb", "cap_gb"}`: growth is linear where
the two agree.
"""

from __future__ import annotations

import argparse
import json
import resource
import time

SHARD = 1_000_000
A_USER = 50


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

    rng = np.random.default_rng(0)
    weights = 1 / (10 + np.arange(asked.items))
    bounds = np.cumsum(weights / weights.sum())
    total = np.zeros((asked.items, asked.items), np.float32)
    times, seen = [], 0
    started = time.perf_counter()
    for _ in range(asked.events // SHARD):
        items = np.searchsorted(bounds, rng.random(SHARD)).astype(np.int32)
        items = np.minimum(items, asked.items - 1)
        rows = np.repeat(np.arange(SHARD // A_USER, dtype=np.int32), A_USER)
        met = sp.csr_array((np.ones(SHARD, np.float32), (rows, items)), (SHARD // A_USER, asked.items))
        met.data[:] = 1
        seen += met.nnz
        begun = time.perf_counter()
        total += gram(met)
        times.append(time.perf_counter() - begun)
    quarter = max(1, len(times) // 4)
    found = {
        "events": len(times) * SHARD, "different": seen,
        "seconds": round(time.perf_counter() - started, 1),
        "per_million_s": [round(float(np.mean(some)), 3) for some in (times[:quarter], times[-quarter:])],
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "cap_gb": asked.cap,
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()
