"""`palate demo` writes data of every domain: the same for a seed, and as its README says."""

import hashlib

import numpy as np
import polars as pl
import pytest

from palate.cli import main
from palate_demo.command import DOMAINS
from palate_demo.demo import write
from palate_demo.domains import made
from palate_demo.tastes import liking, shown
from palate_demo.tastes import users as planted_users
from palate_demo.travel import _kilometres


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def demos():
    return {domain: made(domain, 40) for domain in DOMAINS}


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(domain, demos, tmp_path):
    first = tmp_path / "data"
    write(demos[domain], first, 7)
    once = digests(first)
    write(made(domain, 40), first, 7, force=True)
    assert digests(first) == once
    write(made(domain, 40, seed=8), first, 8, force=True)
    again = digests(first)
    assert set(again) == set(once)
    assert not set(again.values()) & set(once.values())


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_readme_names_every_file_and_both_commands(domain, demos, tmp_path):
    demo = demos[domain]
    write(demo, tmp_path / "data", 7)
    text = (tmp_path / "data" / "README.md").read_text(encoding="utf-8")
    for name, table in demo.tables.items():
        assert f"- `{name}`: " in text
        assert f"({table.height:,} rows: {', '.join(table.columns)})" in text
    assert f"palate run {domain} --set data.source.folder={tmp_path / 'data'}" in text
    assert f"palate recommend runs/{domain}-* --user {demo.user}" in text
    assert demo.user in set(demo.tables["events.csv"]["user"]) | {"u001", "u01"}


@pytest.mark.parametrize("domain", DOMAINS)
def test_texts_are_in_english_and_in_chinese(domain, demos):
    items = demos[domain].tables["items.csv"]
    chinese = items["description"].str.contains(r"\p{Han}").to_numpy()
    assert np.array_equal(chinese, (items["language"] == "zh").to_numpy())
    assert 0.15 < chinese.mean() < 0.65
    assert items["title"].n_unique() == len(items)


def test_the_command_writes_and_says_how_to_go_on(tmp_path, capsys):
    folder = tmp_path / "data"
    assert main(["demo", "travel", str(folder), "--users", "20"]) == 0
    said = capsys.readouterr()
    assert said.out == f"palate run travel --set data.source.folder={folder}\n"
    assert "events.csv (320 rows)" in said.err
    assert main(["demo", "travel", str(folder), "--users", "20"]) != 0
    assert "is not empty; name another folder, or give --force" in capsys.readouterr().err


def test_a_sold_out_product_is_not_seen_after_it_was(demos):
    tables = demos["shop"].tables
    gone = tables["items.csv"].filter(pl.col("stock") == 0)["product"]
    assert len(gone) > 2
    time = pl.col("time").str.to_datetime()
    log = tables["events.csv"].with_columns(time).sort("time")
    last = log.filter(pl.col("product").is_in(gone.implode()))["time"].max()
    assert last < log["time"].quantile(0.75)


def test_courses_are_begun_after_their_prerequisites_are_completed(demos):
    tables = demos["education"].tables
    needs = dict(tables["items.csv"].select("course", "prerequisites").iter_rows())
    completed: dict[str, dict[str, str]] = {}
    asked = 0
    for user, course, event, time in tables["events.csv"].iter_rows():
        done = completed.setdefault(user, {})
        if event == "complete":
            done[course] = time
        elif event == "enrol" and needs[course]:
            asked += 1
            assert all(done.get(each, "9") <= time for each in needs[course].split("|"))
    assert asked > 10


def test_an_article_is_shown_only_after_it_is_published_and_once_to_a_user(demos):
    tables = demos["news"].tables
    log = tables["events.csv"].join(tables["items.csv"].select("article", "published"), on="article")
    assert (log["published"] <= log["time"]).all()
    assert not log.select("user", "article").is_duplicated().any()


def test_places_are_visited_near_home_and_in_season(demos):
    tables = demos["travel"].tables
    place = tables["items.csv"].rename({"latitude": "north", "longitude": "east"})
    log = tables["events.csv"].join(place, on="place").join(tables["users.csv"], on="user")
    homes, spots = log.select("latitude", "longitude").to_numpy(), log.select("north", "east").to_numpy()
    away = np.array([_kilometres(homes[[at]], spots[[at]])[0, 0] for at in range(len(log))])
    assert np.median(away) < 300
    for time, months in log.select("time", "months").iter_rows():
        assert not months or str(int(time[5:7])) in months.split("|")


def test_views_are_watched_by_how_much_they_are_liked(demos):
    demo = demos["video"]
    items, log = demo.tables["items.csv"], demo.tables["events.csv"]
    place = {code: at for at, code in enumerate(items["video"])}
    users = {f"u{at + 1:02}": at for at in range(40)}
    row = [users[each] for each in log["user"]]
    column = [place[each] for each in log["video"]]
    share = log["watched"].to_numpy() / items["duration"].to_numpy()[column]
    assert share.max() <= 1
    assert np.corrcoef(demo.likings[row, column], share)[0, 1] > 0.5


def test_half_of_the_plays_in_music_are_of_tracks_played_before(demos):
    log = demos["music"].tables["events.csv"]
    again = 1 - log.select("user", "track").n_unique() / log.height
    assert 0.35 < again < 0.55


def test_what_is_shown_follows_its_chances_and_never_is_what_has_none():
    rng = np.random.default_rng(0)
    logits = np.log(np.array([4.0, 2.0, 1.0, 0.0]) + 1e-300)
    logits[3] = -np.inf
    first = [int(shown(rng, logits, 1)[0]) for _ in range(3000)]
    assert np.allclose(np.bincount(first, minlength=4) / 3000, [4 / 7, 2 / 7, 1 / 7, 0], atol=0.04)
    assert sorted(shown(rng, logits, 9).tolist()) == [0, 1, 2]
    assert len(shown(rng, np.full(3, -np.inf), 2)) == 0


def test_liking_is_topics_styles_and_quality():
    from palate_demo.tastes import Catalogue

    people = planted_users(np.random.default_rng(1), 4, 2)
    goods = Catalogue(np.array([0, 1, 0]), np.ones((3, 3)), np.array([0.0, 0.0, 3.0]), np.arange(3))
    found = liking(people, goods)
    assert np.allclose(found[:, 2] - found[:, 0], 1.5)
    likes_first = people.topics[:, 0] > people.topics[:, 1]
    assert np.array_equal(found[:, 0] > found[:, 1], likes_first)
