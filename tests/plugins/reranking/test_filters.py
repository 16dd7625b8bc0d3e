"""Rules of what may be recommended, on answers computed by hand."""

import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Ranking, Training
from palate.errors import ComponentError, DataError
from palate_reranking.age import AgeLimit
from palate_reranking.distance import Distance, kilometres
from palate_reranking.level import LevelLimit
from palate_reranking.prerequisites import Prerequisites
from palate_reranking.season import Season

DAY = 86_400
NOW = 1_750_000_000  # 2025-06-15 15:06:40


def history(lists, n_items, times=None):
    found = History.from_lists(lists, n_items)
    if times is None:
        return found
    return History(found.indptr, found.items, n_items, times=np.array(times, np.int64))


def fitted(rule, items, past=((0,),), times=None, users=None):
    frame = pl.DataFrame({"id": [f"i{at}" for at in range(len(next(iter(items.values()))))], **items})
    known = history(past, frame.height, times)
    people = pl.DataFrame({"id": [f"u{at}" for at in range(len(past))], **(users or {})})
    return rule.fit(Training(known, Items(frame), people))


def asked(lists, n_items, rows=None, seen=None):
    users = np.full(len(lists), -1, np.int32)
    every = None if seen is None else History.from_lists(seen, n_items)
    known = None if rows is None else np.array(rows, np.int32)
    return Query(users, History.from_lists(lists, n_items), seen=every, rows=known)


def shown(rule, lists, n_items, **more):
    """The row numbers that each user may get, as `allows` says; `rerank` must leave the same."""
    query = asked(lists, n_items, **more)
    may = rule.allows(query)
    items = np.tile(np.arange(n_items, dtype=np.int32)[::-1], (len(lists), 1))
    scores = np.tile(np.arange(n_items, dtype=np.float32), (len(lists), 1))
    out = rule.rerank(query, Ranking(query.users, items, scores))
    for row, mask in enumerate(may):
        right = np.flatnonzero(mask)[::-1].tolist()
        assert out.items[row].tolist() == right + [-1] * (n_items - len(right))
        assert out.scores[row][: len(right)].tolist() == [n_items - 1 - item for item in right]
        assert np.isneginf(out.scores[row][len(right) :]).all()
    return [np.flatnonzero(mask).tolist() for mask in may]


APPEARED = {"published": ["2025-06-15", "2025-06-13", "2025-06-12", "", "2025-06-20"]}


def test_an_item_is_shown_until_it_is_so_many_days_old():
    rule = fitted(AgeLimit("published", 3, now="2025-06-15"), APPEARED)
    assert shown(rule, [[]], 5) == [[0, 1, 2, 4]]
    rule = fitted(AgeLimit("published", 2.5, now="2025-06-15", unknown="keep"), APPEARED)
    assert shown(rule, [[], [1]], 5) == [[0, 1, 3, 4]] * 2


def test_now_is_the_newest_event_it_is_fitted_on():
    past, times = [[0], [1]], [NOW - DAY, NOW]
    rule = fitted(AgeLimit("t", 1), {"t": [NOW - DAY, NOW - DAY - 1, NOW + 9]}, past, times)
    assert shown(rule, [[]], 3) == [[0, 2]]


def test_an_age_needs_times_that_can_be_read():
    with pytest.raises(ComponentError, match="the attribute 'date'; they have published"):
        fitted(AgeLimit("date", 1, now="2025-06-15"), APPEARED)
    with pytest.raises(ComponentError, match="the source has no times: give `now`"):
        fitted(AgeLimit("published", 1), APPEARED)
    with pytest.raises(DataError, match="now holds no time that palate knows, such as 'soon'"):
        fitted(AgeLimit("published", 1, now="soon"), APPEARED)
    with pytest.raises(DataError, match="'published': 1 values are no times, such as 'new'"):
        fitted(AgeLimit("published", 1, now="2025-06-15"), {"published": ["2025-06-15", "2025-06-14", "new"]})
    assert AgeLimit("published", 1).wants_timestamps()
    assert not AgeLimit("published", 1, now="2025-06-15").wants_timestamps()


COURSES = {"needs": ["", "i0", "i0|i1", "i1, i5", None, "i5"]}


def test_a_course_comes_after_all_it_builds_on():
    rule = fitted(Prerequisites("needs"), COURSES)
    assert shown(rule, [[], [0], [1], [0, 1], [1, 5, 5]], 6) == [
        [0, 4],
        [0, 1, 4],
        [0, 4],
        [0, 1, 2, 4],
        [0, 3, 4, 5],
    ]


def test_or_after_any_of_it():
    rule = fitted(Prerequisites("needs", needed="any"), COURSES)
    assert shown(rule, [[], [1]], 6) == [[0, 4], [0, 2, 3, 4]]


def test_what_was_only_seen_counts_where_that_is_asked_for():
    by_likes, by_all = (fitted(Prerequisites("needs", by=by), COURSES) for by in ("liked", "seen"))
    assert shown(by_likes, [[]], 6, seen=[[0]]) == [[0, 4]]
    assert shown(by_all, [[]], 6, seen=[[0]]) == [[0, 1, 4]]


def test_lists_and_numbers_name_prerequisites_too():
    rule = fitted(Prerequisites("needs"), {"needs": [[], ["i0"], ["i0", "i1"]]})
    assert shown(rule, [[0]], 3) == [[0, 1]]
    numbered = pl.DataFrame({"id": [10, 20], "needs": [None, 10]})
    known = Training(History.from_lists([[0]], 2), Items(numbered), pl.DataFrame({"id": [0]}))
    assert shown(Prerequisites("needs").fit(known), [[], [0]], 2) == [[0], [0, 1]]


