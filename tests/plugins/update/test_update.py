"""`palate update`: a run with what came since, equal to one that is fitted afresh on the same data."""

import numpy as np
import polars as pl
import pytest

from palate.errors import DataError, StoreError
from palate.runs import Run
from palate.runs import run as run_recipe
from palate.store.place import store_at
from palate_update import update


def grow_source(shop):
    """Let the source read what came, too."""
    for old, new in (("events", "new"), ("items", "new_items")):
        both = [pl.read_csv(shop / f"{name}.csv") for name in (old, new)]
        pl.concat(both).write_csv(shop / f"{old}.csv")


def same_but_for_rounding(one, other):
    """Both runs have the same users and items, and their branches score alike."""
    assert one.pipeline.users.equals(other.pipeline.users)
    assert one.pipeline.items.frame.equals(other.pipeline.items.frame)
    query = one.pipeline.lookup.known(np.array([0, 7, 39]))
    for left, right in zip(one.pipeline.branches, other.pipeline.branches, strict=True):
        np.testing.assert_allclose(left.score(query), right.score(query), atol=1e-5)


def notes(run, step):
    """What is noted of a step of a run."""
    return next(each for each in run._json("steps.json") if each["name"] == step)["notes"]


def test_events_and_items_from_files_make_a_run_like_a_fresh_one_on_all_of_them(run, recipe, shop):
    updated = update(run, [shop / "new.csv"], items=shop / "new_items.csv", tune=True)
    grow_source(shop)
    fresh = run_recipe(recipe, folder=shop / "fresh")

    same_but_for_rounding(updated, fresh)
    parent = updated.lineage["parent"]
    assert (parent["run"], parent["events"], parent["items"]) == (run.folder.name, 6, 1)
    assert updated.folder.parent == run.folder.parent
    assert notes(updated, "branches.near.fit")["changed users"] < 40


def test_what_changed_is_found_once_for_all_rankers_of_a_run(run, shop, monkeypatch):
    from palate.plan import updating

    asked, change = [], updating.change
    monkeypatch.setattr(updating, "change", lambda *parts: asked.append(1) or change(*parts))

    updated = update(run, [shop / "new.csv"])

    assert len(asked) == 1
    for branch in ("near", "linear"):
        assert notes(updated, f"branches.{branch}.fit")["changed users"] > 0
    assert "data.change" not in updated.steps["name"].to_list()


def test_where_most_has_changed_a_ranker_that_counts_is_fitted_again(run, recipe, shop):
    rows = {"user": [f"u{n:03d}" for n in range(40)], "item": ["i00"] * 40, "time": range(1, 41)}
    pl.DataFrame(rows).write_csv(shop / "new.csv")

    updated = update(run, [shop / "new.csv"], late=True)

    assert "changed users" not in notes(updated, "branches.near.fit")
    same_but_for_rounding(updated, run_recipe(updated.folder / "recipe.yaml", folder=shop / "fresh"))


def test_the_grown_source_gives_the_same_run(run, recipe, shop):
    updated = update(run, [shop / "new.csv"], items=shop / "new_items.csv")
    grow_source(shop)

    same_but_for_rounding(updated, update(run, folder=shop / "other"))


def test_an_updated_run_recommends_runs_again_and_is_updated_again(run, shop, palate):
    once = update(run, [shop / "new.csv"], items=shop / "new_items.csv")
    pl.DataFrame({"user": ["zoe"], "item": ["i07"], "time": [1_700_000_000]}).write_csv(shop / "more.csv")

    twice = update(once, [shop / "more.csv"])

    assert twice.results["data"]["interactions"] == once.results["data"]["interactions"] + 1
    assert twice.recommend("zoe").height == 10
    assert twice.lineage["parent"]["run"] == once.folder.name
    assert palate("show", once.folder)[0] == 0
    same_but_for_rounding(twice, run_recipe(twice.folder / "recipe.yaml", folder=shop / "again"))


def test_the_weights_of_the_fuser_stay_unless_it_is_to_be_tuned(run, shop):
    kept = update(run, [shop / "new.csv"])
    again = update(run, [shop / "new.csv"], tune=True, folder=shop / "tuned")

    assert "fuse.tune" in kept.steps["name"].to_list()
    assert "branches.near.fit@validation" not in kept.steps["name"].to_list()
    assert "branches.near.fit@validation" in again.steps["name"].to_list()
    weights = [each.pipeline.fuser.weights_ for each in (run, kept)]
    assert weights[0] == weights[1]


