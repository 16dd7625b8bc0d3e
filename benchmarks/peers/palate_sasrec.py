"""palate's part of the measurement of speed of `sequences.py`, in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from palate import Query, Training
from palate.arrays.topk import top_k
from palate.data import History, Items
from palate_sequence.sasrec import SASRec


def main(folder: str, epochs: int) -> dict[str, float]:
    events = pl.read_parquet(Path(folder) / "interactions.parquet").sort("user_id", "position")
    ids = pl.DataFrame({"id": events["item_id"].unique().sort()})
    rows = events.with_columns(
        item=events["item_id"].rank("dense").cast(pl.Int32) - 1,
        user=events["user_id"].rank("dense").cast(pl.Int32) - 1,
    )
    users = rows["user"].n_unique()
    known = rows.filter(pl.col("part") != "test").select("user", "item")
    history = History.from_frame(known, users, ids.height)
    model = SASRec(dimensions=64, heads=1, length=50, dropout=0.2, batch=128, epochs=epochs, patience=0)
    started = time.perf_counter()
    model.fit(Training(history, Items(ids), pl.DataFrame({"id": range(users)}), None, 7))
    seconds = time.perf_counter() - started
    target = rows.filter(pl.col("part") == "test").sort("user")["item"].to_numpy()
    found = 0.0
    for start in range(0, users, 1024):
        who = np.arange(start, min(start + 1024, users), dtype=np.int32)
        query = Query(who, history.take(who))
        best, _ = top_k(model.score(query), 10, query.history.matrix)
        found += float((1 / np.log2(np.nonzero(best == target[who, None])[1] + 2)).sum())
    return {"epoch_s": seconds / epochs, "ndcg@10": found / users}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
