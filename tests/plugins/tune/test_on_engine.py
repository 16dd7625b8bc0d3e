"""Trials as tasks of an engine: one made for it, that ends them in another order than they began."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from palate import hookimpl
from palate.errors import ComponentError, StoreError
from palate.plan.execute import Execution
from palate.plan.tasks import compute_whole
from palate.registry import PluginEntry, Registry, plugin_entries
from palate_tune import tune

L2 = "branches.linear.rank.l2"


class Backwards:
    """Ends what was begun last first, one at a time; `breaks` is raised by the task of that number."""

    def __init__(self, store, breaks):
        self.store, self.breaks = store, breaks
        self.waiting, self.begun, self.most = [], 0, 0

    def begin(self, step, owner=""):
        self.waiting.append((self.begun, step))
        self.begun += 1
        self.most = max(self.most, len(self.waiting))
        return self.begun - 1

    def ended(self):
        number, step = self.waiting.pop()
        yield number, self.breaks.get(number) or compute_whole(step, self.store)


@dataclass
class Elsewhere:
    """An engine of such tasks."""

    name: ClassVar[str] = "elsewhere"
    breaks: ClassVar[dict] = {}
    pools: ClassVar[list] = []

    kept: list = field(default_factory=list, init=False)

    def run(self, plan, emit):
        return Execution(plan, emit).run()

    @contextmanager
    def tasks(self, store, emit):
        self.pools.append(Backwards(store, self.breaks))
        yield self.pools[-1]


class Plugin:
    @hookimpl
    def register_engines(self):
        return [Elsewhere]


@pytest.fixture
def registry():
    found = Registry()
    for entry in [*plugin_entries(), PluginEntry("elsewhere", entry=Plugin())]:
        found.load(entry)
    Elsewhere.pools.clear()
    yield found
    Elsewhere.breaks.clear()


def listed(tuned):
    return tuned.trials.drop("seconds").rows()


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_one_task_at_a_time_gives_the_study_of_a_single_process(searched, registry, tmp_path, sampler):
    options = {"trials": 12, "sampler": sampler, "registry": registry}
    here = tune(searched, **options, store=tmp_path / "here")
    there = tune(searched, **options, store=tmp_path / "there", engine="elsewhere")
    assert listed(there) == listed(here)
    assert there.values == here.values


def test_several_at_a_time_are_recorded_in_their_order_whichever_ends_first(searched, registry, tmp_path):
    options = {"trials": 9, "sampler": "random", "registry": registry}
    here = tune(searched, **options, store=tmp_path / "here")
    there = tune(searched, **options, store=tmp_path / "there", engine="elsewhere", processes=3)
    assert listed(there) == listed(here)
    assert Elsewhere.pools[0].most == 3


def test_a_trial_that_is_given_up_early_is_the_same_and_leaves_no_fit_behind(searched, registry, tmp_path):
    options = {"trials": 14, "sampler": "random", "pruner": "median", "registry": registry}
    here = tune(searched, **options, store=tmp_path / "here")
    there = tune(searched, **options, store=tmp_path / "there", engine="elsewhere")
    assert "pruned" in set(here.trials["state"])
    kept = ["trial", "state", "value", L2]
    assert there.trials.select(kept).rows() == here.trials.select(kept).rows()
    count = [len(list((tmp_path / place / "artifacts").rglob("meta.json"))) for place in ("here", "there")]
    assert count[0] == count[1]


def test_a_task_that_fails_is_a_failed_trial_with_its_reason(searched, registry, tmp_path):
    Elsewhere.breaks[1] = ComponentError("no such luck")
    tuned = tune(searched, trials=3, registry=registry, store=tmp_path, engine="elsewhere")
    assert tuned.trials["state"].to_list() == ["complete", "failed", "complete"]
    assert tuned.trials["reason"].to_list()[1] == "ComponentError: no such luck"


def test_a_store_that_cannot_be_written_ends_the_study_and_its_trials_are_made_up_for(
    searched, registry, tmp_path
):
    Elsewhere.breaks[2] = StoreError("the disk is full")
    options = {"trials": 5, "sampler": "random", "registry": registry, "engine": "elsewhere", "processes": 2}
    with pytest.raises(StoreError, match="the disk is full"):
        tune(searched, **options, store=tmp_path / "there")
    Elsewhere.breaks.clear()
    again = tune(searched, **options, store=tmp_path / "there")
    whole = tune(searched, trials=5, sampler="random", registry=registry, store=tmp_path / "here")
    assert again.trials[L2].sort().to_list() == whole.trials[L2].sort().to_list()
    assert again.count("complete") == 5
