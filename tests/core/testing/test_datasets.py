"""The checks of what makes and divides data: a good component passes, and each check can fail."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from palate.data import Dataset, Fold
from palate.testing import check


def failing(cls, kind, **options):
    return {outcome.check for outcome in check(cls, kind=kind, **options) if not outcome.passed}


def changed(base, **members):
    """A class like `base`, with some members replaced."""
    return dataclass(type("Changed", (base,), {"__doc__": base.__doc__, "__module__": __name__, **members}))


@dataclass
class Fifth:
    """Every fifth interaction is tested."""

    name: ClassVar[str] = "fifth"

    def split(self, dataset, rng):
        yield Fold.from_masks(
            dataset.interactions.height, test=np.arange(dataset.interactions.height) % 5 == 4
        )


@dataclass
class Halve:
    """Leaves out people with an odd row number."""

    name: ClassVar[str] = "halve"

    def apply(self, dataset):
        return dataset.keep(users=np.arange(dataset.users.height) % 2 == 0)


@dataclass
class Titles:
    """The title is the text."""

    name: ClassVar[str] = "titles"

    def apply(self, items):
        return items.with_text(pl.col("title"))


@dataclass
class Made:
    """Always the same two people."""

    name: ClassVar[str] = "made"

    def load(self):
        return Dataset.from_frames(pl.DataFrame({"user": [1, 1, 2], "item": ["a", "b", "a"]}))


def chance_fold(self, dataset, rng):
    part = (np.random.default_rng().random(dataset.interactions.height) < 0.3).astype(np.uint8) * 2
    yield Fold(part)


def nothing_new(self, dataset, rng):
    twice = dataset.interactions.select(pl.col("item").is_first_distinct().over("user")).to_series()
    yield Fold((~twice.to_numpy()).astype(np.uint8) * 2)


def writes_into_users(self, dataset, rng):
    dataset.users.insert_column(0, pl.Series("new", [0] * dataset.users.height))
    yield from Fifth().split(dataset, rng)


def brings_somebody(self, dataset):
    return replace(dataset, users=dataset.users.with_columns(pl.col("id") + "x"))


def renames(self, dataset):
    dataset.users.insert_column(0, pl.Series("new", [0] * dataset.users.height))
    return dataset.keep()


def shuffles(self, dataset):
    return replace(dataset, interactions=dataset.interactions.reverse())


def counts_loads(self):
    Made.loads = getattr(Made, "loads", 0) + 1
    return Dataset.from_frames(pl.DataFrame({"user": [1] * Made.loads, "item": list(range(Made.loads))}))


GOOD = {"source": Made, "cleaner": Halve, "preprocessor": Titles, "splitter": Fifth}
METHOD = {"source": "load", "cleaner": "apply", "preprocessor": "apply", "splitter": "split"}
BROKEN = [
    ("splitter", lambda self, dataset, rng: iter(()), "gives_folds"),
    (
        "splitter",
        lambda self, dataset, rng: iter([Fold(np.full(3, 2, np.uint8))]),
        "labels_each_interaction_once",
    ),
    ("splitter", nothing_new, "leaves_test_users"),
    ("splitter", chance_fold, "same_seed_gives_the_same"),
    ("splitter", writes_into_users, "inputs_stay_as_they_are"),
    ("cleaner", shuffles, "gives_a_dataset"),
    ("cleaner", lambda self, dataset: None, "gives_a_dataset"),
    ("cleaner", brings_somebody, "adds_no_rows"),
    ("cleaner", renames, "cleaning_leaves_its_input_as_it_is"),
    ("preprocessor", lambda self, items: items.with_text(pl.col("year")), "writes_a_text_for_each_item"),
    (
        "preprocessor",
        lambda self, items: replace(items, frame=items.frame.drop("year")),
        "attributes_stay_as_they_are",
    ),
    ("source", lambda self: None, "loads_a_dataset"),
    ("source", counts_loads, "loading_again_gives_the_same"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_component_passes_every_check_of_its_kind(kind):
    outcomes = check(GOOD[kind], kind=kind)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) > 7


@pytest.mark.parametrize(("kind", "method", "name"), BROKEN)
def test_a_component_that_breaks_a_rule_fails_its_check(kind, method, name):
    good = getattr(GOOD[kind], METHOD[kind])
    assert name in failing(changed(GOOD[kind], good=good, **{METHOD[kind]: method}), kind)
