from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pytest

from palate.data import Dataset, Training
from palate.findings.fitted import duration, of_options, of_remarks, of_scores, of_state


@dataclass
class Decaying:
    name: ClassVar[str] = "decaying"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})
    half_life: float = 30.0


@dataclass
class ByEvents:
    name: ClassVar[str] = "by-events"
    half_life: float = 30.0


@dataclass
class ReadsOrder:
    name: ClassVar[str] = "reader"
    reads_order: ClassVar[bool] = True
    half_life: float | None = None

    def wants_timestamps(self):
        return self.half_life is not None


@dataclass
class Factored:
    name: ClassVar[str] = "factored"
    factors: int = 3
    item_factors_: Any = field(default=None, init=False, repr=False, compare=False)


def training(times):
    n = len(times)
    frame = pl.DataFrame({"user": [at % 3 for at in range(n)], "item": list(range(n)), "time": times})
    dataset = Dataset.from_frames(frame)
    return Training(dataset.history(), dataset.items, dataset.users)


def test_a_half_life_of_30_days_over_an_hour_has_no_effect():
    (finding,) = of_options(Decaying(), "aggregator", training([0, 1800, 3600]))
    assert finding.message == (
        "aggregator 'decaying': `half_life` of 30 days has no effect: the times span 1 hour"
    )
    assert list(of_options(Decaying(), "aggregator", training([0, 86_400 * 20]))) == []
    assert list(of_options(ByEvents(), "aggregator", training([0, 1800, 3600]))) == []


def test_a_half_life_that_is_an_option_is_looked_at_where_it_is_given():
    assert list(of_options(ReadsOrder(), "ranker", training([0, 1800, 3600]))) == []
    (finding,) = of_options(ReadsOrder(half_life=30.0), "ranker", training([0, 1800, 3600]))
    assert finding.code == "no-effect"


def test_a_network_no_better_than_popularity_is_told():
    remarks = {"held-out value": 0.0412, "held-out value of popularity": 0.05}
    (finding,) = of_remarks(ReadsOrder(), "ranker", remarks)
    assert finding.message == (
        "ranker 'reader': it ranks held-out events no better than popularity does (0.0412 against 0.0500)"
    )
    assert list(of_remarks(ReadsOrder(), "ranker", remarks | {"held-out value": 0.06})) == []
    assert list(of_remarks(ReadsOrder(), "ranker", {"epochs": 3})) == []


def test_where_order_is_read_and_there_are_no_times_the_rows_count():
    timed = training([0, 1, 2])
    plain = replace(timed, history=replace(timed.history, times=None))
    (finding,) = of_options(ReadsOrder(), "ranker", plain)
    assert finding.code == "no-times"
    assert finding.message == (
        "ranker 'reader' reads the order of events; the data have no times, so the order of their rows "
        "counts as that of the events"
    )
    assert list(of_options(ByEvents(), "ranker", plain)) == []


@pytest.mark.parametrize(("factors", "many"), [(2, False), (3, True), (64, True)])
def test_factors_are_too_many_from_the_number_of_users_or_items(factors, many):
    findings = list(of_options(Factored(factors), "ranker", training([0, 1, 2, 3, 4])))
    assert bool(findings) == many
    if many:
        assert f"{factors} `factors` for 3 users and 5 items" in findings[0].message


def test_factors_that_are_all_nothing_are_told():
    component = Factored()
    component.item_factors_ = np.full((4, 3), 1e-14, np.float32)
    (finding,) = of_state(component, "ranker")
    assert finding.message == (
        "ranker 'factored': all values of item_factors_ are within 1e-12 of 0, so its scores mean nothing"
    )
    component.item_factors_ = np.array([[0.0, 1e-3]], np.float32)
    assert list(of_state(component, "ranker")) == []


SEEN = np.array([[True, False, False], [False, True, False]])


def test_unseen_scores_that_are_rounding_are_told():
    scores = np.array([[1.0, 1e-8, -1e-8], [2e-8, 1.0, np.nan]], np.float32)
    (finding,) = of_scores("branch 'a'", scores, SEEN)
    assert "within 1e-06 of 0 beside those of seen ones for 100% of users" in finding.message


@pytest.mark.parametrize(
    "scores",
    [
        [[1.0, 0.5, -1e-8], [2e-8, 1.0, 0.1]],
        [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
        [[np.nan, 0.5, 0.1], [0.3, np.nan, 0.2]],
    ],
)
def test_other_scores_are_not(scores):
    assert list(of_scores("branch 'a'", np.array(scores, np.float32), SEEN)) == []


@pytest.mark.parametrize(
    ("days", "said"), [(3, "3 days"), (1, "1 day"), (1 / 24, "1 hour"), (0.25 / 24, "15 minutes"),
                       (1e-5, "0.864 seconds"), (365.25, "365 days")]
)  # fmt: skip
def test_a_duration_is_in_the_largest_unit_that_it_has_one_of(days, said):
    assert duration(days) == said
