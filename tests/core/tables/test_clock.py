"""Moments in every usual writing; expected values from Python's datetime."""

import datetime

import polars as pl
import pytest

from palate.errors import DataError
from palate.tables.clock import Clock

DAY = datetime.datetime(2024, 3, 25, 14, 5, 6, tzinfo=datetime.UTC)
WAYS = [
    *(
        "%d.%m.%Y",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y %H:%M:%S",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%m/%d/%Y %I:%M %p",
        "%d-%m-%Y",
    ),
    *("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%SZ", "%d/%m/%y"),
    *("%d %b %Y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%m %d, %Y", "%A, %B %d, %Y"),
    *("%a, %d %b %Y %H:%M:%S +0000", "%a %b %d %H:%M:%S +0000 %Y", "%d/%b/%Y:%H:%M:%S +0000", "%Y-%m-%d"),
    *(
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%d %H:%M:%S+00:00",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S UTC",
        "%Y-%m-%d %H:%M",
    ),
]


def read(values, time_format="auto", **options):
    column = pl.Series("x", values)
    clock = Clock.of(column, time_format, "it", **options)
    return column.to_frame().select(clock.expression("x", column.dtype))["x"].to_list()


@pytest.mark.parametrize("way", WAYS)
def test_text_is_read_in_the_writing_that_it_has(way):
    written = DAY.strftime(way)
    kept = datetime.datetime.strptime(written, way).replace(tzinfo=datetime.UTC)
    assert read([written, written]) == [int(kept.timestamp())] * 2


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2020-09-13 12:26:40,123", 1600000000),
        ("Sun Sep 13 2020 14:26:40 GMT+0200 (Coordinated Universal Time)", 1600000000),
        ("[13/Sep/2020:12:26:40 +0000]", 1600000000),
        ("20200913T122640.000Z", 1600000000),
        ("September 13, 2020 at 12:26 PM", 1599999960),
        ("Sun, Sep 13 2020", 1599955200),
        ("13-09-20 12:26:40", 1600000000),
    ],
)
def test_times_are_read_as_programs_write_them(text, seconds):
    assert read([text, text]) == [seconds] * 2


def test_offsets_of_zones_count():
    assert read(["2024-03-25T14:05:06+09:00", "2024-03-25T14:05:06.5-02:00"]) == [1711343106, 1711382706]


def test_writings_of_one_standard_may_be_mixed():
    assert read(["1970-01-02", "1970-01-02 00:00:05", "1970-01-02T00:00:05Z"]) == [86400, 86405, 86405]


def test_days_as_excel_counts_them_and_years_are_reported():
    assert read([44197.0, 44197.5]) == [1609459200, 1609502400]  # 2021-01-01, and noon
    assert read(["44197,5"]) == [1609502400]
    assert "Excel" in Clock.of(pl.Series([44197.0]), "auto", "it").guessed
    assert read(["2020", "2021"]) == [1577836800, 1609459200]
    assert Clock.of(pl.Series(["2020"]), "auto", "it").guessed == "years"


def test_days_since_1970_may_be_said():
    assert read([1.0, 2.5], "days") == [86400, 216000]
    assert read(["44197"], "s") == [44197]


def test_day_and_month_are_told_apart_by_any_value_of_the_column():
    first = ["01/02/2024", "03/04/2024"]
    with pytest.raises(DataError, match=r"time_format: '%d/%m/%Y'` or `time_format: '%m/%d/%Y'"):
        read(first)
    later = pl.Series([*first, "05/25/2024"])
    assert read(first, more=lambda: later) == [1704153600, 1709510400]  # 2 January, 4 March
    assert read(first, "%d/%m/%Y") == [1706745600, 1712102400]
