"""Pictures, read back from their SVG as numbers."""

import math
import xml.etree.ElementTree as ET

import pytest

from palate.report import Html, Interval, Point, bars, histogram, intervals, line, scatter
from palate.report.frame import LETTER, WIDTH, short
from palate.report.scatter import overlap


def parsed(picture):
    assert isinstance(picture, Html)
    return ET.fromstring(picture)


def numbers(found, *names):
    return [tuple(float(node.get(name)) for name in names) for node in found]


def words(root):
    return [node.text for node in root.iter("text")]


def test_a_bar_is_as_long_as_its_value_and_says_it():
    root = parsed(bars({"half_life": 0.5, "l2": 0.25, "k": 0.0}, x="importance", form="{:.0%}".format))
    widths = [width for (width,) in numbers(root.iter("rect"), "width")]
    assert widths[0] == pytest.approx(2 * widths[1])
    assert widths[2] == 0
    assert words(root) == ["half_life", "50%", "l2", "25%", "k", "0%", "importance"]


def test_a_histogram_stands_on_zero_and_its_columns_touch():
    root = parsed(histogram([1, 4, 2], [0, 1, 2, 3], x="events", y="users"))
    boxes = numbers(root.iter("rect"), "x", "width", "height")
    assert [height / boxes[0][2] for _, _, height in boxes] == pytest.approx([1, 4, 2], rel=1e-3)
    assert boxes[1][0] - boxes[0][0] - boxes[0][1] == pytest.approx(0.6, abs=0.02)
    assert {"events", "users", "0"} <= set(words(root))


def test_the_points_of_a_scatter_fill_the_picture_wherever_the_data_lie():
    root = parsed(scatter([Point(1000.0, 0.2036), Point(1001.0, 0.2038)], x="seconds", y="ndcg@10"))
    (left, bottom), (right, top) = numbers(root.iter("circle"), "cx", "cy")
    assert right - left > 0.7 * WIDTH
    assert bottom - top > 150
    assert {"seconds", "ndcg@10"} <= set(words(root))


def test_names_in_a_scatter_do_not_overprint():
    points = [Point(1.0 + at / 1000, 0.5, f"pipeline {at}") for at in range(4)] + [Point(9.0, 0.1, "far")]
    root = parsed(scatter(points, x="seconds", y="ndcg"))
    names = [node for node in root.iter("text") if node.text in {point.name for point in points}]
    assert len(names) == 5
    places = zip(numbers(names, "x", "y"), (node.text for node in names), strict=True)
    boxes = [(x, y - 11, x + LETTER * len(text), y + 3) for (x, y), text in places]
    assert not any(overlap(a, b) for at, a in enumerate(boxes) for b in boxes[:at])
    assert all(box[0] >= 0 and box[2] <= WIDTH for box in boxes)


def test_a_name_without_room_is_under_the_pointer_alone():
    crowd = [Point(1.0, 1.0, f"{'long name ' * 3}{at}") for at in range(60)]
    root = parsed(scatter(crowd, x="x", y="y"))
    written = [node for node in root.iter("text") if "…" in node.text or "long" in node.text]
    assert 0 < len(written) < 60
    assert len([node for node in root.iter("title") if "long name" in node.text]) == 60


def test_points_that_are_not_known_or_have_no_logarithm_are_left_out():
    points = [Point(None, 1.0), Point(1.0, math.nan), Point(0.0, 1.0), Point(1.0, 1.0), Point(5.0, 2.0)]
    assert len(list(parsed(scatter(points, x="x", y="y")).iter("circle"))) == 4 - 1
    assert len(list(parsed(scatter(points, x="x", y="y", x_scale="log")).iter("circle"))) == 2


def test_several_kinds_have_a_legend_and_one_has_none():
    points = [Point(1, 1, kind="complete"), Point(2, 2, kind="failed")]
    root = parsed(scatter(points, x="x", y="y", colours={"failed": "bad"}))
    assert [node.get("class") for node in root.iter("circle")] == ["c0", "bad"]
    assert [node.get("class") for node in root.iter("rect")] == ["c0", "bad"]
    assert list(parsed(scatter(points[:1], x="x", y="y")).iter("rect")) == []


def test_steps_keep_a_value_until_the_next():
    points = [(0.0, 1.0), (2.0, 3.0)]
    root = parsed(line({"best": points}, x="trial", y="ndcg", step=True))
    (path,) = [node.get("d") for node in root.iter("path") if node.get("class", "").startswith("line")]
    assert path.startswith("M")
    assert (path.count("H"), path.count("V")) == (1, 1)
    assert path.index("H") < path.index("V")


def test_a_line_reaches_down_to_zero_where_asked():
    fitted_ = words(parsed(line({"a": [(0, 10.0), (1, 11.0)]}, x="x", y="y")))
    down = words(parsed(line({"a": [(0, 10.0), (1, 11.0)]}, x="x", y="y", from_zero=True)))
    assert "0" in down
    assert "10.0" in fitted_
    assert "5" in down
    assert "5" not in fitted_


def test_an_interval_lies_between_its_bounds_and_unknown_ones_are_left_out():
    rows = [Interval("a", 0.02, 0.01, 0.03, "good"), Interval("b", None, None, None)]
    root = parsed(intervals(rows, x="difference", band=(-0.005, 0.005)))
    ((x,),) = [numbers([node], "cx")[0:1] for node in root.iter("circle")]
    (band,) = numbers(root.iter("rect"), "x", "width")
    assert band[0] + band[1] < x[0]
    assert "b" not in words(root)
    assert "difference" in words(root)


@pytest.mark.parametrize(
    "nothing",
    [
        bars({}, x="x"), histogram([], [], x="x", y="y"), scatter([], x="x", y="y"),
        line({"a": []}, x="x", y="y"), intervals([Interval("a", 1.0, None, None)], x="x"),
        bars({"a": math.nan}, x="x"),
    ],
)  # fmt: skip
def test_where_there_is_nothing_to_draw_there_is_no_picture(nothing):
    assert nothing == ""


@pytest.mark.parametrize(
    "picture",
    [
        bars({"<b>": 1.0}, x="<x>"),
        histogram([1], [0, 1], x="<x>", y="<y>"),
        scatter([Point(1, 1, "<b>", "<k>", "<s>"), Point(2, 2, kind="<l>")], x="<x>", y="<y>"),
        line({"<a>": [(0, 1)], "<b>": [(0, 1)]}, x="<x>", y="<y>"),
        intervals([Interval("<b>", 1, 0, 2)], x="<x>"),
    ],
)
def test_text_from_the_data_stays_text_in_every_picture(picture):
    assert any("<" in (text or "") for text in words(parsed(picture)))


def test_a_long_name_is_cut_in_its_middle():
    assert short("abcdefghij", 5) == "ab…ij"
    assert short("abc", 3) == "abc"
