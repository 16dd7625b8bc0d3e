"""The type and the label of each event go along, for a feedback to read."""

import polars as pl
import pytest

from palate.errors import DataError
from palate_files.source import Files


@pytest.fixture
def events(tmp_path):
    """Two files of events with these columns beside `user`, `item` and `time`."""

    def put(**columns):
        for name in ("a", "b"):
            frame = pl.DataFrame({"user": [1, 2], "item": [3, 4], "time": [5, 6], **columns})
            frame.write_csv(tmp_path / f"{name}.csv")
        return [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]

    return put


def carried(paths, **options):
    frame = Files(paths, **options).load().interactions
    return {name: frame[name].to_list() for name in ("type", "label") if name in frame.columns}


def test_columns_of_the_usual_names_go_along_as_text(events):
    assert carried(events(event=["view", None], clicked=[1, 0])) == {
        "type": ["view", "view", "", ""],
        "label": ["1", "1", "0", "0"],
    }


def test_a_column_of_another_name_is_chosen_and_a_usual_one_left_out(events):
    paths = events(event=["view", "cart"], verdict=["up", "down"])
    assert carried(paths, columns={"type": None, "label": "verdict"}) == {
        "label": ["up", "up", "down", "down"]
    }


def test_a_column_that_is_a_role_already_is_not_carried_again(events):
    assert carried(events(vote=[1, -1]), columns={"rating": "vote"}) == {}


def test_a_chosen_column_that_is_not_there_is_named(events):
    with pytest.raises(DataError, match=r"`columns.type`: .* has no column 'evnt'. Did you mean 'event'\?"):
        carried(events(event=["view", "cart"]), columns={"type": "evnt"})


def test_files_of_which_one_has_no_such_column_are_refused(events, tmp_path):
    paths = events(event=["view", "cart"])
    pl.read_csv(paths[1]).drop("event").write_csv(paths[1])
    with pytest.raises(DataError, match=r"a.csv has a column for the type and .*b.csv has none"):
        carried(paths)
