"""The processes that `training.py` starts: `memory`, `fit` with checkpoints, and `levers`."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray

from palate import Training
from palate.data import History, Items
from palate_sequence.sasrec import SASRec


def training(history: History, users: int, items: int) -> Training:
    catalogue = pl.DataFrame({"id": range(items)})
    return Training(history, Items(catalogue), pl.DataFrame({"id": range(users)}), None, 7)


def beauty(folder: str, users: int | None = None) -> Training:
    """Its events but the test; of the first `users` only, where that is given."""
    events = pl.read_parquet(Path(folder) / "interactions.parquet").sort("user_id", "position")
    rows = events.with_columns(
        item=events["item_id"].rank("dense").cast(pl.Int32) - 1,
        user=events["user_id"].rank("dense").cast(pl.Int32) - 1,
    ).filter(pl.col("part") != "test")
    count = users or rows["user"].n_unique()
    rows = rows.filter(pl.col("user") < count).select("user", "item")
    items = events["item_id"].n_unique()
    return training(History.from_frame(rows, count, items), count, items)


def memory(_: str) -> dict[str, Any]:
    """One epoch on 100,000 items and a million events, items drawn by a power law."""
    rng = np.random.default_rng(7)
    users, items, each = 50_000, 100_000, 20
    drawn = np.minimum(items * rng.random(users * each) ** 2, items - 1).astype(np.int32)
    events = pl.DataFrame({"user": np.repeat(np.arange(users, dtype=np.int32), each), "item": drawn})
    given = training(History.from_frame(events, users, items), users, items)
    started = time.perf_counter()
    SASRec(epochs=1, patience=0).fit(given)
    return {"seconds": round(time.perf_counter() - started)}


def fit(folder: str, checkpoints: str) -> dict[str, Any]:
    """A fit that goes on from its checkpoints; a hash of the weights and of the table it ends with."""
    torch.set_num_threads(1)
    ranker = SASRec(epochs=12, patience=0, dropout=0.2)
    Path(checkpoints).mkdir(exist_ok=True)
    ranker.fit(replace(beauty(folder, 3000), checkpoints=Path(checkpoints)))
    found = hashlib.blake2b(ranker.table_.tobytes())
    for name, value in sorted(ranker.weights_.items()):
        found.update(name.encode() + value.tobytes())
    return {"weights": found.hexdigest(), "epochs": 12}


def plain_loss(hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(hidden @ table.T, targets)


def mixed_lengths(
    lengths: NDArray[np.integer], size: int, rng: np.random.Generator, spread: float = 0.1
) -> Iterator[NDArray[np.int64]]:
    order = rng.permutation(len(lengths))
    for start in range(0, len(order), size):
        yield order[start : start + size]


def levers(folder: str) -> dict[str, float]:
    """Processor time of an epoch with each lever off, over all on; the second epoch of two is taken."""
    adam = torch.optim.AdamW

    def unfused(*given: Any, **options: Any) -> torch.optim.Optimizer:
        return adam(*given, **options | {"fused": False, "foreach": False})

    off: dict[str, tuple[tuple[str, Callable[..., Any]], ...]] = {
        "all on": (),
        "bfloat16": (("palate.training.device.has_bfloat16", lambda: False),),
        "loss in pieces that the cache holds": (("palate_sequence.next_item.softmax_loss", plain_loss),),
        "batches of like length": (("palate_sequence.next_item.batches_by_length", mixed_lengths),),
        "fused Adam": (("torch.optim.AdamW", unfused),),
    }
    off["all off"] = tuple(change for changes in off.values() for change in changes)
    given, seconds = beauty(folder), {}
    torch.set_num_threads(1)
    for name, changes in off.items():
        with ExitStack() as stack:
            for place, made in changes:
                stack.enter_context(patch(place, made))
            seconds[name] = second_epoch(given)
        print(f"{name}: {seconds[name]:.1f} s", file=sys.stderr, flush=True)
    return {name: round(value / seconds["all on"], 2) for name, value in seconds.items()}


def second_epoch(given: Training) -> float:
    at: list[float] = []
    told = replace(given, progress=lambda *_, **__: at.append(time.process_time()))
    SASRec(epochs=2, patience=0, dropout=0.2, heads=1).fit(told)
    return at[1] - at[0]


if __name__ == "__main__":
    print(json.dumps({"memory": memory, "fit": fit, "levers": levers}[sys.argv[1]](*sys.argv[2:])))
