"""Every event of the test part as a question of its own, from the recipe to the run."""

import numpy as np
import polars as pl
import pytest
import yaml

import palate
from palate.cli import main
from palate.errors import DataError, RecipeError
from palate.events import ignore
from palate.plan import compile_plan, compile_validation
from palate.plan.compute import compute
from palate.plan.execute import Execution
from palate.plan.sharding import shards_of
from palate.recipe import load_recipe
from palate.store import Store

EACH = {"ask": "each-event"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("events")


@pytest.fixture
def run(folder):
    return lambda recipe, settings=(): palate.run(
        recipe, settings, folder=folder / "runs", store=folder / "store"
    )


@pytest.fixture
def events(shop):
    return pl.read_csv(shop / "events.csv", schema_overrides={"item_id": pl.String}).sort("timestamp")


def test_it_is_what_recommending_for_one_event_after_another_gives(recipe, run, events):
    """Recall and NDCG of one relevant item, by a loop over the file with single recommendations."""
    recipe["branches"], recipe["fuse"] = {"linear": {"rank": {"use": "ease", "l2": 5.0}}}, None
    done = run(recipe | EACH)
    count = done.results["data"]["parts"]["test"]
    values = {}
    for event in events.tail(count).iter_rows(named=True):
        before = events.filter(
            (pl.col("user_id") == event["user_id"]) & (pl.col("timestamp") < event["timestamp"])
        )
        found = done.recommend(
            history=before["item_id"].to_list(), times=before["timestamp"].to_list(),
            ratings=before["rating"].to_list(), k=5,
        )["item"].cast(pl.String).to_list()  # fmt: skip
        gain = 1 / np.log2(found.index(event["item_id"]) + 2) if event["item_id"] in found else 0.0
        values.setdefault(event["user_id"], []).append((gain, float(gain > 0)))
    own = done.per_user.filter(row="linear").sort("user")
    assert own["user"].to_list() == sorted(values)
    assert own["events"].to_list() == [len(values[user]) for user in sorted(values)]
    means = np.array([np.mean(values[user], axis=0) for user in sorted(values)])
    assert own.select("ndcg@5", "recall@5").to_numpy() == pytest.approx(means)
    every = np.concatenate([values[user] for user in sorted(values)])
    (row,) = (row for row in done.results["rows"] if row["name"] == "linear")
    assert row["metrics"]["ndcg@5"]["value"] == pytest.approx(every[:, 0].mean())
    assert row["metrics"]["recall@5"]["value"] == pytest.approx(every[:, 1].mean())
    assert 0 < every[:, 1].mean() < 1
    assert done.results["evaluated"]["events"] == count == len(every)


def test_with_one_event_a_user_both_ways_of_asking_agree(recipe, run):
    recipe["data"]["split"] = "leave-one-out"
    each, once = run(recipe | EACH), run(recipe)
    assert each.metrics.drop("seconds", "peak_gb").equals(once.metrics.drop("seconds", "peak_gb"))
    assert each.per_user.drop("events").equals(once.per_user)
    assert each.per_user["events"].unique().to_list() == [1]
    for name in ("linear", "hybrid", "popular"):
        assert each.ranking(name).equals(once.ranking(name))


def test_the_run_says_how_it_asked(recipe, run, capsys):
    done = run(recipe | EACH)
    assert "each event of the test part" in done.results["protocol"]["asking"]
    assert done.recipe["ask"] == "each-event"
    main(["show", str(done.folder)])
    said = " ".join(capsys.readouterr().out.split())
    assert (
        f"users evaluated on {done.results['evaluated']['events']} events, each after all before it" in said
    )
    assert "over events, clustered by user" in said


def test_a_plan_says_how_it_will_ask(recipe, tmp_path, capsys):
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(recipe | EACH))
    assert main(["plan", str(tmp_path / "shop.yaml"), "--store", str(tmp_path / "store")]) == 0
    said = capsys.readouterr().out
    assert "each event of the test part is asked for, after all that its user did before it" in said


def test_its_rankings_and_ground_truth_are_those_of_each_users_first_question(recipe, run, events):
    done = run(recipe | EACH)
    truth = done.ground_truth
    count = done.results["data"]["parts"]["test"]
    first = events.tail(count).group_by("user_id", maintain_order=True).first().sort("user_id")
    assert truth.users["id"].to_list() == first["user_id"].to_list()
    ids = truth.items.ids.gather(truth.truth.relevant.tolist()).cast(pl.String)
    assert ids.to_list() == first["item_id"].to_list()
    assert done.ranking("hybrid")["user"].unique(maintain_order=True).to_list() == first["user_id"].to_list()


