from contextlib import closing

from palate.forgetting import Forgetting
from palate_serve.event import Event
from palate_serve.event_log import Conflict, EventLog, Post
from palate_serve.forgetting import forget
from palate_serve.known_users import KnownUsers


def log_of(path, *posts):
    log = EventLog(path)
    log.append([Post([(user, Event(item)) for user, item in pairs], 1e12, key, "d") for key, *pairs in posts])
    return log


def test_a_running_service_drops_the_user_and_keeps_the_others(tmp_path):
    log = log_of(tmp_path / "events.sqlite", ("k", ("ann", "1"), ("bob", "2")), ("l", ("bob", "3")))
    users = KnownUsers(log.hashed)
    users.apply(log.since(0))
    asked = Forgetting(("ann",), runs=(tmp_path / "run",))
    forget(asked)
    assert [(each.what, each.count) for each in asked.removals] == [("event log", 1)]
    users.apply(log.since(users.seen))
    assert list(users.events) == ["bob"]
    assert users.is_forgotten("ann")
    again = log.append(
        [Post([("ann", Event("1"))], 1e12, "k", "d"), Post([("bob", Event("3"))], 1e12, "l", "d")]
    )
    assert isinstance(again[0], Conflict)
    assert again[1] == (3, True)
    log.close()
    assert b"ann" not in (tmp_path / "events.sqlite").read_bytes()


def test_a_log_elsewhere_is_recognised_and_events_of_items_go_too(tmp_path):
    with closing(log_of(tmp_path / "kept.db", (None, ("ann", "1"), ("bob", "2")))):
        pass
    (tmp_path / "other.db").write_bytes(b"no log")
    asked = Forgetting((), ("2",), files=(tmp_path / "kept.db", tmp_path / "other.db"), dry=True)
    forget(asked)
    assert (asked.handled, [each.count for each in asked.removals]) == ({tmp_path / "kept.db"}, [1])
    asked.dry = False
    forget(asked)
    with closing(EventLog(tmp_path / "kept.db")) as log:
        assert [row.user for row in log.since(0) if row.kind == "event"] == ["ann"]
