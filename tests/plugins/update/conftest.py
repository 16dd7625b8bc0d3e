import numpy as np
import polars as pl
import pytest

from palate.runs import run as run_recipe

DAY = 86_400
START = 1_600_000_000


def rows_of_events(seed=0, users=40):
    rng, rows = np.random.default_rng(seed), []
    for user in range(users):
        for day, item in enumerate(rng.permutation(30)[: rng.integers(8, 15)]):
            rows.append((f"u{user:03d}", f"i{item:02d}", START + day * DAY + user))
    return rows


def later(days=30):
    """Events after all others: of two users, of a new one, and with a new item."""
    at = START + days * DAY
    return [
        ("u000", "i01", at), ("u000", "i99", at + 1), ("u007", "i03", at + 2),
        ("zoe", "i05", at + 3), ("zoe", "i06", at + 4), ("zoe", "i99", at + 5),
    ]  # fmt: skip


def table(rows):
    return pl.DataFrame(rows, schema=["user", "item", "time"], orient="row")


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A folder with events.csv, items.csv, new.csv, new_items.csv and a store of its own."""
    monkeypatch.setenv("PALATE_STORE", str(tmp_path / "store"))
    table(rows_of_events()).write_csv(tmp_path / "events.csv")
    items = pl.DataFrame(
        {"id": [f"i{n:02d}" for n in range(30)], "title": [f"film {n} about {n % 5}" for n in range(30)]}
    )
    items.write_csv(tmp_path / "items.csv")
    table(later()).write_csv(tmp_path / "new.csv")
    pl.DataFrame({"id": ["i99"], "title": ["film 99 about 4"]}).write_csv(tmp_path / "new_items.csv")
    return tmp_path


@pytest.fixture
def recipe(shop):
    """A recipe with two branches that can be updated and one that reads texts."""
    return {
        "recipe": 1,
        "name": "shop",
        "data": {
            "source": {
                "use": "files",
                "interactions": str(shop / "events.csv"),
                "items": str(shop / "items.csv"),
            },
            "split": {"use": "temporal", "test": 0.2, "validation": 0.1},
        },
        "branches": {
            "near": {"rank": {"use": "item-knn", "similarity": "cosine", "neighbours": 5}},
            "linear": {"rank": {"use": "ease", "l2": 20.0}},
            "text": {
                "text": [{"use": "template", "template": "{title}"}],
                "encode": "hash",
                "aggregate": "mean",
                "rank": "cosine",
            },
        },
        "fuse": {"use": "weighted", "weights": "tune"},
        "evaluate": ["ndcg@10", "recall@10"],
    }


@pytest.fixture
def run(recipe, shop):
    return run_recipe(recipe, folder=shop / "runs")
