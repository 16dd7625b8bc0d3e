"""What a fuser is tuned on."""

import numpy as np
import pytest

from palate.plan import validation
from palate.plan.validation import tuning
from palate.registry import installed


class Flat:
    """A branch that scores every item alike."""

    name = "flat"

    def score(self, query):
        return np.ones((len(query), query.history.n_items), np.float32)


@pytest.fixture
def asked(shop):
    registry = installed()
    paths = {"interactions": str(shop / "events.csv"), "items": str(shop / "things.csv")}
    dataset = registry.find("source", "files").make(paths).load()
    splitter = registry.find("splitter", "temporal").make({"test": 0.2, "validation": 0.2})
    (fold,) = splitter.split(dataset, np.random.default_rng(0))
    metric = registry.find("metric", "ndcg").make({"k": 5})

    def ask(seed=0, branches=1):
        return tuning(dataset, fold, [Flat()] * branches, metric, seed)

    return ask, fold.users(dataset, "validation"), len(dataset.items)


def test_everybody_is_asked_while_the_scores_fit(asked):
    ask, people, _ = asked
    assert ask().query.users.tolist() == people.tolist()


def test_of_more_people_than_fit_as_many_as_do_are_drawn_by_the_seed(asked, monkeypatch):
    ask, people, items = asked
    monkeypatch.setattr(validation, "USERS", 2)
    monkeypatch.setattr(validation, "CELLS", 2 * 5 * items)
    drawn = ask(branches=2).query.users
    assert len(drawn) == 5 < len(people)
    assert set(drawn) <= set(people)
    assert np.array_equal(drawn, ask(branches=2).query.users)
    assert not np.array_equal(drawn, ask(seed=1, branches=2).query.users)


def test_some_people_are_asked_however_large_the_catalogue(asked, monkeypatch):
    ask, _, _ = asked
    monkeypatch.setattr(validation, "USERS", 3)
    monkeypatch.setattr(validation, "CELLS", 1)
    assert len(ask().query.users) == 3
