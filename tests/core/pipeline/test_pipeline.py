import numpy as np
import pytest

from palate import Pipeline
from palate.errors import AmbiguousItem, PalateError, StoreError, UnknownItem, UnknownUser
from palate.runs import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def done(recipe, folder):
    return run(recipe, folder=folder, store=folder / "store")


def test_a_known_person_gets_titles_and_nothing_they_have_seen(done):
    frame = done.recommend(user="p03", k=5)
    assert frame.columns == ["rank", "item", "title", "score"]
    assert frame["rank"].to_list() == [1, 2, 3, 4, 5]
    row = done.pipeline.users["id"].to_list().index("p03")
    seen = set(done.pipeline.history.take(np.array([row])).items.tolist())
    assert not seen & set(frame["item"].to_list())


def test_somebody_with_a_history_gets_their_own_taste(done):
    frame = done.recommend(history=["thing 1", "thing 3", 5], k=5)
    assert all(item % 2 == 1 for item in frame["item"])
    assert not {1, 3, 5} & set(frame["item"])


def test_a_person_of_whom_nothing_is_known_gets_what_is_popular(done):
    frame = done.recommend(history=[], k=3)
    popularity = done.pipeline.history.popularity
    trained = done.pipeline.fallback.ranker.counts_
    assert trained[frame["item"].to_numpy()].tolist() == sorted(trained, reverse=True)[:3]
    assert popularity.sum() > 0


def test_what_was_seen_comes_back_on_request(done):
    history = [1, 3, 5, 7]
    assert set(done.recommend(history=history, k=24, include_seen=True)["item"]) >= set(history)


def test_asking_for_more_than_there_is_gives_all_there_is(done):
    assert done.recommend(history=[1], k=1000).height == 23


def test_an_unknown_user_is_said_with_some_that_are_known(done):
    with pytest.raises(UnknownUser, match=r"no user 'nobody' in this run; its 30 users begin with 'p00'"):
        done.recommend(user="nobody")


def test_all_unknown_items_are_said_with_near_titles(done):
    with pytest.raises(UnknownItem, match=r"'thing 99', 'stuff'.*Near are 'thing"):
        done.recommend(history=["thing 99", 3, "stuff"])


def test_a_user_and_a_history_at_once_are_refused(done):
    with pytest.raises(PalateError, match="one of the two"):
        done.recommend(user="p01", history=[1])


def test_many_at_once_get_what_each_gets_alone(done):
    many = done.pipeline.recommend_many(["p05", "p01"], k=4)
    for user in ("p05", "p01"):
        alone = done.recommend(user=user, k=4)
        assert many.filter(user=user).drop("user").equals(alone)


@pytest.mark.parametrize("block", [1, 3, 7, 1000])
def test_the_size_of_a_block_changes_nothing(done, block):
    pipeline = done.pipeline
    query = pipeline.lookup.known(np.arange(30, dtype=np.int32))
    whole, parts = pipeline.rank(query, 5), pipeline.rank(query, 5, block=block)
    assert (whole.items == parts.items).all()
    assert (whole.scores == parts.scores).all()


def test_saved_and_loaded_it_recommends_the_same(done, tmp_path):
    done.pipeline.save(tmp_path / "kept")
    back = Pipeline.load(tmp_path / "kept")
    assert back.recommend("p07").equals(done.recommend("p07"))
    assert not [path for path in (tmp_path / "kept").rglob("*") if path.suffix in (".pkl", ".pickle", ".pt")]


def test_a_folder_in_use_is_not_written_over(done, tmp_path):
    (tmp_path / "x").write_text("mine")
    with pytest.raises(StoreError, match="is not empty"):
        done.pipeline.save(tmp_path)
    assert (tmp_path / "x").read_text() == "mine"


def test_a_folder_without_a_pipeline_is_said(tmp_path):
    with pytest.raises(StoreError, match="has no pipeline"):
        Pipeline.load(tmp_path)


@pytest.mark.parametrize("k", [-1, 0, 2.5, True, None, "3"])
def test_a_k_that_is_no_count_is_refused(done, k):
    with pytest.raises(PalateError, match="k must be a whole number of at least 1; got"):
        done.recommend("p01", k=k)
    with pytest.raises(PalateError, match="k must be"):
        done.pipeline.recommend_many(["p01"], k=k)


def test_a_huge_k_is_cut_at_the_catalogue(done):
    assert done.recommend(history=[], k=10**9).height == 24
    query = done.pipeline.lookup.query(None, [1])
    assert done.pipeline.rank(query, 10**9).items.shape == (1, 24)


@pytest.mark.parametrize("user", [3.7, float("nan"), True, [1]])
def test_a_user_that_is_no_id_is_refused(done, user):
    with pytest.raises(PalateError, match="a user's id must be a whole number or text; got"):
        done.recommend(user=user)


@pytest.mark.parametrize("history", ["thing 1", 3, b"x"])
def test_a_history_that_is_no_list_is_refused(done, history):
    with pytest.raises(PalateError, match="a history must be a list; got"):
        done.recommend(history=history)


def test_of_several_users_all_unknown_are_named(done):
    with pytest.raises(UnknownUser, match=r"2 of 3 users are unknown: 'x', 'y'"):
        done.pipeline.recommend_many(["x", "p01", "y"])


def test_a_title_that_two_items_have_is_refused_with_both_ids(recipe, tmp_path, shop):
    things = (shop / "things.csv").read_text()
    for number, title in ((4, "Hamlet"), (9, "Hamlet "), (5, "Q&amp;A"), (6, "7")):
        things = things.replace(f"\n{number},thing {number},", f"\n{number},{title},")
    (tmp_path / "things.csv").write_text(things)
    recipe["data"]["source"]["items"] = str(tmp_path / "things.csv")
    pipeline = run(recipe, folder=tmp_path, store=tmp_path / "store").pipeline
    with pytest.raises(AmbiguousItem, match="2 items have the title 'Hamlet': give the id, one of 4, 9"):
        pipeline.recommend(history=["Hamlet"])
    rows = pipeline.lookup.item_rows([9, "9", 4, "Q&A", "Q&amp;A", "7"])
    assert rows == [9, 9, 4, 5, 5, 7], "an id goes before a title"
