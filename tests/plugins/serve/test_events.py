"""Events count in the next answer, as the recipe's feedback reads them, and stay."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate import History
from palate.errors import StoreError
from palate.serve import kept_events
from palate_serve.event import Event
from palate_serve.event_log import EventLog
from palate_serve.queries import query_of
from palate_serve.served_run import ServedRun

PLACE, EVENTS = "/v1/recommendations", "/v1/events"


def test_an_item_is_masked_and_counts_from_the_next_answer_on(serve):
    client = serve()
    before = client.post(PLACE, {"user": "p03", "k": 5})
    first = before.items[0]
    kept = client.post(EVENTS, {"user": "p03", "item": first, "rating": 5})
    assert (kept.status, kept.json["accepted"]) == (200, 1)
    after = client.post(PLACE, {"user": "p03", "k": 24})
    assert first not in after.items
    assert after.json["items"][0]["score"] != before.json["items"][0]["score"]


def test_events_of_a_new_user_are_worth_what_a_history_is(serve):
    client = serve()
    for item in (1, 3, 5):
        client.post(EVENTS, {"user": "new", "item": item, "rating": 5})
    by_events = client.post(PLACE, {"user": "new", "k": 6})
    by_history = client.post(PLACE, {"history": [{"item": item, "rating": 5} for item in (1, 3, 5)], "k": 6})
    assert by_events.json["items"] == by_history.json["items"]
    assert by_events.json["known"] is True


def test_a_dislike_speaks_against_and_a_middling_rating_only_masks(serve):
    client = serve()
    liked = client.post(PLACE, {"history": [{"item": 1, "rating": 5}], "k": 24})
    and_disliked = client.post(
        PLACE, {"history": [{"item": 1, "rating": 5}, {"item": 3, "rating": 1}], "k": 24}
    )
    and_seen = client.post(PLACE, {"history": [{"item": 1, "rating": 5}, {"item": 3, "rating": 3}], "k": 24})
    assert 3 in liked.items
    assert 3 not in and_disliked.items
    scores = {item["item"]: item["score"] for item in liked.json["items"]}
    assert {item["item"]: item["score"] for item in and_seen.json["items"]} == {
        item: score for item, score in scores.items() if item != 3
    }
    assert and_disliked.json["items"] != and_seen.json["items"]


def test_events_are_read_as_the_plan_reads_them(runs, shop):
    """A user's last events, sent one by one behind a run on the earlier ones."""
    whole = runs["shop"].pipeline
    everything = pl.read_csv(shop / "events.csv").filter(pl.col("user_id") == "p07").sort("timestamp")
    row = whole.lookup.user("p07")
    before = whole.lookup.known(np.array([row], np.int32))
    known = len(before.masked.items)
    later = everything.rows(named=True)[known:]
    assert known
    assert later
    events = [Event(str(each["item_id"]), each["timestamp"], each["rating"]) for each in later]
    rows = [whole.lookup.item_row(event.item) for event in events]
    found = query_of(whole, rows, events, before)
    ratings = everything["rating"].to_numpy()
    items = np.array([whole.lookup.item_row(item) for item in everything["item_id"]])
    assert found.masked.items.tolist() == items.tolist()
    assert found.history.items.tolist() == items[ratings >= 4].tolist()
    assert found.disliked.items.tolist() == items[ratings < 3].tolist()
    assert found.users.tolist() == before.users.tolist()


def test_events_without_times_stand_behind_those_before_and_others_in_their_time():
    history = History(np.array([0, 2]), np.array([4, 5], np.int32), 9, times=np.array([10, 30]))
    lookup = type("L", (), {"latest": 30})
    pipeline = type("P", (), {"history": history, "seen": None, "feedback": None, "lookup": lookup})()
    before = type("Q", (), {"masked": history, "users": None, "rows": None})()
    events = [Event("7", 20.0), Event("8")]
    assert query_of(pipeline, [7, 8], events, before).history.items.tolist() == [4, 7, 5, 8]


def test_events_that_the_run_was_fitted_on_meanwhile_do_not_count_twice(serve):
    client = serve()
    known = client.get("/v1/users/p03").json["events"]
    before = client.post(PLACE, {"user": "p03"}).json
    again = [{"user": "p03", **{name: each[name] for name in ("item", "time", "rating")}} for each in known]
    assert client.post(EVENTS, {"events": again}).status == 200
    assert client.get("/v1/users/p03").json["events"] == known
    assert client.post(PLACE, {"user": "p03"}).json == before


