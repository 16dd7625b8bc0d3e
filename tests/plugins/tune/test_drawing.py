"""Combinations that a component refuses are drawn again, and are no trials."""

from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import pytest
from annotated_types import Ge, Le

from palate import hookimpl
from palate.errors import ComponentError, TuningError
from palate.plan.execute import Execution
from palate.plan.tasks import compute_whole
from palate.registry import PluginEntry, Registry, plugin_entries
from palate_tune import drawing, tune

LEFT, RIGHT = "branches.pair.rank.left", "branches.pair.rank.right"


@dataclass
class Pair:
    """Items by two numbers that must differ, and are whole or 0."""

    name: ClassVar[str] = "pair"

    left: Annotated[float, Ge(0), Le(9)] = 0.0
    right: Annotated[float, Ge(0), Le(9)] = 9.0
    n_items_: int = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        if self.left == self.right or self.left % 1:
            raise ComponentError(f"ranker 'pair': {self.left} does not go with {self.right}")

    def fit(self, training):
        self.n_items_ = len(training.items)
        return self

    def score(self, query):
        row = np.arange(self.n_items_, dtype=np.float32) * np.float32(self.left - self.right)
        return np.tile(row, (len(query), 1))


class AtOnce:
    """Tasks that are computed as they are begun."""

    def __init__(self, store):
        self.store, self.done, self.begun = store, [], 0

    def begin(self, step, owner=""):
        self.done.append((self.begun, compute_whole(step, self.store)))
        self.begun += 1
        return self.begun - 1

    def ended(self):
        yield self.done.pop(0)


@dataclass
class There:
    """An engine of such tasks."""

    name: ClassVar[str] = "there"

    def run(self, plan, emit):
        return Execution(plan, emit).run()

    @contextmanager
    def tasks(self, store, emit):
        yield AtOnce(store)


class Plugin:
    @hookimpl
    def register_rankers(self):
        return [Pair]

    @hookimpl
    def register_engines(self):
        return [There]


class Said:
    """A plugin that keeps what is reported."""

    def __init__(self):
        self.notices = []

    @hookimpl
    def on_event(self, event):
        if event.what == "notice":
            self.notices.append(event.message)


@pytest.fixture
def said():
    return Said()


@pytest.fixture
def registry(said):
    found = Registry()
    for entry in [*plugin_entries(), PluginEntry("p", entry=Plugin()), PluginEntry("s", entry=said)]:
        found.load(entry)
    return found


@pytest.fixture
def pairs(recipe):
    """Two numbers that are open, of which a third of the combinations are refused."""
    recipe = deepcopy(recipe)
    space = {"search": "int", "low": 1, "high": 3}
    recipe["branches"] = {"pair": {"rank": {"use": "pair", "left": space, "right": {**space, "low": 2}}}}
    del recipe["fuse"]
    return recipe


def listed(tuned):
    return tuned.trials.drop("seconds").rows()


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_refused_combinations_are_drawn_again_and_do_not_count(pairs, registry, said, tmp_path, sampler):
    options = {"trials": 12, "sampler": sampler, "registry": registry}
    tuned = tune(pairs, **options, store=tmp_path / "a")
    assert tuned.trials.height == 12
    assert set(tuned.trials["state"]) == {"complete"}
    assert (tuned.trials[LEFT] != tuned.trials[RIGHT]).all()
    assert tuned.trials["trial"][-1] > 11, "some were refused, or this shows nothing"
    (notice,) = said.notices
    assert "no recipe that works, and others drawn; the last: " in notice
    assert "does not go with" in notice
    assert listed(tune(pairs, **options, store=tmp_path / "b")) == listed(tuned)


def test_an_engine_draws_what_one_process_draws(pairs, registry, tmp_path):
    options = {"trials": 12, "sampler": "random", "registry": registry}
    here = tune(pairs, **options, store=tmp_path / "here")
    assert listed(tune(pairs, **options, store=tmp_path / "there", engine="there")) == listed(here)
    three = tune(pairs, **options, store=tmp_path / "three", engine="there", processes=3)
    assert listed(three) == listed(here), "random draws do not depend on how many are at work"


def test_a_study_with_refused_combinations_goes_on_as_if_it_had_never_ended(pairs, registry, tmp_path):
    options = {"sampler": "tpe", "registry": registry}
    whole = tune(pairs, **options, trials=8, store=tmp_path / "a")
    tune(pairs, **options, trials=3, store=tmp_path / "b")
    assert listed(tune(pairs, **options, trials=8, store=tmp_path / "b")) == listed(whole)


@pytest.mark.parametrize("engine", ["local", "there"])
def test_a_grid_tries_what_works_once_and_ends(pairs, registry, said, tmp_path, engine):
    options = {"trials": 30, "sampler": "grid", "registry": registry, "engine": engine}
    tuned = tune(pairs, **options, store=tmp_path)
    tried = sorted(tuned.trials.select(LEFT, RIGHT).rows())
    assert tried == [(1, 2), (1, 3), (2, 3), (3, 2)]
    assert "which leaves 4 trials of 6" in said.notices[0]
    assert listed(tune(pairs, **options, store=tmp_path)) == listed(tuned)


def never(pairs):
    """Spaces whose bounds work and of which hardly anything between does."""
    pairs["branches"]["pair"]["rank"] = {
        "use": "pair", "left": {"search": "float", "low": 0, "high": 8}, "right": 9,
    }  # fmt: skip
    return pairs


@pytest.mark.parametrize("engine", ["local", "there"])
def test_where_nothing_drawn_works_one_error_says_so(pairs, registry, tmp_path, monkeypatch, engine):
    monkeypatch.setattr(drawing, "MOST_REFUSED", 7)
    with pytest.raises(TuningError, match=r"none of 7 combinations .* does not go with 9\.0\. Narrow"):
        tune(never(pairs), trials=3, registry=registry, store=tmp_path, engine=engine)


def test_a_study_with_a_trial_ends_with_what_it_has(pairs, registry, said, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_REFUSED", 4)
    refuse = Pair.__post_init__
    begun = []

    def at_first(self):
        if len(begun) > 2:
            raise ComponentError("ranker 'pair': no more")
        refuse(self)

    monkeypatch.setattr(Pair, "__post_init__", at_first)
    fit = Pair.fit
    monkeypatch.setattr(Pair, "fit", lambda self, training: begun.append(1) or fit(self, training))
    pairs["branches"]["pair"]["rank"]["left"] = {"search": "float", "low": 0, "high": 8, "step": 1}
    tuned = tune(pairs, trials=30, sampler="random", registry=registry, store=tmp_path)
    assert 0 < tuned.trials.height < 30
    assert f"which leaves {tuned.trials.height} trials of 30; the last: " in said.notices[-1]
