import pytest

from palate_profile.branches import interest_branch
from palate_profile.interest_map import interest_map
from palate_profile.map_page import map_page


@pytest.mark.parametrize("width", [390, 1200])
def test_the_map_is_drawn_fits_the_screen_and_shows_a_title_under_the_pointer(made, browser, tmp_path, width):
    pipeline = made().pipeline
    drawn = interest_map(pipeline, interest_branch(pipeline))
    path = map_page(drawn).write(tmp_path / "map.html")
    browser.ask(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=True
    )
    events = browser.open(path)
    assert [e for e in events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")] == []
    assert browser.value("document.documentElement.scrollWidth") <= width
    inked = "pen.getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0)"
    assert browser.value(inked) is True
    text = browser.value("show(across(points[3]), down(points[3])); label.textContent")
    assert text in [*drawn.item_labels, *drawn.user_labels]
    browser.value("document.querySelectorAll('input').forEach(box => box.click()); 0")
    assert browser.value("nearest(across(points[3]), down(points[3]))") is None
