"""Each recipe of a domain runs on a small demo, beats popularity, and keeps its rules in every list."""

import polars as pl
import pytest

from palate.runs import run
from palate_demo.demo import write
from palate_demo.domains import made

USERS = 120
RECIPES = ("shop", "news", "social", "social-follow", "video", "education", "music", "travel")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The run of a recipe on its demo, made once."""
    room, done = tmp_path_factory.mktemp("domains"), {}

    def of(name):
        folder = room / name.partition("-")[0]
        if not folder.exists():
            write(made(folder.name, USERS), folder, 7)
        if name not in done:
            settings = {"data.source.folder": str(folder), "fuse.trials": 20}
            done[name] = run(name, settings, folder=room / "runs", store=room / "store")
        return done[name]

    return of


@pytest.mark.parametrize("name", RECIPES)
def test_it_beats_popularity(results, name):
    values = dict(results(name).metrics.select("name", "ndcg@10").iter_rows())
    last = "reranked" if "reranked" in values else "hybrid"
    assert values[last] > 1.5 * values["popularity"]


def lists(done):
    """What is recommended, with the items' attributes: in the run, to users known and unknown, to many."""
    row = "reranked" if "reranked" in set(done.metrics["name"]) else "hybrid"
    users = done.pipeline.users["id"].to_list()[:30]
    many = done.pipeline.recommend_many(users, k=15)
    alone = done.recommend(user=users[3], k=15)
    assert many.filter(pl.col("user") == users[3]).drop("user").equals(alone)
    new = done.recommend(history=[], k=15).with_columns(user=pl.lit(""))
    columns = ["user", "item"]
    every = pl.concat([done.ranking(row).select(columns), many.select(columns), new.select(columns)])
    return every.join(done.pipeline.items.frame, left_on="item", right_on="id")


def test_a_shop_recommends_only_what_is_in_stock_and_nothing_twice(results):
    done = results("shop")
    found = lists(done)
    assert (found["stock"] > 0).all()
    assert found.group_by("user").len()["len"].min() == 15, "lists are full"
    assert (done.pipeline.items.frame["stock"] == 0).any()
    user = done.pipeline.users["id"][0]
    own = done.pipeline.lookup.known(done.pipeline.lookup.user_rows([user])).masked
    had = set(done.pipeline.items.ids.gather(own.items))
    assert had
    assert not had & set(done.recommend(user=user, k=20)["item"])


def test_news_are_at_most_three_days_old(results):
    done = results("news")
    newest = pl.from_epoch(pl.Series([int(done.pipeline.seen.times.max())]))[0]
    oldest = lists(done)["published"].str.to_datetime().min()
    assert (newest - oldest).total_seconds() <= 3 * 86_400


def test_courses_come_after_their_prerequisites_and_at_most_a_level_up(results):
    done = results("education")
    items = {row["id"]: row for row in done.pipeline.items.frame.iter_rows(named=True)}
    asked = 0
    for user in done.pipeline.users["id"][:40]:
        own = done.pipeline.lookup.known(done.pipeline.lookup.user_rows([user])).history
        completed = set(done.pipeline.items.ids.gather(own.items))
        height = max((items[each]["level"] for each in completed), default=0)
        for item in done.recommend(user=user, k=10)["item"]:
            needed = {each for each in (items[item]["prerequisites"] or "").split("|") if each}
            asked += bool(needed)
            assert needed <= completed
            assert items[item]["level"] <= max(height + 1, 1)
    assert asked > 5


def test_places_are_near_home_and_open(results):
    done = results("travel")
    homes = done.pipeline.users.rename({"latitude": "north", "longitude": "east"})
    found = lists(done).join(homes, left_on="user", right_on="id")
    radians = [pl.col(name).radians() for name in ("latitude", "north")]
    cosine = (
        radians[0].sin() * radians[1].sin()
        + radians[0].cos() * radians[1].cos() * (pl.col("longitude") - pl.col("east")).radians().cos()
    )
    assert found.select((6371.0088 * cosine.clip(-1, 1).arccos()).max()).item() <= 300.01
    month = pl.from_epoch(pl.Series([int(done.pipeline.history.times.max())])).dt.month()[0]
    near = {month, month % 12 + 1}
    for months in lists(done)["months"]:
        assert not months or near & {int(each) for each in months.split("|")}


def test_music_recommends_tracks_again(results):
    done = results("music")
    user = done.pipeline.users["id"][0]
    own = done.pipeline.lookup.known(done.pipeline.lookup.user_rows([user])).masked
    had = set(done.pipeline.items.ids.gather(own.items))
    assert had & set(done.recommend(user=user, k=10)["item"])


def test_a_video_that_was_left_at_once_is_a_dislike(results):
    pipeline = results("video").pipeline
    assert pipeline.disliked is not None
    assert len(pipeline.disliked.items) > 100
    assert len(pipeline.seen.items) > len(pipeline.history.items) + len(pipeline.disliked.items)


def test_a_column_that_own_files_lack_is_named_with_those_there_are(tmp_path):
    from palate.errors import PalateError

    write(made("travel", 40), tmp_path / "data", 7)
    items = pl.read_csv(tmp_path / "data" / "items.csv").drop("months")
    items.write_csv(tmp_path / "data" / "items.csv")
    with pytest.raises(PalateError, match="needs items with the attribute 'months'; they have title, "):
        run("travel", {"data.source.folder": str(tmp_path / "data"), "fuse.trials": 5},
            folder=tmp_path / "runs", store=tmp_path / "store")  # fmt: skip


def test_files_of_ones_own_with_other_names_are_mapped_as_the_guide_says(tmp_path, monkeypatch):
    import re
    from pathlib import Path

    guide = (Path(__file__).parents[2] / "docs" / "domains.md").read_text(encoding="utf-8")
    tables = made("shop", 60).tables
    log = tables["events.csv"].with_columns(pl.col("event").replace({"cart": "basket"}))
    log = log.rename({"user": "customer", "product": "article_no", "event": "what", "time": "at"})
    items = tables["items.csv"].rename({"product": "article_no", "title": "name", "listed": "since"})
    (tmp_path / "log").mkdir()
    log.write_parquet(tmp_path / "log" / "march.parquet")
    items.write_csv(tmp_path / "catalogue.csv")
    (recipe,) = [text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "my-shop" in text]
    (tmp_path / "my-shop.yaml").write_text(recipe)
    monkeypatch.chdir(tmp_path)
    weights = {"data.feedback.weights.basket": 2, "data.feedback.weights.cart": None}
    done = run("my-shop.yaml", {"fuse.trials": 5, **weights}, store=tmp_path / "store")
    assert done.pipeline.seen.strengths.max() == 3
    stocked = set(items.filter(pl.col("stock") > 0)["article_no"])
    assert set(done.ranking("reranked")["item"]) <= stocked
