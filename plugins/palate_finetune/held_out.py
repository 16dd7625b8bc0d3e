"""What is held out of training to see when to stop: a ranking by text alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import History, Training
from palate.errors import ComponentError
from palate_finetune.pairs import texts_of

CANDIDATES = 2000
EVENTS = 10
SHARE = 0.1
ENOUGH = 20
K = 10


@dataclass(frozen=True)
class Held:
    """Users with what they liked, and candidates among which what they like next is looked for.

    `past` has their last likes in training, `liked` bool[users, candidates] what is to be found, `masked`
    what is not ranked for them. `texts` are of all items.
    """

    past: History
    candidates: NDArray[np.int64]
    liked: NDArray[np.bool_]
    masked: NDArray[np.bool_]
    texts: NDArray[Any]

    def ndcg(self, network: Any, batch: int = 128) -> float:
        """The mean NDCG@10 over users of candidates by cosine with the mean of each user's items, all
        centred.
        """
        items = np.unique(np.r_[self.past.items, self.candidates])
        vectors = encoded(network, self.texts[items], batch)
        vectors -= vectors.mean(axis=0)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        places = np.searchsorted(items, self.past.items)
        sums = np.zeros((len(self.past), vectors.shape[1]), np.float32)
        np.add.at(sums, self.past.owners, vectors[places])
        scores = sums @ vectors[np.searchsorted(items, self.candidates)].T
        scores[self.masked] = -np.inf
        return float(ndcg(scores, self.liked).mean())


def ndcg(scores: NDArray[np.float32], liked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """float64[n]: NDCG@10 of float32[n, m] where `liked` are the relevant places."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :K]
    gains = 1 / np.log2(np.arange(best.shape[1]) + 2)
    found = np.take_along_axis(liked, best, axis=1) @ gains
    ideal = np.cumsum(gains)[np.clip(liked.sum(axis=1), 1, len(gains)) - 1]
    return found / ideal


def encoded(network: Any, texts: NDArray[Any], batch: int) -> NDArray[np.float32]:
    """float32[n, d]: the vector of each text, texts of like length together."""
    import torch

    order = np.argsort([len(text) for text in texts], kind="stable")
    found: NDArray[np.float32] | None = None
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        with torch.inference_mode():
            vectors = network.vectors(list(texts[rows])).float().cpu().numpy()
        found = np.zeros((len(texts), vectors.shape[1]), np.float32) if found is None else found
        found[rows] = vectors
    return np.zeros((0, 1), np.float32) if found is None else found


def hold_out(training: Training, how: str, users: int) -> tuple[Training, Held | None]:
    """The training data without what is held out, and that; None where there is too little to hold out.

    `events` holds out the last like of each of so many users, `items` a tenth of the items with all their
    events and texts, as items will be that come later.
    """
    rng, texts = training.rng(), texts_of(training)
    kept, held = (_items if how == "items" else _events)(training.history, texts, users, rng)
    if held is None:
        return training, None
    gone = kept.popularity == 0
    import polars as pl

    blank = np.where(gone, "", texts).tolist()
    return replace(training, history=kept, text=pl.Series("text", blank, pl.String)), held


def _events(
    history: History, texts: NDArray[Any], users: int, rng: np.random.Generator
) -> tuple[History, Held | None]:
    from palate.training import hold_out as last_events

    held = last_events(history, rng, users)
    fair = texts[held.target] != "" if len(held.users) else np.zeros(0, bool)
    if np.count_nonzero(fair) < ENOUGH:
        return history, None
    rows, target = held.users[fair], held.target[fair].astype(np.int64)
    able = np.flatnonzero((held.history.popularity > 0) & (texts != ""))
    others = rng.permutation(np.setdiff1d(able, target))[: max(CANDIDATES - len(np.unique(target)), 0)]
    candidates = np.unique(np.r_[target, others])
    liked = candidates[None, :] == target[:, None]
    seen = held.history.take(rows.astype(np.int32)).matrix[:, candidates].toarray() > 0
    return held.history, Held(_last(held.history, rows), candidates, liked, seen & ~liked, texts)


def _items(
    history: History, texts: NDArray[Any], users: int, rng: np.random.Generator
) -> tuple[History, Held | None]:
    able = np.flatnonzero((history.popularity > 0) & (texts != ""))
    candidates = np.sort(rng.permutation(able)[: min(CANDIDATES, int(len(able) * SHARE))])
    out = np.isin(history.items, candidates)
    rest = history.only(~out)
    matrix = history.matrix[:, candidates]
    rows = np.flatnonzero((np.diff(matrix.indptr) > 0) & (rest.counts > 0))
    if len(rows) < ENOUGH:
        return history, None
    rows = np.sort(rng.permutation(rows)[:users])
    liked = matrix[rows].toarray() > 0
    return rest, Held(_last(rest, rows), candidates, liked, np.zeros_like(liked), texts)


def _last(history: History, users: NDArray[np.integer]) -> History:
    """The last likes of these users."""
    some = history.take(users.astype(np.int32))
    places = np.arange(len(some.items))
    return some.only(places >= some.indptr[some.owners + 1] - EVENTS)


def nothing_to_hold(how: str) -> ComponentError:
    """What to say where no user can be held out."""
    what = (
        "three likes, the last of an item that others like too,"
        if how == "events"
        else "likes of held-out items"
    )
    return ComponentError(
        f"finetuner 'transformers': fewer than {ENOUGH} users have {what} so nothing tells when to stop; "
        "set patience to 0 to train for all `epochs` unwatched, or take more data"
    )
