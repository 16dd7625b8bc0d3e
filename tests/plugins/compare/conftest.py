"""A small shop with enough users to tell pipelines apart."""

from __future__ import annotations

import numpy as np
import pytest

from palate import compare


@pytest.fixture(scope="session")
def market(tmp_path_factory):
    """120 people, 60 things of two tastes; people have an age, things a kind and a price."""
    folder = tmp_path_factory.mktemp("market")
    rng = np.random.default_rng(5)
    lines = ["user_id,item_id,timestamp"]
    for person in range(120):
        taste = np.arange(person % 2, 60, 2)
        for day, thing in enumerate(rng.permutation(taste)[: rng.integers(3, 20)]):
            lines.append(f"p{person:03},{thing},{86400 * (10 * day + person)}")
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    kinds = ("sweet fruit", "loud tool")
    things = [f"{n},<thing> {n},{kinds[n % 2]},{n * 1.5}" for n in range(60)]
    (folder / "things.csv").write_text("item_id,title,kind,price\n" + "\n".join(things) + "\n")
    people = [f"p{n:03},{('young', 'old')[n % 3 == 0]}" for n in range(120)]
    (folder / "people.csv").write_text("user_id,age\n" + "\n".join(people) + "\n")
    return folder


@pytest.fixture(scope="session")
def single(market):
    """One branch of EASE."""
    files = {"interactions": "events.csv", "items": "things.csv", "users": "people.csv"}
    source = {"use": "files"} | {what: str(market / file) for what, file in files.items()}
    return {
        "recipe": 1,
        "name": "single",
        "seed": 3,
        "data": {"source": source, "split": {"use": "temporal", "test": 0.2, "validation": 0.2}},
        "branches": {"linear": {"rank": {"use": "ease", "l2": 5.0}}},
        "top": 10,
        "evaluate": ["ndcg@5", "recall@5", "coverage@5"],
    }


@pytest.fixture(scope="session")
def fused(single):
    """EASE and neighbours, equally weighted."""
    branches = single["branches"] | {"near": {"rank": "item-knn"}}
    return single | {"name": "fused", "branches": branches, "fuse": {"use": "weighted", "weights": "equal"}}


@pytest.fixture(scope="session")
def chance(single):
    """Recommendations at random."""
    return single | {"name": "chance", "branches": {"any": {"rank": "random"}}}


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    """One store and one folder of runs for all comparisons of these tests."""
    folder = tmp_path_factory.mktemp("comparisons")
    return {"folder": folder / "runs", "store": folder / "store"}


@pytest.fixture(scope="session")
def found(single, fused, chance, places):
    """The three compared."""
    return compare(fused, single, chance, **places)
