import json
import re

import pytest


def row(values):
    return [json.loads(value) if value else None for value in values]


def test_the_page_opens_without_error_or_request_and_shows_the_figures_of_the_json(found, browser, tmp_path):
    path = tmp_path / "report.html"
    found.to_html(path)
    events = browser.open(path)
    asked = [e["params"]["request"]["url"] for e in events if e.get("method") == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    wrong = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
    assert [event for event in events if event.get("method") in wrong] == []

    record = found.as_dict()
    inside = browser.value("document.getElementById('figures').textContent")
    assert json.loads(inside) == json.loads(json.dumps(record))
    cells = browser.value(
        "JSON.stringify([...document.querySelectorAll('[data-entry]')].map(c => "
        "[c.dataset.entry, c.dataset.metric, c.dataset.value, c.textContent]))"
    )
    shown = {(name, metric): (value, text) for name, metric, value, text in json.loads(cells)}
    figures = {(e["name"], m): f["value"] for e in record["entries"] for m, f in e["metrics"].items()}
    assert shown.keys() == figures.keys()
    for key, (value, text) in shown.items():
        assert float(value) == figures[key]
        assert text == f"{figures[key]:.4f}"
    pairs = json.loads(
        browser.value(
            "JSON.stringify([...document.querySelectorAll('[data-pair]')].map(c => c.dataset.value))"
        )
    )
    assert row(pairs) == [pair["difference"] for pair in record["pairs"]]
    segments = json.loads(
        browser.value(
            "JSON.stringify([...document.querySelectorAll('[data-segment]')].map(c => c.dataset.value))"
        )
    )
    assert row(segments) == [line["mean"] for line in record["segments"]]
    assert browser.value("document.querySelector('h1').textContent") == record["verdict"][0]


def test_the_page_fits_a_phone_and_prints(found, browser, tmp_path):
    path = tmp_path / "report.html"
    found.to_html(path)
    browser.ask("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)
    browser.open(path)
    assert browser.value("document.documentElement.scrollWidth") <= 360
    import base64

    assert base64.b64decode(browser.ask("Page.printToPDF")["data"]).startswith(b"%PDF")


def test_the_page_names_nothing_outside_itself(found):
    page = found.to_html()
    assert re.findall(r"(?:src|href)=[\"'](?!data:|#)", page) == []
    assert "@import" not in page
    assert "url(" not in page


def test_text_from_the_data_stays_text(found):
    body, figures = found.to_html().split('<script type="application/json" id="figures">')
    assert "&lt;thing&gt; " in body
    assert "<thing>" not in body
    assert "\\u003cthing> " in figures
    assert "<" not in figures.split("</script>")[0]


def test_the_forest_has_a_line_for_each_other_entry_and_the_zero_lies_between_the_bands():
    from palate_compare.plots import forest

    lines = [
        {
            "first": "a",
            "difference": 0.02,
            "low": 0.01,
            "high": 0.03,
            "threshold": 0.005,
            "verdict": "better",
        },
        {"first": "b", "difference": None, "low": None, "high": None, "threshold": 0.005, "verdict": "-"},
    ]
    drawn = forest(lines)
    (mark,) = drawn["marks"]
    assert drawn["band"][0] < drawn["zero"] < drawn["band"][1] < mark["low"] < mark["x"] < mark["high"]
    assert forest(lines[1:]) is None


def test_round_marks_stand_on_every_axis():
    from palate_compare.plots import axis

    assert [text for _, text in axis([0.0, 0.4], 0, 100).ticks] == ["0", "0.2", "0.4"]
    assert [text for _, text in axis([0.05, 20.0], 0, 100, log=True).ticks] == ["0.1", "1", "10"]
    assert axis([3.0, 3.0], 0, 100).place(3.0) == pytest.approx(50)


def test_names_in_a_scatter_do_not_overprint():
    from palate_compare.plots import _overlap, scatter

    points = [(f"pipeline {at}", 1.0 + at / 1000, 0.5) for at in range(4)] + [("far", 9.0, 0.1)]
    marks = scatter(points)["marks"]
    boxes = [(m["left"], m["base"] - 10, m["left"] + 6.6 * len(m["name"]), m["base"] + 3) for m in marks]
    assert not any(_overlap(a, b) for at, a in enumerate(boxes) for b in boxes[:at])
    assert scatter([("one", 1.0, 1.0), ("unknown", None, 2.0)]) is None


def test_a_recommendation_says_what_it_comes_from_where_the_pipeline_can_be_explained(found):
    first, *_ = found.as_dict()["examples"]
    entries = {entry["name"]: entry["recommended"] for entry in first["entries"]}
    judged = found.entries[0].figures[0].run.judged
    row = judged.people["id"].search_sorted(first["user"])
    met = judged.history.items[judged.history.indptr[row] : judged.history.indptr[row + 1]]
    reasons = {title for line in entries["single"] for title in line["because"]}
    assert reasons
    assert reasons <= set(judged.items.titles.gather(met).to_list())
    assert all(line["because"] == [] for name in ("chance", "popularity") for line in entries[name])
    assert "because of" in found.to_html()


def test_a_browser_puts_a_mark_on_what_was_right(found):
    right = sum(
        line["right"]
        for each in found.as_dict()["examples"]
        for e in each["entries"]
        for line in e["recommended"]
    )
    assert right > 0
    assert found.to_html().count('<li class="right">') == right