def test_a_recipe_that_does_not_ask_for_each_event_is_what_it_was(recipe, tmp_path):
    plain = compile_plan(load_recipe(recipe), Store(tmp_path))
    stated = compile_plan(load_recipe(recipe | {"ask": "each-user"}), Store(tmp_path))
    each = compile_plan(load_recipe(recipe | EACH), Store(tmp_path))
    assert stated.fingerprint == plain.fingerprint != each.fingerprint
    assert not any("ask" in step.params for step in stated.steps)
    differ = {step.name for step in each.steps} - {
        step.name for step in each.steps if step.fingerprint in {other.fingerprint for other in plain.steps}
    }
    assert differ == {
        f"{path}.{what}"
        for path in ("branches.linear", "branches.popular", "hybrid")
        for what in ("recommend", "evaluate")
    }


def test_folds_are_pooled_by_the_events_that_users_have_in_all_of_them(recipe, run):
    recipe["data"]["split"] = {"use": "rolling", "windows": 2, "test": 0.2, "validation": 0.2}
    done = run(recipe | EACH)
    frames = pl.concat([fold.per_user.filter(row="hybrid") for fold in done.folds])
    own = done.per_user.filter(row="hybrid").sort("user")
    summed = frames.group_by("user").agg(
        pl.col("events").sum(), (pl.col("ndcg@5") * pl.col("events")).sum() / pl.col("events").sum()
    ).sort("user")  # fmt: skip
    assert own["events"].to_list() == summed["events"].to_list()
    assert own["ndcg@5"].to_numpy() == pytest.approx(summed["ndcg@5"].to_numpy())
    assert own["events"].max() > 2


def test_tuning_asks_for_each_event_of_the_validation_part(recipe, tmp_path):
    loaded = load_recipe(recipe | EACH)
    plan = compile_validation(loaded, loaded.evaluate[0], Store(tmp_path), shares=(0.5, 1.0))
    execution = Execution(plan, ignore).run()
    half, whole = (execution.value(row.evaluation) for row in plan.rows)
    assert whole.per_user["events"].sum() == execution.value(plan.fold).count("validation")
    assert 0 < half.per_user["events"].sum() < whole.per_user["events"].sum()


def test_questions_in_shards_give_the_rankings_of_all_at_once(recipe, tmp_path):
    plan = compile_plan(load_recipe(recipe | EACH), Store(tmp_path))
    execution = Execution(plan, ignore).run()
    step, store = plan.final.ranking, plan.store
    right, noted = execution.value(step), store.meta(step.fingerprint).notes
    assert noted["questions"] == len(right) > noted["users"]
    store.discard(step.fingerprint)
    shards = shards_of(step, store, 3, 1)
    for shard in shards:
        compute(shard, store)
    again = compute(step, store, shards=shards)
    assert again.meta.notes == noted
    assert (again.value.items == right.items).all()
    assert (again.value.users == right.users).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"split": {"use": "random"}},
            "splitter 'random' tests events of a user before others that it fits on",
        ),
        ({"split": {"use": "k-fold", "folds": 2}}, "use 'temporal', 'user-temporal', 'leave-one-out' or"),
    ],
)
def test_a_split_without_regard_to_time_is_refused_before_anything_runs(recipe, change, said):
    recipe["data"] |= change
    with pytest.raises(RecipeError, match=said):
        load_recipe(recipe | EACH)


def test_a_source_without_times_is_refused_with_what_would_be_right(recipe, tmp_path):
    (tmp_path / "e.csv").write_text("user_id,item_id\na,1\na,2\nb,1\nb,2\n")
    recipe["data"] = {"source": {"use": "files", "interactions": str(tmp_path / "e.csv")}, "split": "column"}
    with pytest.raises(RecipeError, match=r"ask: each-event needs .*name the column of times"):
        load_recipe(recipe | EACH)


def test_a_metric_of_predicted_ratings_is_refused(recipe):
    recipe["branches"], recipe["fuse"] = {"mf": {"rank": "biased-mf"}}, None
    with pytest.raises(RecipeError, match=r"metric 'rmse' compares every rating with one prediction"):
        load_recipe(recipe | EACH | {"evaluate": ["rmse", "ndcg@5"]})


def test_another_word_is_refused_with_those_there_are(recipe):
    with pytest.raises(RecipeError, match="ask: must be one of each-user, each-event; got"):
        load_recipe(recipe | {"ask": "every-event"})


def test_a_given_split_that_is_not_in_order_is_refused_before_anything_is_fitted(recipe, tmp_path):
    (tmp_path / "e.csv").write_text(
        "user_id,item_id,timestamp,part\na,1,1,test\na,2,2,train\nb,1,1,train\nb,2,2,train\n"
    )
    source = {"use": "files", "interactions": str(tmp_path / "e.csv"), "columns": {"part": "part"}}
    recipe["data"] = {"source": source, "split": "column"}
    recipe["fuse"] = "rrf"
    with pytest.raises(DataError, match=r"1 of 1 events of the test part took place before others"):
        palate.run(recipe | EACH, folder=tmp_path / "runs", store=tmp_path / "store")
    store = Store(tmp_path / "store")
    plan = compile_plan(load_recipe(recipe | EACH), store)
    assert {step.name for step in plan.steps if step.kept and store.has(step.fingerprint)} <= {
        "data.source", "data.split",
    }  # fmt: skip
