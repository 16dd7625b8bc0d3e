import base64
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from palate.report import Cell, Column, Html, Page, bars, element, embedded, fold, joined, prose, table


class Read(HTMLParser):
    """Tags in order, and the pieces of text within each kind of tag."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts = [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts.setdefault(tag, []).append(data)


def test_a_page_has_its_title_sections_and_blocks_in_order():
    page = Page("A title", note="small print", foot="the end")
    first = page.section("First")
    first.text("a paragraph", kind="lead")
    first.bullets(["one", "two"])
    first.table(["", "n"], [["a", 1], ["b", 2]], caption="a caption")
    read = Read(page.html())
    assert read.open == []
    assert read.texts["title"] == read.texts["h1"] == ["A title"]
    assert [read.texts[tag] for tag in ("h2", "li", "figcaption")] == [
        ["First"],
        ["one", "two"],
        ["a caption"],
    ]
    assert read.texts["p"] == ["small print", "a paragraph", "the end"]
    assert read.texts["td"] == ["a", "1", "b", "2"]


def test_all_text_is_escaped_unless_it_is_html():
    wicked = '"><script>alert(1)</script>'
    page = Page(wicked, note=wicked, foot=wicked)
    part = page.section(wicked, key=wicked)
    part.text(wicked)
    part.heading(wicked)
    part.bullets([wicked])
    part.notice(wicked)
    part.table([wicked], [[Cell(wicked, wicked, wicked, {"x": wicked})]], wicked)
    part.figure(bars({wicked: 1.0}, x=wicked), wicked)
    part.add(fold(wicked, element("b", wicked, title=wicked)))
    assert "<script>" not in page.html()
    assert [tag for tag, _ in Read(page.html()).tags if tag == "script"] == []
    assert joined(Html("<b>"), "<i>") == "<b>&lt;i&gt;"


def test_data_stand_in_the_page_as_json_which_no_text_can_end():
    page = Page("x", data={"points": {"title": "</script><script>alert(1)</script>"}})
    html = page.html()
    inside = re.search(r'<script type="application/json" id="points">(.*?)</script>', html)[1]
    assert json.loads(inside) == page.data["points"]
    assert "<" not in inside
    with pytest.raises(ValueError, match="Out of range float"):
        embedded({"x": float("nan")})


def test_a_page_asks_for_nothing_and_runs_no_script_but_its_own():
    plain = Page("x").html()
    assert re.findall(r"(?:src|href)=[\"'](?!data:|#)", plain) == []
    assert "url(" not in plain
    assert "@import" not in plain
    assert "default-src 'none'" in plain.replace("&#x27;", "'")
    assert "script-src" not in plain
    own = Page("x", script="let a = 1;").html().replace("&#x27;", "'")
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    assert f"script-src 'sha256-{digest}'" in own
    assert "<script>let a = 1;</script>" in own


def test_numbers_are_written_and_stand_on_the_right_text_on_the_left():
    read = Read(table(["name", "n", Column("said", text=True)], [["a", 12345, None], ["b", 0.5, True]]))
    assert read.texts["td"] == ["a", "12,345", "b", "0.5", "yes"]
    cells = [attrs.get("class") for tag, attrs in read.tags if tag == "td"]
    assert cells == ["text", None, "text"] * 2


def test_a_page_of_many_sections_begins_with_links_to_them():
    page = Page("x")
    for title in ("One", "Two parts", "Three", "<Four>"):
        page.section(title).text("…")
    read = Read(page.html())
    links = [attrs["href"] for tag, attrs in read.tags if tag == "a"]
    keys = [attrs["id"] for tag, attrs in read.tags if tag == "section"]
    assert links == [f"#{key}" for key in keys] == ["#one", "#two-parts", "#three", "#four"]


def test_a_picture_that_is_empty_leaves_no_trace():
    page = Page("x")
    page.section("Nothing").figure(bars({}, x="x"), "a caption")
    assert "a caption" not in page.html()


def test_a_page_is_written_whole(tmp_path):
    path = Page("ø").write(tmp_path / "deep" / "page.html")
    assert "<h1>ø</h1>" in path.read_text(encoding="utf-8")
    assert [each.name for each in path.parent.iterdir()] == ["page.html"]


def test_the_writer_stands_on_the_standard_library():
    code = "import sys; before = set(sys.modules); import palate.report; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded <= set(sys.stdlib_module_names) | {"palate"}


def test_what_stands_between_backticks_is_code():
    assert prose("add `x<y` to it") == "add <code>x&lt;y</code> to it"
    assert prose("plain") == "plain"