def test_an_item_that_is_in_no_catalogue_is_kept_and_named(serve):
    client = serve()
    kept = client.post(EVENTS, {"user": "p03", "item": "next year's"})
    assert kept.json["unknown_items"] == ["next year's"]
    assert client.post(PLACE, {"user": "p03"}).status == 200


def test_a_key_keeps_events_once_and_other_events_under_it_are_a_conflict(serve):
    client = serve()
    key = {"Idempotency-Key": "order-17"}
    first = client.post(EVENTS, {"user": "p03", "item": 1}, headers=key).json
    again = client.post(EVENTS, {"user": "p03", "item": 1}, headers=key).json
    assert (first["duplicate"], again["duplicate"], again["last"]) == (False, True, first["last"])
    assert client.get("/v1/run").json["events"] == 1
    other = client.post(EVENTS, {"user": "p03", "item": 2}, headers=key)
    assert (other.status, other.error["field"]) == (409, "Idempotency-Key")


def test_several_events_are_kept_all_or_none(serve):
    client = serve()
    good = [{"user": "p03", "item": item} for item in (1, 2, 3)]
    assert client.post(EVENTS, {"events": good}).json["accepted"] == 3
    assert client.post(EVENTS, {"events": [*good, {"user": "p03", "item": 1, "time": 1e13}]}).status == 422
    assert client.get("/v1/run").json["events"] == 3


def test_what_one_worker_acknowledged_another_answers_with_at_once(serve, tmp_path):
    log = tmp_path / "shared.sqlite"
    one, other = serve(events=log), serve(events=log)
    for number in range(20):
        user, item = f"visitor {number % 3}", number
        asked, told = (one, other) if number % 2 else (other, one)
        assert told.post(EVENTS, {"user": user, "item": item}).status == 200
        assert item not in asked.post(PLACE, {"user": user, "k": 24}).items


def test_events_are_there_after_a_new_start(serve, tmp_path):
    log = tmp_path / "kept.sqlite"
    first = serve(events=log)
    first.post(EVENTS, {"user": "new", "item": 1, "rating": 5})
    answer = first.post(PLACE, {"user": "new"}).json
    assert serve(events=log).post(PLACE, {"user": "new"}).json == answer


def test_a_forgotten_user_is_a_new_one_everywhere_and_leaves_no_id(serve, tmp_path):
    log = tmp_path / "forgetful.sqlite"
    one, other = serve(events=log), serve(events=log)
    one.post(EVENTS, {"user": "p03", "item": 1})
    one.post(EVENTS, {"user": "a secret name", "item": 1})
    assert one.delete("/v1/users/a%20secret%20name").json == {"forgotten": "a secret name", "events": 1}
    assert one.delete("/v1/users/p03").json["events"] == 1
    nobody = one.post(PLACE, {"k": 24}).items
    for client in (one, other, serve(events=log)):
        reply = client.post(PLACE, {"user": "p03", "k": 24})
        assert (reply.json["known"], reply.items) == (False, nobody)
        assert client.get("/v1/users/p03").status == 404
        assert "p03" not in client.get("/v1/users?q=p0").json["users"]
    assert one.delete("/v1/users/p03").status == 404
    for path in tmp_path.glob("forgetful*"):
        assert b"a secret name" not in path.read_bytes()


def test_a_forgotten_user_may_come_back_and_begins_anew(serve):
    client = serve()
    client.delete("/v1/users/p03")
    client.post(EVENTS, {"user": "p03", "item": 2, "rating": 5})
    assert [event["item"] for event in client.get("/v1/users/p03").json["events"]] == [2]


def test_a_log_of_another_version_is_refused(tmp_path):
    log = EventLog(tmp_path / "log.sqlite")
    log._writing.execute("UPDATE about SET value = '99' WHERE name = 'version'")
    log.close()
    with pytest.raises(StoreError, match="event log of another version of palate"):
        EventLog(tmp_path / "log.sqlite")


def test_what_is_no_log_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes" * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        EventLog(path)
    assert path.read_text().startswith("not a database")


