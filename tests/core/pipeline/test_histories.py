from datetime import UTC, datetime

import pytest

import palate
from palate.errors import PalateError, UnknownItem


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("histories")


@pytest.fixture
def fitted(recipe, folder):
    return palate.fit(recipe, store=folder)


@pytest.fixture
def ordered(recipe, folder):
    """A pipeline by which the last event alone decides."""
    return palate.fit(recipe | {"branches": {"next": {"rank": {"use": "markov", "last": 1}}}}, {"fuse": None},
                      store=folder)  # fmt: skip


@pytest.fixture
def rated(recipe, folder):
    """A pipeline whose feedback tells by the rating what is liked, on all the data."""
    near = {"near": {"rank": {"use": "item-knn", "disliked": 0.5}}}
    data = recipe["data"] | {"feedback": "ratings"}
    return palate.fit(recipe | {"data": data, "branches": near, "fuse": "rrf"}, store=folder)


HISTORIES = [["thing 1", 3, "5"], [], [2], [2, 4, 2], list(range(24))]


def test_many_histories_get_what_each_gets_alone(fitted):
    many = fitted.recommend_many(histories=HISTORIES, k=4)
    assert many.columns == ["history", "rank", "item", "title", "score"]
    for number, history in enumerate(HISTORIES):
        alone = fitted.recommend(history=history, k=4)
        assert many.filter(history=number).drop("history").equals(alone)


def test_a_run_recommends_for_histories_as_its_pipeline_does(recipe, folder):
    done = palate.run(recipe, folder=folder / "runs", store=folder)
    assert done.recommend_many(histories=[[1], [2]], k=2).equals(
        done.pipeline.recommend_many(histories=[[1], [2]], k=2)
    )


def test_times_put_a_history_in_order(ordered):
    late, early = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    forth, back = ordered.recommend(history=[1, 4]), ordered.recommend(history=[4, 1])
    assert not forth.equals(back)
    many = ordered.recommend_many(histories=[[1, 4], [1, 4], [1, 4]], times=[[late, early], [5, 9], None])
    for number, alone in enumerate((back, forth, forth)):
        assert many.filter(history=number).drop("history").equals(alone)


def test_an_event_without_a_time_stands_behind_those_with_one(ordered):
    assert ordered.recommend(history=[4, 1], times=[None, 7]).equals(ordered.recommend(history=[1, 4]))


def test_the_events_of_a_known_user_given_as_a_history_get_what_the_user_gets(rated):
    seen = rated.seen
    users, lists, times, ratings = rated.users["id"], [], [], []
    for row in range(len(users)):
        own = slice(seen.indptr[row], seen.indptr[row + 1])
        lists.append(rated.items.ids.gather(seen.items[own].tolist()).to_list())
        times.append(seen.times[own].tolist())
        ratings.append(seen.ratings[own].tolist())
    told = rated.recommend_many(histories=lists, times=times, ratings=ratings, k=3)
    known = rated.recommend_many(users, k=3)
    assert told["score"].to_list() == known["score"].to_list()
    by_rating = rated.recommend_many(histories=lists, k=3)
    assert by_rating["score"].to_list() != known["score"].to_list()


def test_ratings_tell_likes_alone_as_among_others(rated):
    lists, ratings = [[1, 3], [2, 4], [5, 3]], [[1, 5], None, [None, 2.0]]
    many = rated.recommend_many(histories=lists, ratings=ratings)
    for number, (history, own) in enumerate(zip(lists, ratings, strict=True)):
        alone = rated.recommend(history=history, ratings=own or [None, None])
        assert many.filter(history=number).drop("history").equals(alone)
    assert not many.filter(history=0).drop("history").equals(rated.recommend(history=[1, 3]))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "either known users or histories"),
        ({"users": ["p01"], "histories": [[1]]}, "either known users or histories"),
        ({"users": ["p01"], "times": [[1]]}, "stand beside the items of histories"),
        ({"histories": [[1, 2]], "times": [[1]]}, r"times\[0\] has 1 values and its history 2 items"),
        ({"histories": [[1], [2]], "ratings": [[1]]}, "one list for each history: 2 histories, 1 lists"),
        ({"histories": [[1]], "times": [["noon"]]}, "in seconds since 1970, or a date, or None; got 'noon'"),
        ({"histories": [[1]], "ratings": [[True]]}, "a number, or None; got True"),
        ({"histories": ["Toy Story"]}, "a history must be a list"),
    ],
)  # fmt: skip
def test_what_is_no_history_is_said(fitted, options, said):
    with pytest.raises(PalateError, match=said):
        fitted.recommend_many(**options)


def test_unknown_items_of_all_histories_are_named_together(fitted):
    with pytest.raises(UnknownItem, match="'x', 'y'"):
        fitted.recommend_many(histories=[["x", 1], ["y"]])


def test_times_beside_a_known_user_are_refused(fitted):
    with pytest.raises(PalateError, match="beside the items of a history"):
        fitted.recommend("p01", times=[3])
