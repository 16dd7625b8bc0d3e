import pytest

from palate.report import Interval, Page, Point, bars, histogram, intervals, line, scatter

LONG = "branches.content-with-a-long-name.aggregate.half_life"


@pytest.fixture
def path(tmp_path):
    """A page with every picture, a wide table, a long caption and a long word."""
    page = Page(LONG, note="small print", foot="the end", data={"x": [1]}, script="document.title += '!';")
    part = page.section("All")
    part.text(LONG * 3)
    part.figure(bars({LONG: 0.5}, x="importance"), "words " * 60)
    part.figure(histogram([1, 2], [0, 1, 2], x="events", y="users"), "a caption")
    part.figure(scatter([Point(1, 1, LONG), Point(2, 2, LONG)], x="seconds", y="ndcg@10"), "a caption")
    part.figure(line({"a": [(0, 1), (1, 2)]}, x="epoch", y="loss"), "a caption")
    part.figure(intervals([Interval(LONG, 1, 0, 2)], x="difference"), "a caption")
    columns = ["name", *(f"column {at}" for at in range(40)), "last"]
    part.table(columns, [[LONG, *range(40), "end"]], caption="words " * 60)
    return page.write(tmp_path / "page.html")


def shown(browser, path, width):
    browser.ask(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=True
    )
    return browser.open(path)


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_is_wider_than_the_screen_but_a_table_in_its_box(browser, path, width):
    shown(browser, path, width)
    assert browser.value("document.documentElement.scrollWidth") <= width
    wide = browser.value(
        "[...document.querySelectorAll('svg, figcaption, h1, p')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert wide == 0


@pytest.mark.parametrize("width", [390, 1200])
def test_the_last_column_of_a_wide_table_can_be_scrolled_to(browser, path, width):
    shown(browser, path, width)
    browser.value("document.querySelector('.wide').scrollLeft = 1e6")
    last = "document.querySelector('td:last-child').getBoundingClientRect()"
    assert browser.value(f"{last}.right") <= width
    assert browser.value(f"{last}.width") > 0


def test_the_text_of_a_picture_can_be_read_on_a_phone(browser, path):
    shown(browser, path, 390)
    height = browser.value(
        "Math.min(...[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height))"
    )
    assert height >= 9


def test_pictures_stand_side_by_side_on_a_wide_screen_and_one_below_another_on_a_phone(browser, path):
    places = "new Set([...document.querySelectorAll('figure.chart')].map(e => e.offsetLeft)).size"
    shown(browser, path, 390)
    assert browser.value(places) == 1
    shown(browser, path, 1200)
    assert browser.value(places) == 2


def test_a_page_asks_for_nothing_and_its_own_script_runs(browser, path):
    events = shown(browser, path, 1200)
    asked = [e["params"]["request"]["url"] for e in events if e.get("method") == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert [e for e in events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")] == []
    assert browser.value("document.title") == f"{LONG}!"
