"""RecTools' part of the measurement of speed of `sequences.py`; runs in an environment of its own."""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)

import pandas as pd
from pytorch_lightning import Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.metrics import NDCG, calc_metrics
from rectools.models import SASRecModel


def main(folder: str, epochs: int) -> dict[str, float]:
    events = pd.read_parquet(f"{folder}/interactions.parquet")
    events = events.rename(columns={"user_id": Columns.User, "item_id": Columns.Item})
    events[Columns.Weight] = 1.0
    events[Columns.Datetime] = pd.Timestamp("2000-01-01") + pd.to_timedelta(events["position"], unit="D")
    names = [Columns.User, Columns.Item, Columns.Weight, Columns.Datetime]
    train, test = (events.loc[(events["part"] == "test") == side, names] for side in (False, True))
    dataset = Dataset.construct(train)
    seed_everything(7)

    def trainer() -> Trainer:
        return Trainer(
            max_epochs=epochs, min_epochs=epochs, logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, accelerator="cpu",
        )  # fmt: skip

    model = SASRecModel(
        n_blocks=2, n_heads=1, n_factors=64, dropout_rate=0.2, session_max_len=50, loss="softmax",
        batch_size=128, epochs=epochs, get_trainer_func=trainer,
    )  # fmt: skip
    started = time.perf_counter()
    model.fit(dataset)
    seconds = time.perf_counter() - started
    users = test[Columns.User].unique()
    ranking = model.recommend(users, dataset, k=10, filter_viewed=True, on_unsupported_targets="ignore")
    found = calc_metrics({"ndcg": NDCG(k=10, divide_by_achievable=True)}, ranking, test)
    return {"epoch_s": seconds / epochs, "ndcg@10": float(found["ndcg"])}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
