"""What stands out in the data is reported by every run, computed anew or not."""

import types

import pytest

import palate
from palate.registry import Registry, installed

SAID = "data.split: the rating is 0 or 1, as a label is, and 20 of 60 events (33%) with 0 count as likes"


@pytest.fixture
def heard():
    events = []
    registry: Registry = installed()
    registry.listen(types.SimpleNamespace(on_event=events.append))
    return registry, lambda: [event.message for event in events if event.what == "notice"]


@pytest.fixture
def labelled(tmp_path):
    lines = [f"u{user},i{item},{int((user + item) % 3 > 0)},{1_600_000_000 + user * 70 + item * 86_400}"
             for user in range(6) for item in range(10)]  # fmt: skip
    (tmp_path / "events.csv").write_text("\n".join(["user,item,rating,time", *lines]) + "\n")
    return {
        "recipe": 1, "name": "labelled", "branches": {"popular": {"rank": "popularity"}},
        "data": {"source": {"use": "files", "interactions": str(tmp_path / "events.csv")},
                 "split": {"use": "temporal", "test": 0.2, "validation": 0.0}},
    }  # fmt: skip


def test_a_run_reports_it_the_first_time_from_the_store_and_from_its_folder(labelled, heard, tmp_path):
    registry, notices = heard
    places = {"store": tmp_path / "store", "registry": registry}
    run = palate.run(labelled, folder=tmp_path / "one", **places)
    (said,) = notices()
    assert said.startswith(SAID)
    again = palate.run(labelled, folder=tmp_path / "two", **places)
    assert (again.computed, notices()) == (0, [said] * 2)
    palate.run(labelled, folder=tmp_path / "one", **places)
    assert notices() == [said] * 3
    assert run.warnings == [said]


def test_a_run_of_data_that_are_marked_reports_nothing(labelled, heard, tmp_path):
    registry, notices = heard
    labelled["data"]["feedback"] = "labels"
    run = palate.run(labelled, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    assert (run.warnings, notices()) == ([], [])


def test_what_the_source_found_is_among_them(labelled, heard, tmp_path):
    registry, notices = heard
    (tmp_path / "items.csv").write_text("id,title\n" + "".join(f"i{item},t\n" for item in range(9)))
    labelled["data"]["source"]["items"] = str(tmp_path / "items.csv")
    labelled["data"]["feedback"] = "labels"
    palate.run(labelled, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    (said,) = notices()
    assert said.startswith("data.source: 1 of 10 items with events are not in the items file, such as 'i9'")


def test_an_attribute_that_is_missing_in_words_is_reported_where_a_text_is_made_of_it(
    labelled, heard, tmp_path
):
    registry, notices = heard
    rows = "".join(f"i{item},t{item},{'NA' if item % 2 else 'red'},?\n" for item in range(10))
    (tmp_path / "items.csv").write_text(f"id,title,colour,other\n{rows}")
    labelled["data"]["source"]["items"] = str(tmp_path / "items.csv")
    labelled["data"]["feedback"] = "labels"
    text = {"use": "template", "template": "{title} {colour}"}
    branch = {"text": text, "encode": "hash", "aggregate": "mean", "rank": "cosine"}
    labelled["branches"] = {"words": branch}
    palate.run(labelled, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    (said,) = notices()
    assert said.startswith(
        "branches.words.text: the column 'colour' of the items has values that seem to stand for a missing "
        "one: 'NA' 5; name them"
    )


def test_what_stands_out_in_the_data_is_reported_once_for_all_folds(labelled, heard, tmp_path):
    registry, notices = heard
    labelled["data"]["split"] = {"use": "k-fold", "folds": 3, "validation": 0.0}
    palate.run(labelled, folder=tmp_path / "runs", store=tmp_path / "store", registry=registry)
    assert len([message for message in notices() if "as a label is" in message]) == 1
