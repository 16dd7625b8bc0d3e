"""The planted part of `finetune.py`: a catalogue whose words mean nothing, and users who like by hidden
groups.

The text of an item is a made word of its group, then made words that any item may have. Words of all groups
are made of the same syllables, and a user has seen few of those of their group, so that what texts have in
common says next to nothing of whether a new item will be liked. Each word of a group is in the text of some
item that trains, so that what users liked together says which words belong together.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from palate import History, Items, Query, Ranking, Training, Truth
from palate.arrays.topk import top_k
from palate.registry import installed

GROUPS, WORDS = 4, 30
NOISE, COMMON = 4, 30  # words in a text that say nothing, and how many such words there are
ITEMS, USERS, LIKES = 480, 2000, 5
NEW = 0.25
STEPS = 20  # between two looks at the held-out items


def planted(seed: int, minutes: float, epochs: int) -> dict[str, Any]:
    """NDCG@10 among new items of the model as it was, of the same trained, and of the groups themselves."""
    rng = np.random.default_rng(seed)
    group, texts, new = catalogue(rng)
    own = rng.integers(GROUPS, size=(USERS, 1))
    past, answers = likes(rng, group, own, ~new), likes(rng, group, own, new)
    encoder = component("encoder", "transformers", dtype="float32", backend="torch")
    frozen = encoder.encode(texts)
    known = pl.Series("text", np.where(new, "", texts).tolist())
    items = Items(pl.DataFrame({"id": list(range(ITEMS))})).with_text(known)
    training = Training(past, items, pl.DataFrame({"id": list(range(USERS))}), seed=seed, text=known)
    finetuner = component(
        "finetuner",
        "transformers",
        minutes=minutes,
        epochs=epochs,
        steps=STEPS,
        held_out="items",
        learning_rate=1e-4,
        decay="constant",
        patience=0,
    )
    with tempfile.TemporaryDirectory() as folder:
        notes = finetuner.train(
            encoder.text_model(), training, [component("objective", "contrastive", batch=128)], Path(folder)
        )
        tuned = encoder.with_model(Path(folder)).encode(texts)
    print({key: value for key, value in notes.items() if key != "objectives"}, flush=True)
    liking = (group[None, :, None] == own[:, None, :]).any(axis=2).astype(np.float32)
    chance = rng.random((USERS, ITEMS)).astype(np.float32)
    scores = {
        "frozen": cosines(past, frozen),
        "tuned": cosines(past, tuned),
        "oracle": liking,
        "chance": chance,
    }
    found = {name: ndcg(each, past, answers, new) for name, each in scores.items()}
    return found | {"epochs": notes["epochs"], "steps": STEPS}


def catalogue(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The hidden group of each item, its text, and which items are new, as many in each group."""
    made: set[str] = set()
    while len(made) < GROUPS * WORDS + COMMON:
        made.add(word(rng))
    words = rng.permutation(sorted(made))
    common = words[GROUPS * WORDS :]
    group, nth = np.arange(ITEMS) % GROUPS, np.arange(ITEMS) // GROUPS
    own = words[group * WORDS + nth % WORDS]
    texts = [" ".join([first, *rng.choice(common, NOISE, replace=False)]) for first in own]
    return group, np.array(texts, object), nth >= (1 - NEW) * nth.max()


def word(rng: np.random.Generator) -> str:
    """A word of two syllables that can be said and means nothing."""
    return "".join("bdfgklmnprstvz"[rng.integers(14)] + "aeiou"[rng.integers(5)] for _ in range(2))


def likes(rng: np.random.Generator, group: np.ndarray, own: np.ndarray, among: np.ndarray) -> History:
    """What each user likes among some items: nine in ten of their own group."""
    rows = []
    for groups in own:
        fits = np.flatnonzero(among & np.isin(group, groups))
        rest = np.flatnonzero(among)
        count = min(LIKES, len(fits))
        some = np.where(rng.random(count) < 0.9, rng.permutation(fits)[:count], rng.choice(rest, count))
        rows.append(np.unique(some))
        rng.shuffle(rows[-1])
    indptr = np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64)
    return History(indptr, np.concatenate(rows).astype(np.int32), len(group))


def cosines(past: History, vectors: np.ndarray) -> np.ndarray:
    """Of the mean of each user's items, all centred on those that train and of length one."""
    vectors = vectors - vectors[past.popularity > 0].mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(past.matrix @ vectors, np.float32) @ vectors.T


def ndcg(scores: np.ndarray, past: History, answers: History, among: np.ndarray) -> float:
    """Mean NDCG@10 of ranking these items only; ties are broken at random."""
    users = np.arange(len(past), dtype=np.int32)
    block = np.where(among, scores, np.nan).astype(np.float32)
    items, values = top_k(block, 10, past.matrix, Query(users, past).ties(0))
    truth = Truth.of(answers, past, np.zeros(past.n_items, np.int64))
    found = component("metric", "ndcg", k=10).score(Ranking(users, items, values), truth)
    return round(float(np.nanmean(found)), 4)


def component(kind: str, name: str, **options: Any) -> Any:
    return installed().find(kind, name).make(options)