@pytest.fixture
def bought(opened):
    """The run with a feedback by type of event."""
    from palate_feedback.events import Events

    feedback = Events({"view": 0, "buy": 2, "hide": -1})
    return ServedRun("bought", replace(opened.pipeline, feedback=feedback))


def test_types_of_events_say_what_the_recipe_has_them_say(serve, bought):
    client = serve(bought)
    for item, kind in ((1, "buy"), (3, "view"), (5, "hide")):
        assert client.post(EVENTS, {"user": "new", "item": item, "type": kind}).status == 200
    strengths = {each["item"]: each["strength"] for each in client.get("/v1/users/new").json["events"]}
    assert strengths == {1: 2.0, 3: 0.0, 5: -1.0}
    assert not {1, 3, 5} & set(client.post(PLACE, {"user": "new", "k": 24}).items)
    told = [{"item": 1, "type": "buy"}, {"item": 3, "type": "view"}, {"item": 5, "type": "hide"}]
    assert (
        client.post(PLACE, {"history": told}).json["items"]
        == client.post(PLACE, {"user": "new"}).json["items"]
    )


def test_a_type_that_the_recipe_does_not_know_is_refused_by_its_place(serve, bought):
    client = serve(bought)
    one = client.post(EVENTS, {"user": "new", "item": 1, "type": "steal"})
    assert (one.status, one.error["field"]) == (422, "type")
    assert "'steal' has no weight" in one.error["message"]
    good, bad = ({"user": "new", "item": 1, "type": kind} for kind in ("buy", "steal"))
    assert client.post(EVENTS, {"events": [good, bad]}).error["field"] == "events[1].type"
    asked = client.post(PLACE, {"history": [{"item": 1, "type": "steal"}]})
    assert (asked.status, asked.error["field"]) == (422, "history")


def test_events_that_a_later_run_cannot_read_count_as_seen(serve, opened, bought, tmp_path):
    log = tmp_path / "log.sqlite"
    plain = serve(events=log)
    assert plain.post(EVENTS, {"user": "new", "item": 1, "rating": 5, "type": "steal"}).status == 200
    reply = serve(bought, events=log).post(PLACE, {"user": "new", "k": 24})
    assert (reply.status, reply.json["known"]) == (200, True)
    assert 1 not in reply.items


class Mute:
    """A third party's feedback that cannot tell single events apart."""

    name = "mute"

    def mark(self, dataset):
        return dataset


def test_a_feedback_without_weigh_refuses_single_events_and_old_ones_count_as_seen(serve, opened, tmp_path):
    log = tmp_path / "log.sqlite"
    serve(events=log).post(EVENTS, {"user": "new", "item": 1, "rating": 5})
    client = serve(ServedRun("mute", replace(opened.pipeline, feedback=Mute())), events=log)
    refused = client.post(EVENTS, {"user": "new", "item": 3, "rating": 5})
    assert refused.status == 422
    assert "needs `weigh`" in refused.error["message"]
    reply = client.post(PLACE, {"user": "new", "k": 24})
    assert reply.status == 200
    assert 1 not in reply.items


def test_an_item_may_be_given_by_its_title(serve):
    client = serve()
    assert client.post(EVENTS, {"user": "new", "item": "thing 7"}).json["unknown_items"] == []
    assert [each["item"] for each in client.get("/v1/users/new").json["events"]] == [7]


def test_events_that_were_kept_are_a_table_to_fit_on(serve, tmp_path):
    client = serve(events=tmp_path / "log.sqlite")
    client.post(EVENTS, {"user": "new", "item": 1, "rating": 5, "time": 1000})
    client.post(EVENTS, {"user": 7, "item": "thing 3", "time": 2000})
    client.post(EVENTS, {"user": "gone", "item": 3})
    client.delete("/v1/users/gone")
    assert kept_events(tmp_path / "log.sqlite").to_dicts() == [
        {"user": "new", "item": "1", "time": 1000, "rating": 5.0},
        {"user": "7", "item": "3", "time": 2000, "rating": None},
    ]


def test_a_table_is_made_of_nothing_but_a_log(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of the kind" * 100)
    for name in ("notes.txt", "missing"):
        with pytest.raises(StoreError, match="is no event log"):
            kept_events(tmp_path / name)
