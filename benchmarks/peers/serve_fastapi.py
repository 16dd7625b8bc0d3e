"""A minimal FastAPI endpoint around RecTools or implicit: a history of items in, the best k others out.

Runs in an environment of its own, without palate: python serve_fastapi.py LIBRARY EVENTS.parquet RANK
"""

import json
import socket
import sys
import warnings

import numpy as np
import pandas as pd
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

warnings.filterwarnings("ignore")


class Ask(BaseModel):
    history: list[int]
    k: int = 10


def rectools(events, rank):
    """EASE; a user who was not there when it was fitted comes as a dataset of them alone."""
    from rectools import Columns
    from rectools.dataset import Dataset, IdMap, Interactions
    from rectools.models import EASEModel

    frame = events.rename(columns={"timestamp": Columns.Datetime}).assign(weight=1.0)
    frame[Columns.Datetime] = pd.to_datetime(frame[Columns.Datetime], unit="s")
    dataset = Dataset.construct(frame)
    model = EASEModel(regularization=rank["l2"]).fit(dataset)
    moment = pd.Timestamp("2025-01-01")

    ids = dataset.item_id_map.external_ids
    known, last = set(ids.tolist()), ids[-1]

    def answer(history, k):
        history = [item for item in history if item in known]
        users = [-1] * len(history) + [-2]  # the second has the last item, so that there is a column for each
        new = pd.DataFrame({"user_id": users, "item_id": [*history, last], "weight": 1.0, "datetime": moment})
        both = IdMap.from_values([-1, -2])
        own = Dataset(both, dataset.item_id_map, Interactions.from_raw(new, both, dataset.item_id_map))
        found = model.recommend([-1], own, k=k, filter_viewed=True)
        return found["item_id"].tolist()

    return answer


def implicit(events, rank):
    """Cosine between items, the nearest 100 of each."""
    import scipy.sparse as sp
    from implicit.nearest_neighbours import CosineRecommender

    n_items = int(events["item_id"].max()) + 1
    ones = np.ones(len(events), np.float32)
    matrix = sp.csr_matrix(
        (ones, (events["user_id"], events["item_id"])), shape=(events["user_id"].max() + 1, n_items)
    )
    model = CosineRecommender(K=rank["neighbours"] + 1, num_threads=1)  # with the item itself
    model.fit(matrix, show_progress=False)

    def answer(history, k):
        row = sp.csr_matrix(
            (np.ones(len(history), np.float32), ([0] * len(history), history)), shape=(1, n_items)
        )
        items, _ = model.recommend(0, row, N=k, filter_already_liked_items=True)
        return items.tolist()

    return answer


def main():
    library, path, rank = sys.argv[1:]
    answer = {"rectools": rectools, "implicit": implicit}[library](pd.read_parquet(path), json.loads(rank))
    app = FastAPI()

    @app.post("/recommend")
    async def recommend(ask: Ask):
        return {"items": answer(ask.history, ask.k)}

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(1024)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
