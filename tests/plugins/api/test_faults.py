"""Servers that are busy, broken, slow or cut off, and answers that are none."""

import json
import time
import traceback

import pytest

from palate.errors import DataError, MissingLibrary
from palate.registry import installed
from palate_api.source import Api

OPTIONS = {"columns": {"rating": "stars", "time": "at"}, "back_off": 0.0}
WORD = "sesame-hunter2"


def source(shop, **options):
    return Api(f"{shop.url}/link", **{**OPTIONS, **options})


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_is_busy_or_broken_is_asked_again(shop, status):
    shop.faults["/link?from=10"] = [(status, {}, b"later")] * 2
    assert source(shop).load().interactions.height == 23
    assert shop.site.paths.count("/link?from=10") == 3


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "is busy (429), 3 times"), (503, "answers with an error (503), 3 times"), (418, "answers (418)")],
)
def test_one_that_stays_so_is_an_error_with_its_number(shop, status, said):
    shop.faults["/link"] = [(status, {}, b"later")] * 9
    with pytest.raises(DataError) as caught:
        source(shop, attempts=3).load()
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"interactions: {shop.url}/link ")


def test_the_time_that_a_server_names_is_waited_for(shop):
    shop.faults["/link"] = [(429, {"Retry-After": "1"}, b"")]
    begun = time.monotonic()
    assert source(shop).load().interactions.height == 23
    assert time.monotonic() - begun >= 1


def test_none_is_asked_while_a_server_says_that_no_requests_are_left(shop):
    body = json.dumps(shop.events[:10]).encode()
    headers = {"Link": '</link?from=10>; rel="next"', "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}
    shop.faults["/link"] = [(200, headers, body)]
    begun = time.monotonic()
    assert source(shop).load().interactions.height == 23
    assert time.monotonic() - begun >= 0.9


def test_no_more_requests_a_second_are_made_than_allowed(shop):
    begun = time.monotonic()
    source(shop, per_second=20).load()
    assert time.monotonic() - begun >= 2 / 20


def test_a_line_that_is_cut_is_tried_again(shop):
    shop.faults["/link"] = [(200, {"cut": 10}, json.dumps(shop.events).encode())] * 2
    assert source(shop).load().interactions.height == 23


def test_a_server_that_does_not_answer_in_time_is_told_so(shop):
    shop.faults["/link"] = [(200, {"slow": 20}, b"[]")] * 9
    with pytest.raises(DataError, match=r"/link does not answer: .*timed out"):
        source(shop, timeout=0.1, attempts=2).load()


def test_no_server_is_told_so():
    with pytest.raises(DataError, match=r"http://127\.0\.0\.1:9/x does not answer: .*refused"):
        Api("http://127.0.0.1:9/x", attempts=1).load()


def test_a_walk_that_was_cut_off_goes_on_where_it_was(shop):
    shop.faults["/link?from=20"] = [(500, {}, b"")] * 2
    with pytest.raises(DataError, match="answers with an error"):
        source(shop, attempts=2).load()
    shop.site.asked.clear()
    assert source(shop).load().interactions.height == 23
    assert shop.site.paths == ["/link?from=20"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>Sign in</html>", "page 1 is no JSON; it begins '<html>Sign in</html>'"),
        (b'[{"a": 1}, ', "page 1 is no JSON; it begins"),
        (
            b'{"total": 3, "data": {"events": []}}',
            "the answer is the keys 'total', 'data': say where",
        ),
        (b"[1, 2]", "the answer is a list of other values"),
        (b"[]", "has no rows"),
        (b'[{"user": 1}]', "no column of .*/link is called as items usually are"),
        (b'[{"user": 1, "item": 2, "at": 5, "stars": "many"}]', r"1 of 1 rows of .*/link do not read: row 1"),
    ],
)
def test_an_answer_of_another_shape_is_told_with_its_page(shop, body, said):
    shop.faults["/link"] = [(200, {}, body)]
    with pytest.raises(DataError, match=said):
        source(shop, columns={} if b"user" in body and b"item" not in body else OPTIONS["columns"]).load()


def test_what_is_wrong_with_several_addresses_is_one_error(shop):
    shop.faults["/link"] = [(404, {}, b"")]
    shop.faults["/catalogue"] = [(404, {}, b"")]
    with pytest.raises(DataError) as caught:
        source(shop, items=f"{shop.url}/catalogue").load()
    assert str(caught.value).count("there is nothing there (404)") == 2


def test_a_token_comes_from_the_environment_and_is_in_no_message(shop, monkeypatch):
    monkeypatch.setenv("PALATE_TOKEN_127_0_0_1", WORD)
    shop.faults["/link"] = [(403, {}, WORD.encode())]
    with pytest.raises(DataError, match=r"refuses \(403\): the token that was sent is not enough") as caught:
        source(shop).load()
    assert WORD not in "".join(traceback.format_exception(caught.value))
    assert shop.site.asked[0][1]["authorization"] == f"Bearer {WORD}"
    monkeypatch.setenv("SHOP_KEY", "k")
    source(shop, token="SHOP_KEY", headers={"X-Key": "SHOP_KEY"}).load()
    assert shop.site.asked[-1][1]["authorization"] == "Bearer k"
    assert shop.site.asked[-1][1]["x-key"] == "k"


def test_without_one_a_refusal_says_which_variable_to_set(shop):
    shop.faults["/link"] = [(401, {}, b"")]
    with pytest.raises(DataError, match=r"refuses \(401\): it wants a token; set PALATE_TOKEN_127_0_0_1"):
        source(shop).load()
    with pytest.raises(DataError, match=r"the environment variable NO_SUCH, which .*, is not set"):
        source(shop, token="NO_SUCH").load()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"interactions": f"https://me:{WORD}@h/x"},
            "interactions holds a password or token, which",
        ),
        ({"interactions": f"https://h/x?api_key={WORD}"}, "interactions holds a password or token"),
        ({"interactions": "https://h/x", "token": WORD}, "token must be the name of an environment variable"),
        (
            {"interactions": "https://h/x", "headers": {"X": WORD}},
            "must be the name of an environment variable",
        ),
        ({"interactions": "events.json"}, "must be an address that begins with https://"),
    ],
)
def test_a_secret_in_a_recipe_is_refused_and_not_repeated(options, said):
    problems = installed().find("source", "api").check(options)[1]
    assert said in str(problems)
    assert WORD not in str(problems)


def test_a_library_that_is_missing_is_named_with_the_extra(shop, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(MissingLibrary, match=r'needs the library urllib3: pip install "palate\[api\]"'):
        source(shop).load()
