"""How long, and in how much memory, interactions in a Parquet file become a dataset.

    python benchmarks/ingest.py --rows 20000000

One child process writes a file with about as many users and items for its rows as MovieLens-20M has, their
popularity falling off as a power law, in random order. Another, fresh one reads it through the
source `files`. The last line printed is one JSON object: `seconds` from the file to the dataset,
imports not counted, and `peak_gb`, the most memory the reading process held (10^9 bytes).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

USERS_PER_ROW = 138_493 / 20_000_263
ITEMS_PER_ROW = 26_744 / 20_000_263
FIRST, LAST = 789_652_009, 1_427_784_002


def write(path: Path, rows: int, seed: int) -> None:
    """Random interactions with GroupLens' column names."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)

    def drawn(count: int, steepness: float) -> np.ndarray:
        place = (count * rng.random(rows) ** steepness).astype(np.int64)
        return (rng.permutation(count) + 1)[place]

    columns = {
        "userId": drawn(max(int(rows * USERS_PER_ROW), 1), 1.8),
        "movieId": drawn(max(int(rows * ITEMS_PER_ROW), 1), 3.0),
        "rating": (rng.integers(1, 11, rows) / 2).astype(np.float32),
        "timestamp": rng.integers(FIRST, LAST, rows),
    }
    pl.DataFrame(columns).write_parquet(path)


def read(path: Path) -> dict[str, float]:
    """Read the file in this process and measure it."""
    from palate_files.source import Files

    start = time.perf_counter()
    dataset = Files(interactions=str(path)).load()
    seconds = time.perf_counter() - start
    return {
        "rows": dataset.interactions.height,
        "seconds": round(seconds, 3),
        "peak_gb": round(peak() / 1e9, 3),
    }


def peak() -> int:
    """The most bytes this process has held."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def child_of(script: Path | str, *arguments: str) -> str:
    """What a script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(script), *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def child(*arguments: str) -> str:
    return child_of(__file__, *arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(options.write, options.rows, options.seed)
    elif options.read:
        print(json.dumps(read(options.read)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "interactions.parquet")
            child("--write", path, "--rows", str(options.rows), "--seed", str(options.seed))
            print(child("--read", path).strip().split("\n")[-1])


if __name__ == "__main__":
    main()
