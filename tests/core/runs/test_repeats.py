"""Users who do the same again: what counts is what the split says."""

import polars as pl
import pytest

import palate
from palate.runs import run


@pytest.fixture
def plays(tmp_path):
    """Each user plays their own song again and again, and a new one at the end.

    At the cut (the newest of ten events of each) `a` has played 0 and plays 0 and 1, `b` 1 and then 2.
    """
    events = [("a", 0, day) for day in range(8)] + [("b", 1, day) for day in range(8)]
    events += [("a", 0, 8), ("a", 1, 9), ("b", 1, 8), ("b", 2, 9)]
    frame = pl.DataFrame(events, schema=["user", "item", "time"], orient="row")
    frame.with_columns(pl.col("time") * 86400).write_csv(tmp_path / "plays.csv")
    return {
        "recipe": 1, "name": "plays", "seed": 0,
        "data": {
            "source": {"use": "files", "interactions": str(tmp_path / "plays.csv")},
            "split": {"use": "temporal", "test": 0.2, "validation": 0},
        },
        "branches": {"popularity": {"rank": "popularity"}}, "top": 3, "evaluate": ["recall@1", "ndcg@3"],
    }  # fmt: skip


@pytest.fixture
def where(tmp_path):
    return {"folder": tmp_path / "runs", "store": tmp_path / "store"}


def test_what_was_seen_is_no_discovery(plays, where):
    done = run(plays, **where)
    truth = done.ground_truth.truth
    assert truth.relevant.tolist() == [1, 2], "0 and 1 were seen before the cut"
    assert (truth.masks, truth.seen_again) == (True, 2)
    assert done.ranking("popularity").group_by("user").agg("item").sort("user")["item"].to_list() == [
        [1, 2], [0, 2]
    ]  # fmt: skip
    assert "masked" in done.results["protocol"]["masking"]


def test_repeats_count_where_they_are_allowed(plays, where):
    plays["data"]["split"]["repeats"] = "allow"
    done = run(plays, **where)
    truth = done.ground_truth.truth
    assert truth.relevant.tolist() == [0, 1, 1, 2]
    assert (truth.masks, truth.seen_again) == (False, 0)
    assert set(done.ranking("popularity").filter(user="a")["item"]) == {0, 1, 2}
    assert done.results["protocol"]["masking"].startswith("nothing is masked")
    assert set(done.recommend(user="a", k=3)["item"]) == {0, 1, 2}, "as it was evaluated"
    assert set(done.pipeline.recommend_many(["a", "b"], k=3)["item"]) == {0, 1, 2}


def test_runs_with_and_without_repeats_are_not_compared(plays, where):
    one = run(plays, **where)
    plays["data"]["split"]["repeats"] = "allow"
    other = run(plays | {"name": "again"}, **where)
    with pytest.raises(palate.PalateError, match=r"(?s)masking: .*masked.*split: .*allow|split.*masking"):
        palate.compare(one.folder, other.folder)


def test_the_area_under_the_curve_counts_seen_items_where_they_are_ranked(plays, where):
    # a: relevant 0 and 1 of the items 0, 1, 2; all three are ranked, so 2 pairs of right and wrong
    plays["data"]["split"]["repeats"] = "allow"
    done = run(plays | {"evaluate": ["auc"]}, **where)
    ranked = done.ranking("popularity").filter(user="a").sort("rank")["item"].to_list()
    by_hand = sum(ranked.index(item) < ranked.index(2) for item in (0, 1)) / 2
    assert done.per_user.filter(row="popularity", user="a")["auc"].item() == by_hand