def test_only_the_texts_of_new_items_are_encoded(run, shop):
    updated = update(run, [shop / "new.csv"], items=shop / "new_items.csv")

    assert notes(run, "branches.text.encode")["encoded"] == 30
    found = notes(updated, "branches.text.encode")
    assert (found["encoded"], found["reused"]) == (1, 30)


def test_what_the_store_has_lost_is_fitted_again(run, shop):
    store = store_at(None)
    for fingerprint in run.steps["fingerprint"]:
        store.discard(fingerprint)

    updated = update(run, [shop / "new.csv"])

    assert updated.pipeline.users.height == 41


def test_the_event_log_of_a_service_is_read(run, shop):
    from palate_serve.event import Event
    from palate_serve.event_log import EventLog, Post

    log = EventLog(shop / "events.sqlite")
    log.append([Post([("zoe", Event("i05", 1_700_000_000.0)), ("zoe", Event("i06", 1_700_000_001.0))], 0.0)])
    log.close()

    updated = update(run, logs=[shop / "events.sqlite"])

    assert updated.lineage["parent"]["events"] == 2
    assert "zoe" in updated.pipeline.users["id"].to_list()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"user": ["u000"], "item": ["i01"], "time": [5]}, "1 of 1 new events are older than the last one"),
        ({"user": ["u000"], "item": ["i01"]}, "have no 'time'"),
        ({"user": ["u000"], "item": ["i01"], "time": [1_700_000_000], "rating": [5.0]}, "have 'rating'"),
        ({"who": ["u000"], "what": ["i01"]}, "new.csv"),
    ],
)
def test_events_that_do_not_fit_are_one_error_and_nothing_is_written(run, shop, palate, rows, said):
    pl.DataFrame(rows).write_csv(shop / "new.csv")
    before = sorted(shop.rglob("*"))

    code, _, error = palate("update", run.folder, "--from", shop / "new.csv")

    assert code == 2
    assert said in error
    assert "Traceback" not in error
    assert sorted(path for path in shop.rglob("*") if "store" not in path.parts) == [
        path for path in before if "store" not in path.parts
    ]


def test_late_events_are_taken_where_that_is_asked_for(run, shop):
    pl.DataFrame({"user": ["u000"], "item": ["i29"], "time": [5]}).write_csv(shop / "new.csv")

    assert update(run, [shop / "new.csv"], late=True).lineage["parent"]["events"] == 1


def test_nothing_new_is_said(run, shop):
    with pytest.raises(DataError, match="nothing new: the source 'files'"):
        update(run)
    with pytest.raises(DataError, match="nothing new"):
        update(run, [shop / "events.csv"])


def test_what_is_no_run_or_is_damaged_is_refused(run, shop):
    run.pipeline.save(shop / "alone")
    for place, said in (
        (shop / "nowhere", "is not a run"),
        (shop / "events.csv", "is a file, not the folder of a run"),
        (shop / "alone", "is a pipeline without the run"),
    ):
        with pytest.raises(StoreError, match=said):
            update(place)
    (run.folder / "results.json").write_text("{}")
    with pytest.raises(StoreError, match="is damaged"):
        update(run.folder)


def test_stopped_midway_the_old_run_is_whole_and_there_is_no_new_one(run, shop, monkeypatch):
    from palate_update import updating

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(updating, "record", stop)
    with pytest.raises(KeyboardInterrupt):
        update(run, [shop / "new.csv"])

    assert [path.name for path in (shop / "runs").iterdir() if path.name != "additions"] == [run.folder.name]
    monkeypatch.undo()
    assert Run(run.folder).recommend("u001").height
    monkeypatch.setenv("PALATE_STORE", str(shop / "store"))
    assert update(run, [shop / "new.csv"]).computed == 0


def test_who_is_forgotten_leaves_what_came_too(run, shop, palate, monkeypatch):
    updated = update(run, [shop / "new.csv"])
    monkeypatch.setenv("PALATE_KEY_FILE", str(shop / "key"))
    assert palate("pseudonym", "--new-key", shop / "key")[0] == 0

    code, said, error = palate("forget", updated.folder, run.folder, "--user", "zoe")

    assert code == 0, error
    assert "additions" in said
    assert "zoe" not in Run(updated.folder).pipeline.users["id"].to_list()
    assert not any(b"zoe" in path.read_bytes() for path in (shop / "runs").rglob("*") if path.is_file())

    monkeypatch.setenv("PALATE_KEY_FILE", str(shop / "key"))
    rows = {"user": ["zoe", "abe"], "item": ["i05", "i06"], "time": [1_700_000_000, 1_700_000_001]}
    pl.DataFrame(rows).write_csv(shop / "more.csv")
    again = update(updated.folder, [shop / "more.csv"])
    assert again.lineage["parent"]["events"] == 1
    assert "zoe" not in again.pipeline.users["id"].to_list()


