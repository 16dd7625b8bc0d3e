"""With minutes no trial is begun that would take past the end."""

from copy import deepcopy
from types import SimpleNamespace

import pytest

from palate.errors import TuningError
from palate_tune import drawing, running, tune
from palate_tune.request import TuningRequest


def begun(monkeypatch, seconds, minutes):
    """The trials that are begun if they take so many seconds each, by a clock that only they move."""
    clock = [100.0]

    def run_trial(file, objective):
        clock[0] += seconds[len(numbers)]
        return SimpleNamespace(number=len(numbers))

    numbers = []
    monkeypatch.setattr(running, "run_trial", run_trial)
    monkeypatch.setattr(running, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    request = TuningRequest("r", (), None, 1000, "tpe", "none", None, "", "", minutes)
    for number in running._one_by_one(request, None, None, len(seconds), 100.0):
        numbers.append(number)
    return len(numbers)


@pytest.mark.parametrize(
    ("seconds", "minutes", "count"),
    [
        ([10] * 9, 1, 6),  # the seventh would end after 70 seconds
        ([10, 25, 10, 10], 1, 3),  # after 35 seconds another of 25 would just end in time
        ([300, 1], 1, 1),  # the first is begun in any case
        ([10] * 4, None, 4),
    ],
)
def test_it_stops_before_a_trial_that_would_take_as_long_as_the_longest(monkeypatch, seconds, minutes, count):

    assert begun(monkeypatch, seconds, minutes) == count


def test_a_study_takes_no_more_trials_than_are_asked_for_where_minutes_allow_more(searched, tmp_path):
    assert tune(searched, trials=2, minutes=30, sampler="random", store=tmp_path).trials.height == 2


@pytest.mark.parametrize(
    ("options", "said"), [({"minutes": 0}, "above 0"), ({"processes": 2}, "one process")]
)
def test_what_cannot_be_counted_is_refused(searched, tmp_path, options, said):
    with pytest.raises(TuningError, match=said):
        tune(searched, store=tmp_path, **({"minutes": 1.0} | options))


@pytest.fixture
def few(searched):
    """A recipe of which four combinations can be tried."""
    recipe = deepcopy(searched)
    recipe["branches"] = {
        name: {"rank": {"use": "ease", "l2": {"search": "choice", "values": [10, 50]}}}
        for name in ("linear", "other")
    }
    recipe["fuse"] = "rrf"
    return recipe


@pytest.mark.parametrize("sampler", ["tpe", "random", "grid"])
def test_no_combination_is_tried_twice_and_the_study_ends_with_the_last(few, tmp_path, sampler):
    tuned = tune(few, minutes=30, sampler=sampler, store=tmp_path)
    tried = tuned.trials.select("branches.linear.rank.l2", "branches.other.rank.l2")
    assert set(tuned.trials["state"]) == {"complete"}
    assert sorted(tried.rows()) == [("10", "10"), ("10", "50"), ("50", "10"), ("50", "50")]
    assert tune(few, minutes=30, sampler=sampler, store=tmp_path).trials.height == 4


def test_what_a_sampler_does_not_come_to_is_tried_in_the_end(few, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_REPEATED", 2)
    monkeypatch.setattr(drawing, "MOST_REFUSED", 3)
    linear = few["branches"]["linear"]["rank"]
    linear["l2"] = {"search": "choice", "values": list(range(10, 16))}
    tuned = tune(few, minutes=30, sampler="tpe", store=tmp_path)
    assert tuned.trials.select("branches.linear.rank.l2", "branches.other.rank.l2").n_unique() == 12


def test_without_minutes_what_was_tried_may_come_again(few, tmp_path):
    assert tune(few, trials=6, store=tmp_path).trials.height == 6
