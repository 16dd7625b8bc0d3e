"""The report of a small shop; every count is computed by hand from the lines below.

Users a and b have five events each and c has one; item 9 is not in the catalogue, 7 and 8 have no event.
"""

import json
import re

import pytest

from palate.cli import main
from palate.errors import RecipeError
from palate.registry import installed
from palate_data.counts import density, overlap
from palate_data.gather import gathered
from palate_data.page import page
from palate_data.record import record

EVENTS = """\
user,item,rating,time,colour
a,1,1,1600000000,red
a,2,0,1600086400,red
a,3,1,1600172800,red

a,4,1,1600259200,red
a,1,1,1600345600,red
b,1,0,1600000000,red
b,2,1,1600086400,red
b,3,0,1600172800,red
b,9,1,1600259200,red
b,4,1,1600345600,red
c,1,1,1600345600,red
"""
ITEMS = "id,title,year\n1,one,1990\n2,two,1991\n3,three,1992\n4,four,1993\n7,seven,1994\n8,eight,1995\n"


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "items.csv").write_text(ITEMS)
    (tmp_path / "shop.yaml").write_text(
        "recipe: 1\nname: shop\ndata:\n"
        "  source: {use: files, interactions: events.csv, items: items.csv}\n"
        "  clean: [drop-duplicates, {use: min-interactions, users: 2, items: 1}]\n"
        "  split: {use: temporal, test: 0.25, validation: 0}\n"
        "branches:\n  words:\n    text: {use: template, template: '{title}'}\n    encode: hash\n"
        "    aggregate: mean\n    rank: cosine\n"
    )
    return tmp_path / "shop.yaml"


@pytest.fixture
def found(recipe):
    return gathered(recipe, [], installed())


def test_each_step_is_told_with_its_events_users_and_items(found):
    sizes = {stage.name: (stage.size.events, stage.size.users, stage.size.items) for stage in found.stages}
    assert sizes == {
        "source files": (11, 3, 5),
        "cleaner drop-duplicates": (10, 3, 5),
        "cleaner min-interactions": (9, 2, 5),
    }


def test_files_are_told_with_their_lines_and_the_columns_that_nothing_reads(found):
    told = [(file.what, file.lines, file.unused) for file in found.files]
    assert told == [("interactions", 11, ("colour",)), ("items", 6, ("year",))]


def test_lines_that_were_not_read_are_a_warning(recipe, tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS + "d,1,1,soon,red\n")
    found = gathered(recipe, ["data.source.bad_rows=skip"], installed())
    (finding,) = [each for each in found.findings if each.code == "lines"]
    assert finding.message.startswith(
        "the files of interactions have 12 lines of data, and 11 events were read"
    )


def test_parts_and_their_overlap_are_counted(found):
    sizes = {part.name: (part.size.events, part.size.users, part.size.items) for part in found.parts}
    assert sizes == {"train": (6, 2, 3), "test": (3, 2, 2)}
    assert overlap(found.dataset, found.fold) == {"users": 1.0, "items": 0.0, "pairs": 0.0}
    assert density(found.dataset) == 9 / (2 * 5)


def test_of_several_folds_the_last_is_told(recipe, capsys):
    assert main(["data", "shop.yaml", "--set", "data.split={use: k-fold, folds: 3}"]) == 0
    assert "last fold" in capsys.readouterr().out


def test_what_stands_out_is_told_warnings_first(found):
    codes = [finding.code for finding in found.findings]
    assert codes.index("label") < codes.index("idle-items")
    messages = "\n".join(finding.message for finding in found.findings)
    assert "the rating is 0 or 1, as a label is, and 3 of 9 events (33%) with 0 count as likes" in messages
    assert "2 of 7 items (29%) have no event" in messages
    assert "1 of 5 items with events (20%) have no attribute at all, such as 9" in messages


def test_a_feedback_is_a_step_and_its_likes_are_counted(recipe):
    found = gathered(recipe, ["data.feedback=labels"], installed())
    assert [stage.name for stage in found.stages][-1] == "feedback labels"
    assert (found.stages[-1].size.events, found.stages[-1].size.likes) == (9, 6)
    assert "label" not in {finding.code for finding in found.findings}


def test_the_json_has_all_of_it(found):
    told = json.loads(json.dumps(record(found)))
    assert told["stages"][0] == {"name": "source files", "events": 11, "users": 3, "items": 5, "likes": 11}
    assert told["catalogue"] == {"items": 7, "users": 3}
    assert told["times"] == {"first": 1600000000, "last": 1600345600}
    assert told["events_per_user"]["most"] == 5
    assert {finding["level"] for finding in told["findings"]} == {"warning", "note"}


def test_the_page_is_sound_and_has_a_picture_of_each_kind(found):
    text = page(found).html()
    captions = " ".join(re.findall("<figcaption>(.*?)</figcaption>", text))
    for said in (
        "Events over time",
        "The long tail",
        "length of their history",
        "most active users",
        "overlaps",
    ):
        assert said in captions
    assert text.count("<svg") == 7
    assert "count as likes" in text


def test_the_command_prints_it_and_writes_files_by_their_suffix(recipe, tmp_path, capsys):
    assert main(["data", "shop.yaml", "-o", "r.html", "-o", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "cleaner min-interactions" in out
    assert "warning: the rating is 0 or 1" in out
    assert json.loads((tmp_path / "r.json").read_text())["recipe"] == "shop"
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    assert main(["data", "shop.yaml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == "files"


def test_nothing_is_kept_and_mistakes_are_told_as_by_a_run(recipe, tmp_path, capsys):
    with pytest.raises(RecipeError, match="there is no splitter"):
        gathered(recipe, ["data.split=tempral"], installed())
    assert main(["data", "shop.yaml", "--set", "data.split=tempral"]) == 2
    assert "Did you mean 'temporal'?" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.csv", "items.csv", "shop.yaml"]


def test_data_without_times_or_files_are_told_too(shop, capsys):
    source = f"data.source={{use: files, interactions: {shop / 'events.csv'}, columns: {{time: null}}}}"
    assert main(["data", "popularity", "--set", source, "--set", "data.split={use: random, test: 0.2}"]) == 0
    assert "events per user" in capsys.readouterr().out
