"""One event more, for every aggregator that takes it in constant time."""

import numpy as np
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate.registry import installed
from palate_interests.idf_weighted import IdfWeighted
from palate_interests.last_k import LastK
from palate_interests.mean import Mean
from palate_interests.rating_weighted import RatingWeighted
from palate_interests.recency import Recency
from palate_interests.recency_mean import RecencyMean

DAY = 86_400
N_ITEMS = 30
MADE = [
    Mean(),
    IdfWeighted(),
    RatingWeighted(),
    RatingWeighted(neutral=3.0),
    LastK(k=1),
    LastK(k=4),
    *(Recency(decay=decay) for decay in ("none", "linear", "half-life")),
    *(RecencyMean(decay=decay) for decay in ("none", "linear", "half-life")),
]


def vectors():
    found = np.random.default_rng(1).normal(size=(N_ITEMS, 6)).astype(np.float32)
    found[::7] = 0
    return found


def events(n, seed=0):
    """n events of one user, some items twice, oldest first."""
    rng = np.random.default_rng(seed)
    items = rng.integers(0, N_ITEMS // 2, n).astype(np.int32)
    times = 1_700_000_000 + np.sort(rng.integers(0, 90 * DAY, n)).astype(np.int64)
    return items, times, rng.integers(1, 6, n).astype(np.float32)


def history(items, times, ratings, n):
    return History(np.array([0, n], np.int64), items[:n], N_ITEMS, ratings[:n], times[:n])


def fitted(aggregator):
    if hasattr(aggregator, "fit"):
        crowd = History.from_lists([[0, 1], [1, 2], [1, 3, 4]], N_ITEMS)
        import polars as pl

        users = pl.DataFrame({"id": range(3)})
        aggregator.fit(Training(crowd, Items(pl.DataFrame({"id": range(N_ITEMS)})), users))
    return aggregator


@pytest.mark.parametrize("begun_with", [0, 1, 9])
@pytest.mark.parametrize("aggregator", MADE, ids=repr)
def test_event_after_event_the_interests_are_what_they_would_be_afresh(aggregator, begun_with):
    aggregator, known = fitted(aggregator), vectors()
    items, times, ratings = events(60)
    state = aggregator.begin(history(items, times, ratings, begun_with), known)
    for n in range(begun_with, len(items)):
        state = aggregator.update(
            state, int(items[n]), known[items[n]], time=int(times[n]), rating=float(ratings[n])
        )
        so_far = Query(np.array([-1], np.int32), history(items, times, ratings, n + 1))
        afresh = aggregator.profile(so_far, known)[0]
        np.testing.assert_allclose(aggregator.interests(state), afresh, atol=1e-6)
    assert afresh.any()


@pytest.mark.parametrize("aggregator", MADE, ids=repr)
def test_a_beginning_without_any_event_has_no_interest(aggregator):
    aggregator = fitted(aggregator)
    state = aggregator.begin(history(*events(3), 0), vectors())
    assert not aggregator.interests(state).any()


@pytest.mark.parametrize("aggregator", MADE, ids=repr)
def test_an_update_costs_the_same_after_ten_events_and_after_a_thousand(aggregator):
    """Counted in numbers read: the state holds no more of what is computed with."""
    aggregator, known = fitted(aggregator), vectors()

    def numbers(n):
        state = aggregator.begin(history(*events(n), n), known)
        return sum(part.size for part in arrays(state))

    assert numbers(1000) == numbers(10)


def arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif hasattr(value, "__dict__"):
        for inner in vars(value).values():
            yield from arrays(inner)


@pytest.mark.parametrize("decay", ["log", "harmonic", "quadratic"])
@pytest.mark.parametrize("cls", [Recency, RecencyMean])
def test_weights_that_do_not_fade_in_proportion_are_computed_afresh(cls, decay):
    assert cls(decay=decay).begin(history(*events(5), 5), vectors()) is None


def test_an_event_that_comes_late_counts_from_its_own_time():
    known = vectors()
    items, times, ratings = events(20)
    for decay in ("none", "linear", "half-life"):
        aggregator = RecencyMean(decay=decay)
        order = np.r_[3:20, 0:3]
        state = aggregator.begin(history(items[order], times[order], ratings[order], 17), known)
        for n in order[17:]:
            state = aggregator.update(state, int(items[n]), known[items[n]], time=int(times[n]))
        afresh = aggregator.profile(Query(np.array([-1], np.int32), history(*events(20), 20)), known)[0]
        np.testing.assert_allclose(aggregator.interests(state), afresh, atol=1e-6)


def test_an_event_without_a_needed_value_is_refused():
    known = vectors()
    state = RecencyMean().begin(history(*events(3), 3), known)
    with pytest.raises(ComponentError, match="'recency-mean' needs the time of the event"):
        RecencyMean().update(state, 1, known[1])
    state = RatingWeighted().begin(history(*events(3), 3), known)
    with pytest.raises(ComponentError, match="'rating-weighted' needs the rating of the event"):
        RatingWeighted().update(state, 1, known[1])


def test_a_damaged_vector_is_refused():
    state = Mean().begin(history(*events(3), 3), vectors())
    with pytest.raises(ComponentError, match="hold NaN or infinite"):
        Mean().update(state, 20, np.full(6, np.nan, np.float32))


def test_no_aggregator_that_can_be_updated_is_left_out_here():
    able = {each.name for each in installed() if each.kind == "aggregator" and hasattr(each.cls, "update")}
    own = {each.name for each in installed() if each.plugin == "interests"}
    assert able & own == {aggregator.name for aggregator in MADE}
