"""How time and memory grow with the interactions: synthetic ones, whose popularity falls off as a power law.

Part of `rank.py`. Users grow with the interactions, the catalogue has the 26,744 items of
MovieLens-20M throughout, so that an interaction costs as many scores in a small run as in a large one:
20 million interactions are 138,493 users, each of whom gets 20 of 26,744 items and is evaluated.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from peer_env import measured

RANKERS = ("popularity", "item-knn", "als")
USERS_PER_ROW = 138_493 / 20_000_000
ITEMS = 26_744


def write(folder: Path, rows: int, seed: int = 0) -> None:
    """train.parquet and test.parquet (a twentieth, and something of every user), with user_id and item_id."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)

    def drawn(count: int, steepness: float) -> np.ndarray:
        return rng.permutation(count)[(count * rng.random(rows) ** steepness).astype(np.int64)]

    columns = {"user_id": drawn(max(round(rows * USERS_PER_ROW), 1), 1.8), "item_id": drawn(ITEMS, 3.0)}
    frame = pl.DataFrame(columns).cast(pl.Int32)
    test = rng.random(rows) < 0.05
    test[np.unique(columns["user_id"], return_index=True)[1]] = True
    tested = pl.Series(test)
    frame.filter(~tested).write_parquet(folder / "train.parquet")
    frame.filter(tested).write_parquet(folder / "test.parquet")


def growth(script: str, millions: list[float]) -> dict[str, dict[str, dict[str, float]]]:
    """By ranker and millions of interactions: seconds, peak of memory, and both for an interaction.

    Memory for an interaction is what was held at the peak over what is held once all is imported.
    """
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in RANKERS}
    for size in millions:
        rows = round(size * 1e6)
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), rows)
            for name in RANKERS:
                run = measured([sys.executable, script, "--once", name, "--data", folder])
                found[name][f"{size:g}"] = figures(run, rows)
                print(f"growth: {name:10} {size:g} million: {found[name][f'{size:g}']}")
    return found


def figures(run: dict[str, Any], rows: int) -> dict[str, float]:
    return {
        "seconds": round(run["seconds"], 2),
        "peak_gb": round(run["peak_mb"] / 1e3, 3),
        "microseconds_an_interaction": round(1e6 * run["seconds"] / rows, 3),
        "bytes_an_interaction": round((run["peak_mb"] - run["imported_mb"]) * 1e6 / rows, 1),
        **{f"{stage}_seconds": round(seconds, 2) for stage, seconds in run["stages"].items()},
    }
