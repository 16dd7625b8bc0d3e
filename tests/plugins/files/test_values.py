import datetime
import logging
import math

import polars as pl
import pytest

from palate.errors import DataError
from palate_files.source import Files

MOMENT = 1704164645  # 2024-01-02 03:04:05 UTC


def times(path, **options):
    return Files(interactions=str(path), **options).load().interactions["time"].to_list()


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (f"{MOMENT}", {}),
        (f"{MOMENT}.9", {}),
        (f"{MOMENT}123", {}),
        (f"{MOMENT}123456", {}),
        (f"{MOMENT}123456789", {}),
        ("2024-01-02T03:04:05Z", {}),
        ("2024-01-02T05:04:05.25+02:00", {}),
        ("2024-01-02 03:04:05", {}),
        ("2024-01-02T03:04:05.999", {"time_format": "iso"}),
        ("02.01.2024 03:04:05", {"time_format": "%d.%m.%Y %H:%M:%S"}),
        (f"{MOMENT}000", {"time_format": "ms"}),
    ],
)
def test_a_moment_is_read_in_every_writing(put, text, options):
    assert times(put("x.csv", f"user,item,time\n1,1,{text}\n"), **options) == [MOMENT]


def test_dates_are_read_as_their_first_second(put):
    assert times(put("x.csv", "user,item,time\n1,1,1970-01-02\n")) == [86400]
    assert times(put("y.csv", "user,item,time\n1,1,3.1.1970\n"), time_format="%d.%m.%Y") == [172800]


def test_a_unit_that_is_said_is_not_guessed(put):
    assert times(put("x.csv", "user,item,time\n1,1,5000\n1,2,-1\n"), time_format="ms") == [-1, 5]


@pytest.mark.parametrize(
    "value",
    [
        datetime.datetime(2024, 1, 2, 3, 4, 5, 999),
        datetime.datetime(2024, 1, 2, 5, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        MOMENT,
        float(MOMENT),
        MOMENT * 1000,
        "2024-01-02T03:04:05Z",
    ],
)
def test_parquet_times_of_every_type_are_read(tmp_path, value):
    pl.DataFrame({"user": [1], "item": [1], "time": [value]}).write_parquet(tmp_path / "x.parquet")
    assert times(tmp_path / "x.parquet") == [MOMENT]


def test_parquet_dates_are_read(tmp_path):
    pl.DataFrame({"user": [1], "item": [1], "date": [datetime.date(1970, 1, 2)]}).write_parquet(
        tmp_path / "x.parquet"
    )
    assert times(tmp_path / "x.parquet") == [86400]


def test_times_that_nobody_knows_are_refused_with_how_to_name_their_pattern(put):
    path = put("x.csv", "user,item,time\n1,1,yesterday\n")
    with pytest.raises(DataError, match=r"column 'time' of .*such as 'yesterday'.*time_format"):
        times(path)
    with pytest.raises(DataError, match="must be auto, iso, s, ms"):
        times(path, time_format="dmy")


def test_a_time_of_day_is_no_moment(tmp_path):
    pl.DataFrame({"user": [1], "item": [1], "time": [datetime.time(3)]}).write_parquet(tmp_path / "x.parquet")
    with pytest.raises(DataError, match="no moment in time"):
        times(tmp_path / "x.parquet")


def test_an_empty_rating_is_kept_as_nan(put):
    found = Files(interactions=put("x.csv", "user,item,rating\n1,1,4\n1,2,\n")).load()
    assert found.interactions["rating"].to_list()[0] == 4.0
    assert math.isnan(found.interactions["rating"][1])


BAD = "user,item,rating,time\n1,1,4,100\n,2,4,100\n\n2,2,good,100\n2,3,5,soon\n3, 3 ,2,100\n3,4,5,100,extra\n"


def test_rows_that_do_not_read_are_counted_and_named_by_line_all_at_once(put):
    with pytest.raises(DataError) as caught:
        Files(interactions=put("x.csv", BAD)).load()
    said = str(caught.value)
    assert "4 of 6 rows of" in said
    for place in (
        "line 3 (no user)",
        "line 5 (rating 'good')",
        "line 6 (time 'soon')",
        "line 8 (too many fields)",
    ):
        assert place in said
    assert "bad_rows: skip" in said


def test_rows_that_do_not_read_may_be_left_out(put, caplog):
    with caplog.at_level(logging.WARNING):
        found = Files(interactions=put("x.csv", BAD), bad_rows="skip").load()
    assert found.interactions.rows() == [(0, 0, 4.0, 100), (1, 1, 2.0, 100)]
    assert "4 of 6 rows" in caplog.text


def test_only_the_first_lines_are_named(put):
    with pytest.raises(DataError, match=r"7 of 7 rows.*line 6 \(no item\), …"):
        Files(interactions=put("x.csv", "user,item\n" + "1,\n" * 7)).load()


def test_lines_that_are_no_json_are_named(put):
    path = put("x.jsonl", '{"user": 1, "item": 2}\n\n{"user": 1,\n{"user": 1}\n')
    with pytest.raises(DataError, match=r"2 of 3 rows.*line 3 \(no user\), line 4 \(no item\)"):
        Files(interactions=path).load()
    assert Files(interactions=path, bad_rows="skip").load().interactions.rows() == [(0, 0)]


def test_rows_of_parquet_are_named_by_number(tmp_path):
    pl.DataFrame({"user": [1, None], "item": ["a", "b"]}).write_parquet(tmp_path / "x.parquet")
    with pytest.raises(DataError, match=r"1 of 2 rows .*row 2 \(no user\)"):
        Files(interactions=str(tmp_path / "x.parquet")).load()


def test_all_files_complain_together(put):
    first, second = put("a.csv", "user,item\n1,\n"), put("b.csv", "user,item\n,1\n")
    with pytest.raises(DataError, match=r"a\.csv do not read: line 2 \(no item\); 1 of 1 rows of .*b\.csv"):
        Files(interactions=[first, second]).load()


def test_quoted_fields_may_hold_separators_and_line_breaks(put):
    found = Files(interactions=put("x.csv", 'user,item,note\n"a,b",1,"two\nlines"\n"a,b",2,\n')).load()
    assert found.users["id"].to_list() == ["a,b"]
    assert found.interactions.height == 2


def test_separators_at_the_ends_of_lines_lose_no_rows(put):
    found = Files(interactions=put("x.csv", "user,item,rating\na,1,3,\nb,2,4,\n")).load()
    assert found.interactions["rating"].to_list() == [3, 4]
    with pytest.raises(DataError, match=r"1 of 2 rows of .* do not read: line 3 \(too many fields\)"):
        Files(interactions=put("x.csv", "user,item,rating\na,1,3,\nb,2,4,5\n")).load()