def test_a_database_is_asked_for_what_came_since_and_read_whole_on_request(recipe, shop):
    import sqlite3

    def write(frame):
        with sqlite3.connect(shop / "shop.db") as db:
            db.execute("CREATE TABLE IF NOT EXISTS events (user TEXT, item TEXT, time INTEGER)")
            db.executemany("INSERT INTO events VALUES (?, ?, ?)", frame.rows())
        db.close()

    write(pl.read_csv(shop / "events.csv"))
    query = "SELECT user, item, time FROM events"
    source = {"use": "sql", "database": f"sqlite:///{shop / 'shop.db'}", "interactions": query}
    recipe = recipe | {"data": recipe["data"] | {"source": source}}
    recipe["branches"] = {"near": recipe["branches"]["near"]}
    recipe.pop("fuse")
    run = run_recipe(recipe, folder=shop / "runs")
    write(pl.read_csv(shop / "new.csv"))

    updated = update(run)
    whole = update(run, reread=True, folder=shop / "whole")

    assert updated.lineage["parent"]["events"] == 6
    assert updated.recipe["data"]["source"]["use"] == "grown"
    assert whole.recipe["data"]["source"]["use"] == "sql"
    same_but_for_rounding(updated, whole)
    with pytest.raises(DataError, match="nothing new"):
        update(updated)


def test_a_service_answers_from_an_updated_run(run, shop):
    import asyncio
    import json

    from palate_serve import App

    updated = update(run, [shop / "new.csv"])
    app, sent = App(updated.folder, events=shop / "served.sqlite"), []

    async def ask():
        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        path = "/v1/users/zoe/recommendations"
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": b"k=3", "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
        }  # fmt: skip
        await app(scope, receive, send)

    asyncio.run(ask())
    app.close()
    found = json.loads(b"".join(message.get("body", b"") for message in sent))
    assert found["run"] == updated.folder.name
    assert [each["item"] for each in found["items"]] == updated.recommend("zoe", k=3)["item"].to_list()


def test_who_came_by_a_database_and_who_by_a_log_leave_all_runs(recipe, shop, palate, monkeypatch):
    import sqlite3

    from palate_serve.event import Event
    from palate_serve.event_log import EventLog, Post

    def write(rows):
        with sqlite3.connect(shop / "shop.db") as db:
            db.execute("CREATE TABLE IF NOT EXISTS events (user TEXT, item TEXT, time INTEGER)")
            db.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
        db.close()

    write(pl.read_csv(shop / "events.csv").rows())
    query = "SELECT user, item, time FROM events"
    source = {"use": "sql", "database": f"sqlite:///{shop / 'shop.db'}", "interactions": query}
    recipe = recipe | {"data": recipe["data"] | {"source": source}}
    del recipe["branches"]["text"]
    first = run_recipe(recipe, folder=shop / "runs")
    write(pl.read_csv(shop / "new.csv").rows())
    second = update(first)
    log = EventLog(shop / "runs" / "events.sqlite")
    events = [("amelie", Event("i05", 1_700_000_000.0)), ("u003", Event("i06", 1_700_000_001.0))]
    log.append([Post(events, 0.0)])
    log.close()
    third = update(second, logs=[shop / "runs" / "events.sqlite"])
    assert {"zoe", "amelie"} < set(third.pipeline.users["id"])
    monkeypatch.setenv("PALATE_KEY_FILE", str(shop / "key"))
    assert palate("pseudonym", "--new-key", shop / "key")[0] == 0

    runs = [each.folder for each in (third, second, first)]
    code, said, error = palate("-q", "forget", *runs, "--user", "zoe", "--user", "amelie")

    assert code == 0, error
    assert "updated: branches.near.fit, " in said
    assert "event log" in said
    for folder in runs:
        assert not {"zoe", "amelie"} & set(Run(folder).pipeline.users["id"])
    for place in (shop / "runs", shop / "store"):
        for path in (each for each in place.rglob("*") if each.is_file()):
            assert not any(name in path.read_bytes() for name in (b"zoe", b"amelie")), path
    with pytest.raises(DataError, match="nothing new"):  # all that is left to add is zoe's, or there already
        update(third.folder, [shop / "new.csv"], late=True)
