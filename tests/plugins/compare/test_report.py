import json
import re
import xml.etree.ElementTree as ET

from palate_compare.formatting import from_the_side_of, other
from palate_compare.page_pictures import forest


def row(values):
    return [json.loads(value) if value else None for value in values]


def test_the_page_opens_without_error_or_request_and_shows_the_values_of_the_json(found, browser, tmp_path):
    path = tmp_path / "report.html"
    found.to_html(path)
    events = browser.open(path)
    asked = [e["params"]["request"]["url"] for e in events if e.get("method") == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    wrong = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}
    assert [event for event in events if event.get("method") in wrong] == []

    record = found.as_dict()
    inside = browser.value("document.getElementById('values').textContent")
    assert json.loads(inside) == json.loads(json.dumps(record))
    cells = browser.value(
        "JSON.stringify([...document.querySelectorAll('[data-entry]')].map(c => "
        "[c.dataset.entry, c.dataset.metric, c.dataset.value, c.textContent]))"
    )
    shown = {(name, metric): (value, text) for name, metric, value, text in json.loads(cells)}
    values = {(e["name"], m): f["value"] for e in record["entries"] for m, f in e["metrics"].items()}
    assert shown.keys() == values.keys()
    for key, (value, text) in shown.items():
        assert float(value) == values[key]
        assert text == f"{values[key]:.4f}"
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
    body, values = found.to_html().split('<script type="application/json" id="values">')
    assert "&lt;thing&gt; " in body
    assert "<thing>" not in body
    assert "\\u003cthing> " in values
    assert "<" not in values.split("</script>")[0]


def test_the_forest_has_a_line_for_each_other_entry_coloured_by_its_verdict(found):
    drawn = ET.fromstring(forest(found.as_dict()))
    words = [node.text for node in drawn.iter("text")]
    told = [from_the_side_of(line, other(line, found.best)) for line in found.against().to_dicts()]
    assert [word for word in words if word in found.names] == [line["first"] for line in told]
    assert len(told) == len(found.names) - 1
    assert f"difference in ndcg@5 from {found.best}" in words
    kinds = {"worse": "bad", "better": "good"}
    assert [node.get("class") for node in drawn.iter("circle")] == [
        kinds.get(line["verdict"], "mark") for line in told
    ]


def test_a_recommendation_says_what_it_comes_from_where_the_pipeline_can_be_explained(found):
    first, *_ = found.as_dict()["examples"]
    entries = {entry["name"]: entry["recommended"] for entry in first["entries"]}
    ground_truth = found.entries[0].evaluations[0].run.ground_truth
    row = ground_truth.users["id"].search_sorted(first["user"])
    met = ground_truth.history.items[ground_truth.history.indptr[row] : ground_truth.history.indptr[row + 1]]
    reasons = {title for line in entries["single"] for title in line["because"]}
    assert reasons
    assert reasons <= set(ground_truth.items.titles.gather(met).to_list())
    assert all(line["because"] == [] for name in ("chance", "popularity") for line in entries[name])
    assert "because of" in found.to_html()


def test_relevant_items_are_marked(found):
    relevant = sum(
        line["relevant"]
        for each in found.as_dict()["examples"]
        for e in each["entries"]
        for line in e["recommended"]
    )
    assert relevant > 0
    assert found.to_html().count('class="right"') == relevant
