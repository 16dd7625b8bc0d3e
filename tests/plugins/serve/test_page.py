"""The page at `/`, in a browser: who is asked for, what is added and taken away, and what the list does."""

import base64
import socket
import threading
import time

import polars as pl
import pytest

from palate.errors import PalateError
from palate.runs import run

pytest.importorskip("uvicorn")
SQUARE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 7"><rect width="5" height="7"/></svg>'
PICTURE = "data:image/svg+xml;base64," + base64.b64encode(SQUARE).decode()


class Address(str):
    def as_uri(self):
        return str(self)


@pytest.fixture(scope="module")
def address(shop, runs, tmp_path_factory):
    """Where a server is: the run `shop` with a picture of each item, beside it `other`."""
    import uvicorn

    from palate import serve

    recipe, folder = runs["shop"].recipe, tmp_path_factory.mktemp("page")
    things = pl.read_csv(shop / "things.csv").with_columns(pl.lit(PICTURE).alias("image"))
    things.write_csv(folder / "things.csv")
    recipe["data"]["source"]["items"] = str(folder / "things.csv")
    shown = run(recipe, folder=folder / "runs", store=folder / "store")
    app = serve.App(shown, beside=[runs["other"]], events=folder / "events.sqlite")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield Address(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def page(browser, address):
    return Page(browser, address)


class Page:
    """What a user does on the page, and what stands there then."""

    def __init__(self, browser, address, width=1200):
        self.browser, self.value = browser, browser.value
        browser.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.events = browser.open(address)
        self.until("document.querySelectorAll('#lists li').length")

    def do(self, script):
        self.value(f"{script}; 0")

    def until(self, condition):
        for _ in range(200):
            if self.value(f"!!({condition})"):
                return
            time.sleep(0.05)
        raise AssertionError(f"never: {condition}; the page says {self.value('said.textContent')!r}")

    def settled(self):
        self.until("lists.ariaBusy == 'false' && document.querySelector('.bars')")

    def type(self, place, text):
        self.do(f"{place}.value = {text!r}; {place}.dispatchEvent(new Event('input'))")

    def show(self, user):
        self.do("document.getElementById('history').replaceChildren(); lists.replaceChildren()")
        self.type("user", user)
        self.do("who.requestSubmit()")
        self.until("document.querySelectorAll('#history li').length")
        self.settled()

    @property
    def titles(self):
        rows = "[...document.querySelectorAll('#lists > div:first-child > ol > li > div')]"
        return self.value(f"{rows}.map(e => e.firstChild.textContent)")


def test_a_user_is_shown_with_history_pictures_weights_and_why(page):
    page.show("p03")
    assert page.value("document.querySelectorAll('#history li').length") > 5
    assert page.value("[...document.images].filter(e => e.naturalWidth).length") > 10
    assert "weight 0.3" in page.value("branches.textContent")
    width = "document.querySelector('.bars span').getBoundingClientRect().width"
    assert page.value(width) > 5
    assert "linear" in page.value("document.querySelector('.bars').getAttribute('aria-label')")
    assert page.value("document.querySelector('#lists details li').textContent").startswith("thing ")


def test_what_is_added_leaves_the_list_and_what_is_removed_may_come_back(page):
    page.show("p04")
    first = page.titles[0]
    page.do("document.querySelector('#lists li button').click()")
    page.until(f"document.querySelector('#history li div').firstChild.textContent == {first!r}")
    page.settled()
    assert first not in page.titles
    page.do("document.querySelector('#history li button').click()")
    page.until(f"document.querySelector('#lists li > div').firstChild.textContent == {first!r}")


def test_a_recorded_event_is_the_users_own_from_then_on(page):
    page.show("p05")
    first = page.titles[0]
    page.do("record.checked = true; document.querySelector('#lists li button').click()")
    page.until(f"document.querySelector('#history li div').firstChild.textContent == {first!r}")
    page.show("p06")
    page.show("p05")
    assert first in page.value("document.getElementById('history').textContent")
    assert first not in page.titles


def test_a_title_is_searched_for_and_its_item_added_for_a_new_user(page):
    page.type("title", "thing 7")
    page.until("document.querySelector('#found button')")
    page.do("document.querySelector('#found button').click()")
    page.until("document.querySelectorAll('#history li').length == 1")
    page.settled()
    assert "thing 7" not in page.titles
    assert page.value("empty.hidden") is True


def test_a_branch_is_switched_off_and_two_runs_stand_side_by_side(page):
    page.show("p07")
    page.do("branches.querySelector('input').click()")
    page.until(
        "[...document.querySelectorAll('.bars')].some(e => e.ariaLabel && !e.ariaLabel.includes('linear'))"
    )
    page.do("other.selectedIndex = 1; other.dispatchEvent(new Event('change'))")
    page.until("document.querySelectorAll('#lists > div').length == 2")
    assert (
        page.value("new Set([...document.querySelectorAll('#lists > div')].map(e => e.offsetLeft)).size") == 2
    )


def test_an_unknown_user_is_said_so_in_words(page):
    page.type("user", "<b>nobody</b>")
    page.do("who.requestSubmit()")
    page.until("!said.hidden")
    assert "<b>nobody</b>" in page.value("said.textContent")


def test_nothing_is_asked_of_others_and_nothing_is_wrong(page, address):
    page.show("p08")
    events = page.browser.events
    asked = [e["params"]["request"]["url"] for e in events if e.get("method") == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("data:", address))] == []
    assert [e for e in events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")] == []
    assert (
        page.value("[...document.querySelectorAll('input, select')].filter(e => !e.labels.length).length")
        == 0
    )


def test_nothing_is_wider_than_a_phone_and_buttons_can_be_hit(browser, address):
    page = Page(browser, address, 390)
    page.show("p03")
    assert page.value("document.documentElement.scrollWidth") <= 390
    heights = "[...document.querySelectorAll('button')].filter(e => e.offsetHeight).map(e => e.offsetHeight)"
    assert min(page.value(heights)) >= 36


def test_the_browser_may_run_and_load_nothing_but_what_comes_from_here(serve):
    client = serve(pictures=["https://images.example.org"])
    reply = client.get("/")
    policy = reply.headers[b"content-security-policy"].decode()
    assert "script-src 'self'; style-src 'self'" in policy
    assert "img-src 'self' data: https://images.example.org;" in policy
    assert "unsafe" not in policy
    assert b"<script>" not in reply.body
    assert b" style=" not in reply.body
    assert client.get("/page.js").headers[b"content-type"].startswith(b"text/javascript")
    assert b"--ink" in client.get("/page.css").body


def test_pictures_come_from_sites_alone(serve):
    with pytest.raises(PalateError, match="a site such as"):
        serve(pictures=["https://a.org; script-src *"])
