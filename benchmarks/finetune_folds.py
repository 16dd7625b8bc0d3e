"""The part `folds` of `finetune.py`: new items among themselves, on the draws of `cold.py`."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from cold_contrast import T_QUANTILES
from cold_folds import TITLES, Data, component, read
from cold_items import ColdItems, chosen, no_items, text_to_cf, three, warm_items

from palate import Training

DISTIL = {"name": "distil", "teacher": {"use": "ease"}, "batch": 256}


def folds(folder: str, draws: int, minutes: float, epochs: int) -> dict[str, Any]:
    """`text-to-cf` from three views, with titles read by the model as it is and by the same trained.

    In each draw a fifth of the items leaves training; the model is trained on the others, to agree with what
    EASE says of them. `low` and `high` are a 95% t interval of the difference over draws.
    """
    data = read(folder)
    options = chosen(data)
    crossed = {key: options[key] for key in ("gamma", "l2")}
    rows = []
    for draw in range(draws):
        every = np.ones(len(data.train), bool)
        fold = ColdItems.draw(data, np.random.default_rng(draw), every, no_items(data))
        tuned = replace(data, titles=trained(data, fold, minutes, epochs))
        views = [three(each, warm_items(fold), options["genres"]) for each in (data, tuned)]
        rows.append([fold.figures(text_to_cf(**crossed), vectors)["ndcg@10"] for vectors in views])
        print(f"new items, draw {draw}: frozen {rows[-1][0]:.4f}, tuned {rows[-1][1]:.4f}", flush=True)
    frozen, after = np.array(rows).T
    apart = after - frozen
    wide = T_QUANTILES[draws - 1] * apart.std(ddof=1) / draws**0.5
    found = {"frozen": frozen.mean(), "tuned": after.mean(), "diff": apart.mean()}
    found |= {"low": apart.mean() - wide, "high": apart.mean() + wide}
    rounded = {name: round(float(value), 5) for name, value in found.items()}
    return rounded | {"objectives": "distil from ease, batch 256"}


def trained(data: Data, fold: ColdItems, minutes: float, epochs: int) -> np.ndarray:
    """float32[items, d]: vectors of titles and genres from a model trained on the items that are not new."""
    encoder = component("encoder", "transformers", model="all-MiniLM-L6-v2")
    texts = component("preprocessor", "template", template=TITLES).apply(data.dataset.items).text
    known = pl.Series("text", np.where(fold.cold, "", texts.to_numpy()).tolist(), pl.String)
    history = data.dataset.history(fold.rows)
    training = Training(history, data.dataset.items.with_text(known), data.dataset.users, seed=0, text=known)
    finetuner = component(
        "finetuner", "transformers", minutes=minutes, epochs=epochs, held_out="items", patience=4
    )
    objective = component("objective", DISTIL["name"], **{k: v for k, v in DISTIL.items() if k != "name"})
    with tempfile.TemporaryDirectory() as folder:
        notes = finetuner.train(encoder.text_model(), training, [objective], Path(folder))
        print({key: notes[key] for key in notes if key != "objectives"}, flush=True)
        return np.asarray(encoder.with_model(Path(folder)).encode(texts.to_list()), np.float32)
