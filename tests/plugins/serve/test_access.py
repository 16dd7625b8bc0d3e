"""Who may ask what, how often, and from where."""

import pytest

from palate.errors import PalateError
from palate.serve import Limits, Tokens
from palate_serve.settings import Settings

PLACE, EVENTS, SWAP = "/v1/recommendations", "/v1/events", "/v1/admin/run"
READ, WRITE, ADMIN = "r" * 20, "w" * 20, "a" * 20
TOKENS = Tokens(READ, WRITE, ADMIN)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("token", "reads", "writes", "swaps"),
    [
        (None, 401, 401, 401),
        ("wrong" * 4, 401, 401, 401),
        ("ключ", 401, 401, 401),
        (READ, 200, 403, 403),
        (WRITE, 200, 200, 403),
        (ADMIN, 200, 200, 422),
    ],
)
def test_a_token_opens_its_scope_and_those_below(serve, token, reads, writes, swaps):
    client = serve(tokens=TOKENS)
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    assert client.post(PLACE, {"k": 1}, headers=headers).status == reads
    assert client.post(EVENTS, {"user": "u", "item": 1}, headers=headers).status == writes
    assert client.delete("/v1/users/p01", headers=headers).status == writes
    assert client.post(SWAP, {"run": "nope"}, headers=headers).status == swaps
    assert client.get("/metrics", headers=headers).status == reads
    assert client.get("/health").status == 200


@pytest.mark.parametrize("header", ["Basic " + READ, "Bearer", "Bearer ", READ, "bearer " + READ + "x"])
def test_what_is_no_token_opens_nothing(serve, header):
    assert serve(tokens=TOKENS).post(PLACE, {}, headers={"Authorization": header}).status == 401


def test_a_body_is_not_read_for_who_may_not_ask(serve):
    assert serve(tokens=TOKENS).ask("POST", PLACE, raw=b"{").status == 401


def test_tokens_are_read_from_a_file_or_the_environment(tmp_path):
    file = tmp_path / "tokens"
    file.write_text(f"# ours\nread: {READ}\n\nadmin: {ADMIN}\n")
    known = {"PALATE_SERVE_WRITE_TOKEN": WRITE, "PALATE_SERVE_READ_TOKEN": "x" * 20}
    assert Tokens.read_from(file, known) == TOKENS
    assert not Tokens.read_from(None, {})
    assert READ not in repr(TOKENS)


@pytest.mark.parametrize(
    ("text", "said"),
    [("read " + READ, "line 1"), ("reed: " + READ, "line 1"), ("read: short", "at least 16")],
)
def test_a_file_of_tokens_that_says_something_else_is_refused(tmp_path, text, said):
    file = tmp_path / "tokens"
    file.write_text(text)
    with pytest.raises(PalateError, match=said):
        Tokens.read_from(file, {})


def test_who_asks_too_often_is_told_to_wait(serve):
    client = serve(limits=Limits(rate=1.0))
    statuses = [client.post(PLACE, {"k": 1}).status for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    refused = client.post(PLACE, {"k": 1})
    assert int(refused.headers[b"retry-after"]) >= 1
    assert client.get("/health").status == 200


def test_no_more_are_answered_at_once_than_is_allowed(serve):
    client = serve(limits=Limits(concurrency=0))
    assert client.post(PLACE, {"k": 1}).status == 429


def test_other_sites_may_not_ask_from_a_browser_unless_they_are_named(serve):
    asks = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    closed = serve().ask("OPTIONS", PLACE, headers=asks)
    assert b"access-control-allow-origin" not in closed.headers
    client = serve(origins=["https://shop.example"])
    assert (
        client.ask("OPTIONS", PLACE, headers=asks).headers[b"access-control-allow-origin"]
        == asks["Origin"].encode()
    )
    answer = client.post(PLACE, {"k": 1}, headers={"Origin": "https://shop.example"})
    assert answer.headers[b"access-control-allow-origin"] == b"https://shop.example"
    other = client.post(PLACE, {"k": 1}, headers={"Origin": "https://evil.example"})
    assert b"access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    ("host", "status"), [("localhost:8000", 200), ("[::1]:8000", 200), ("evil.example", 421)]
)
def test_a_name_that_leads_here_by_a_trick_is_not_answered(serve, host, status):
    client = serve(hosts=("localhost", "127.0.0.1", "::1"))
    assert client.post(PLACE, {"k": 1}, headers={"Host": host}).status == status


def test_nothing_is_kept_by_a_cache_or_read_as_another_type(serve):
    headers = serve().post(PLACE, {"k": 1}).headers
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-content-type-options"] == b"nosniff"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "shop.example"])
def test_a_server_open_to_a_network_needs_tokens_or_to_be_told(tmp_path, monkeypatch, host):
    monkeypatch.delenv("PALATE_SERVE_READ_TOKEN", raising=False)
    with pytest.raises(PalateError, match="set tokens"):
        Settings(tmp_path, host=host).check()
    assert not Settings(tmp_path, host=host, public=True).check()
    assert not Settings(tmp_path, host="127.0.0.1").check()