def test_prerequisites_that_no_item_is_are_named():
    wrong = {"needs": ["", "i0|x", "y"]}
    with pytest.raises(ComponentError, match="'needs' names 2 ids that no item has, such as 'x', 'y'"):
        fitted(Prerequisites("needs"), wrong)
    assert shown(fitted(Prerequisites("needs", unknown="ignore"), wrong), [[]], 3) == [[0, 2]]


LEVELS = {"level": [1, 2, 3, 4, None, 1]}


@pytest.mark.parametrize(
    ("options", "right"),
    [
        ({}, [[0, 4, 5], [0, 1, 2, 4, 5], [0, 1, 2, 3, 4, 5]]),
        ({"at": "last"}, [[0, 4, 5], [0, 1, 2, 4, 5], [0, 1, 4, 5]]),
        ({"at": "mean", "up": 0.5, "down": 0.5}, [[0, 4, 5], [1, 4], [1, 4]]),
        ({"up": None, "down": 0, "start": 2}, [[0, 1, 4, 5], [1, 2, 3, 4], [2, 3, 4]]),
    ],
)
def test_a_level_is_near_the_users_own(options, right):
    rule = fitted(LevelLimit("level", **options), LEVELS)
    assert shown(rule, [[4], [1], [2, 0]], 6) == right


def test_a_level_is_a_number():
    with pytest.raises(ComponentError, match="'level' is not a number for every item; it holds such as"):
        fitted(LevelLimit("level"), {"level": ["easy", "hard"]})


# Paris, London, New York, none, Orly
PLACES = {
    "latitude": [48.8566, 51.5074, 40.7128, None, 48.7262],
    "longitude": [2.3522, -0.1278, -74.0060, None, 2.3652],
}


def test_kilometres_are_those_of_great_circles():
    paris, london, new_york = (np.array([[PLACES[each][at] for each in PLACES]]) for at in range(3))
    assert kilometres(paris, london)[0, 0] == pytest.approx(343.6, abs=0.5)
    assert kilometres(paris, new_york)[0, 0] == pytest.approx(5837, abs=5)
    ends = kilometres(np.array([[0.0, 179.5], [90.0, 0.0]]), np.array([[0.0, -179.5], [-90.0, 50.0]]))
    assert ends[0, 0] == pytest.approx(111.195, abs=0.01)  # one degree, over the date line
    assert ends[1, 1] == pytest.approx(np.pi * 6371.0088)


def test_only_what_is_near_the_last_place_is_shown():
    rule = fitted(Distance(50), PLACES)
    assert shown(rule, [[], [1, 0], [0, 3], [2]], 5) == [[0, 1, 2, 3, 4], [0, 4], [0, 4], [2]]
    assert shown(fitted(Distance(50, unknown="keep"), PLACES), [[2]], 5) == [[2, 3]]


def test_or_near_any_place_or_one_or_home():
    assert shown(fitted(Distance(50, of="any"), PLACES), [[], [1, 0, 1]], 5) == [[0, 1, 2, 3, 4], [0, 1, 4]]
    assert shown(fitted(Distance(400, place=[51.5, 0]), PLACES), [[2]], 5) == [[0, 1, 4]]
    homes = {"latitude": ["40.7", ""], "longitude": ["-74", None]}
    rule = fitted(Distance(50, of="user"), PLACES, past=[[0], [0]], users=homes)
    assert shown(rule, [[0], [0], [0]], 5, rows=[0, 1, -1]) == [[2], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("options", "items", "said"),
    [
        ({}, {"lat": [1.0]}, "the attribute 'latitude'; they have lat"),
        ({}, {"latitude": [91.0], "longitude": [0.0]}, "latitudes are degrees from -90 to 90; there are 1"),
        ({"place": [0, 200]}, {"latitude": [0.0], "longitude": [0.0]}, "place: longitudes are degrees"),
        ({"of": "user"}, {"latitude": [0.0], "longitude": [0.0]}, "needs users with the columns"),
    ],
)
def test_places_that_are_none_are_refused(options, items, said):
    with pytest.raises(ComponentError, match=said):
        fitted(Distance(10, **options), items)


def test_only_what_is_in_season_is_shown():
    months = {"open": ["1|2", "June", "summer", "", "12", "jul, aug", "9"]}
    assert shown(fitted(Season("open", now="2025-06-15"), months), [[]], 7) == [[1, 2, 3]]
    assert shown(fitted(Season("open", now="2025-06-15", ahead=1), months), [[]], 7) == [[1, 2, 3, 5]]
    assert shown(fitted(Season("open", now="2025-11-30", ahead=2), months), [[]], 7) == [[0, 3, 4]]
    by_event = fitted(Season("open"), months, past=[[0]], times=[NOW])
    assert shown(by_event, [[]], 7) == [[1, 2, 3]]
    assert shown(fitted(Season("open", now="2025-06-15"), {"open": [[6], [], [7]]}), [[]], 3) == [[0, 1]]


def test_words_that_are_no_months_are_named():
    with pytest.raises(ComponentError, match="'open' holds '13', 'ju', which is no month or season"):
        fitted(Season("open", now="2025-06-15"), {"open": ["13", "ju", "5"]})
