"""RecTools' part of `rank.py`; runs in an environment of its own."""

from __future__ import annotations

import json
import sys
import time
import warnings
from itertools import pairwise

warnings.filterwarnings("ignore")

imports = time.perf_counter()
import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from rectools import Columns
from rectools.dataset import Dataset
from rectools.metrics import NDCG, Recall, calc_metrics
from rectools.models import EASEModel, ImplicitALSWrapperModel, ImplicitItemKNNWrapperModel

imports = time.perf_counter() - imports

MODELS = {
    "ease": lambda: EASEModel(regularization=1000),
    "item-knn": lambda: ImplicitItemKNNWrapperModel(CosineRecommender(K=100)),
    "als": lambda: ImplicitALSWrapperModel(
        AlternatingLeastSquares(factors=64, alpha=2.0, regularization=20.0, iterations=15, random_state=1)
    ),
}


def main(name: str, data: str) -> dict[str, object]:
    clock = [time.perf_counter()]
    columns = {"user_id": Columns.User, "item_id": Columns.Item}
    train = pd.read_parquet(f"{data}/train.parquet").rename(columns=columns)
    test = pd.read_parquet(f"{data}/test.parquet").rename(columns=columns)
    train[Columns.Weight], train[Columns.Datetime] = 1.0, pd.Timestamp("2000-01-01")
    test[Columns.Weight], test[Columns.Datetime] = 1.0, pd.Timestamp("2000-01-02")
    dataset = Dataset.construct(train)
    clock.append(time.perf_counter())
    model = MODELS[name]().fit(dataset)
    clock.append(time.perf_counter())
    users = test[Columns.User].unique()
    ranking = model.recommend(users, dataset, k=20, filter_viewed=True, on_unsupported_targets="ignore")
    clock.append(time.perf_counter())
    metrics = {"ndcg@10": NDCG(k=10, divide_by_achievable=True), "recall@20": Recall(k=20)}
    found = calc_metrics(metrics, ranking, test, train, set(train[Columns.Item]))
    clock.append(time.perf_counter())
    stages = dict(
        zip(("read", "fit", "recommend", "evaluate"), (b - a for a, b in pairwise(clock)), strict=True)
    )
    return {"imports": imports, "seconds": clock[-1] - clock[0], "stages": stages, "metrics": found}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:3]), default=float))
