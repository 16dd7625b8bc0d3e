"""All pages are read, whatever the manner in which they follow one another."""

import pytest

from palate.errors import DataError
from palate_api.source import Api

MANNERS = {
    "link": {},
    "body": {},
    "cursor": {"rows": "result.events", "next": "next_cursor", "cursor": "after"},
    "page": {"page": "p"},
    "offset": {"offset": "skip"},
}
COLUMNS = {"columns": {"rating": "stars", "time": "at"}, "back_off": 0.0}

PAGE = b'[{"user": 1, "item": 2}]'


def source(shop, manner="link", **options):
    return Api(f"{shop.url}/{manner}", **{**MANNERS.get(manner, {}), **COLUMNS, **options})


@pytest.mark.parametrize("manner", MANNERS)
def test_every_event_of_every_page_is_there(shop, manner):
    found = source(shop, manner, items=f"{shop.url}/catalogue" if manner == "link" else None)
    assert found.gives() >= {"timestamps", "ratings"}
    dataset = found.load()
    assert dataset.interactions.height == 23
    assert dataset.users["id"].to_list() == ["u0", "u1", "u2", "u3", "u4"]
    assert sorted(dataset.interactions["time"])[1] == 1_704_153_600
    if manner == "link":
        assert dataset.items.frame["tags"].to_list()[3] == ["a", "b3"]


def test_the_fingerprint_is_the_same_whatever_the_manner_and_another_for_an_event_more(shop):
    first = {source(shop, manner).fingerprint() for manner in MANNERS}
    assert len(first) == 1
    shop.events.append({**shop.events[-1], "item_id": 0})
    assert source(shop).fingerprint() not in first


def test_what_was_fetched_for_the_fingerprint_is_what_is_loaded(shop):
    source(shop).fingerprint()
    asked = len(shop.site.asked)
    shop.events.pop()
    assert source(shop).load().interactions.height == 23
    assert len(shop.site.asked) == asked
    assert source(shop).load().interactions.height == 22


def test_pages_that_are_still_so_are_not_sent_again(shop):
    source(shop).load()
    shop.site.asked.clear()
    assert source(shop).load().interactions.height == 23
    assert [bool(headers.get("if-none-match")) for _, headers in shop.site.asked] == [True] * 3


def test_fewer_pages_than_before_leave_none_behind(shop, tmp_path):
    source(shop).load()
    del shop.events[8:]
    assert source(shop).load().interactions.height == 8
    assert len(list((tmp_path / "cache" / "api").rglob("*.body"))) == 1


def test_only_what_came_since_a_moment_is_asked_for_and_kept(shop):
    moment = 1_705_708_800  # 2024-01-20
    assert source(shop, "link").load(since=moment).interactions.height == 4
    assert source(shop, "since", since_parameter="after").load(since=moment).interactions.height == 4
    assert shop.site.paths[-1] == "/since?after=2024-01-20T00%3A00%3A00Z"


def test_more_pages_that_no_option_tells_how_to_ask_for_are_an_error(shop):
    with pytest.raises(DataError, match=r"has 'next_cursor', so there are more pages: .*`next: next_cursor`"):
        Api(f"{shop.url}/cursor", rows="result.events").load()


def test_pages_in_a_circle_are_an_error(shop):
    shop.faults["/link"] = [(200, {"Link": '</link>; rel="next"'}, PAGE)]
    with pytest.raises(DataError, match="page 2 is one that came before"):
        source(shop).load()


def test_a_next_page_on_another_server_is_not_asked(shop):
    shop.faults["/link"] = [
        (200, {"Link": '<http://localhost:1/x>; rel="next"'}, b'[{"user": 1, "item": 2}]')
    ]
    with pytest.raises(DataError, match=r"is said to be on another server, http://localhost:1/x"):
        source(shop).load()
