"""Small data and a small recipe that most tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes a person's own store, and none asks a model hub."""
    monkeypatch.setenv("PALATE_STORE", str(tmp_path_factory.mktemp("store")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("PALATE_PLUGINS", raising=False)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with events.csv (30 people, 24 things, two tastes) and things.csv."""
    folder = tmp_path_factory.mktemp("shop")
    rng = np.random.default_rng(5)
    lines = ["user_id,item_id,rating,timestamp"]
    for person in range(30):
        taste = np.arange(person % 2, 24, 2)
        for day, thing in enumerate(rng.permutation(taste)[:9]):
            lines.append(f"p{person:02},{thing},{rng.integers(1, 6)},{86400 * (10 * day + person)}")
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    kinds = ("sweet fruit", "loud tool")
    things = [f"{n},thing {n},{kinds[n % 2]}" for n in range(24)]
    (folder / "things.csv").write_text("item_id,title,kind\n" + "\n".join(things) + "\n")
    return folder


@pytest.fixture
def recipe(shop: Path) -> dict:
    """Two collaborative branches fused, on the shop's data: no text, no optional library."""
    return {
        "recipe": 1,
        "name": "shop",
        "seed": 3,
        "data": {
            "source": {
                "use": "files", "interactions": str(shop / "events.csv"), "items": str(shop / "things.csv"),
            },
            "split": {"use": "temporal", "test": 0.2, "validation": 0.2},
        },
        "branches": {"linear": {"rank": {"use": "ease", "l2": 5.0}}, "popular": {"rank": "popularity"}},
        "fuse": {"use": "weighted", "weights": "tune"},
        "top": 5,
        "evaluate": ["ndcg@5", "recall@5", "coverage@5"],
    }  # fmt: skip
