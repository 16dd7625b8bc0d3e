"""What a rule does not allow is recommended nowhere: in runs, to one user, to many, however few are left."""

import polars as pl
import pytest

from palate.runs import run


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A run on 60 items, of which 8 are in stock, with lists of 5."""
    folder = tmp_path_factory.mktemp("stock")
    events = [
        (f"u{user:02}", f"i{(user * 7 + step * 11) % 60:02}", 1_700_000_000 + 100 * user + step)
        for user in range(30)
        for step in range(12)
    ]
    pl.DataFrame(events, schema=["user", "item", "time"], orient="row").write_csv(folder / "events.csv")
    items = pl.DataFrame(
        {"item": [f"i{at:02}" for at in range(60)], "stock": [at % 8 // 7 for at in range(60)]}
    )
    items.with_columns(shelf=pl.Series([at // 30 for at in range(60)])).write_csv(folder / "items.csv")
    recipe = {
        "recipe": 1,
        "name": "stocked",
        "data": {
            "source": {
                "use": "files",
                "interactions": str(folder / "events.csv"),
                "items": str(folder / "items.csv"),
            },
            "split": {"use": "temporal", "test": 0.2},
        },
        "branches": {"near": {"rank": "item-knn"}},
        "rerank": [
            {"use": "rules", "only": [{"attribute": "stock", "min": 1}]},
            {"use": "level-limit", "column": "shelf", "up": 0, "start": 1},
        ],
        "top": 5,
    }
    return run(recipe, folder=folder / "runs", store=folder / "store")


STOCKED = {f"i{at:02}" for at in range(60) if at % 8 == 7}


def test_the_rankings_of_a_run_keep_it(done):
    ranked = done.ranking("reranked")
    assert ranked.height
    assert set(ranked["item"]) <= STOCKED
    assert not set(done.ranking("near")["item"]) <= STOCKED


def test_recommendations_keep_it_and_find_all_that_is_left(done):
    seen = done.pipeline.lookup
    for user in ("u00", "u13", "u29"):
        found = done.recommend(user=user, k=60)
        own = seen.known(seen.user_rows([user])).masked.items
        unseen = STOCKED - {f"i{item:02}" for item in own}
        assert set(found["item"]) == unseen, "every item in stock that is not seen, and no other"
    many = done.pipeline.recommend_many(["u00", "u13", "u29"], k=60)
    alone = [done.recommend(user=user, k=60) for user in ("u00", "u13", "u29")]
    assert many.drop("user").equals(pl.concat(alone))


def test_it_holds_beside_only_exclude_and_seen_items(done):
    shelf = ["i01", "i07", "i15", "i23"]
    assert set(done.recommend(history=[], k=5, only=shelf)["item"]) == {"i07", "i15", "i23"}
    assert set(done.recommend(history=[], k=60, exclude=["i07"])["item"]) == STOCKED - {"i07"}
    assert set(done.recommend(user="u00", k=60, include_seen=True)["item"]) == STOCKED


def test_it_depends_on_the_history_that_is_told(done):
    first = {item for item in STOCKED if item < "i30"}
    assert set(done.recommend(history=["i02"], k=60)["item"]) == first
    assert set(done.recommend(history=["i32"], k=60)["item"]) == STOCKED
