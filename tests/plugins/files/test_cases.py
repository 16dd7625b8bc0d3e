"""Files on which readers have failed, with what is right (`tests/cases`)."""

from pathlib import Path

import polars as pl
import pytest

from palate.errors import DataError
from palate_files.source import Files

CASES = Path(__file__).parents[2] / "cases"


def load(file, items=None, **options):
    return Files(str(CASES / file), items=items and str(CASES / items), **options).load()


def test_ids_that_pandas_wrote_as_floats_are_the_catalogues_whole_numbers(caplog):
    found = load("01-float-ids/events.csv", "01-float-ids/items.csv")
    assert found.items.ids.to_list() == list(range(10, 50))
    assert found.items.titles[0] == "Amber delta"
    assert not caplog.records


@pytest.mark.parametrize("end", ["", "-utf8"])
def test_files_of_a_european_spreadsheet_are_read(end):
    columns = {"user": "Kunde", "item": "Artikel", "rating": "Note", "time": "Datum"}
    files = (f"02-european-csv/bewertungen{end}.csv", f"02-european-csv/artikel{end}.csv")
    found = load(*files, columns=columns, item_columns={"id": "Artikel"})
    assert (found.interactions.height, len(found.items)) == (716, 40)
    first = found.items.frame.filter(pl.col("id") == "Bücherregal-12").row(0, named=True)
    assert (first["Titel"], first["Preis"]) == ("Größe 12; Maple juniper", 12.99)
    # The first line of the file: K031;Bücherregal-5;5,1;01.01.2021 00:00
    user = found.users["id"].index_of("K031")
    item = found.items.ids.index_of("Bücherregal-5")
    rows = found.interactions.filter((pl.col("user") == user) & (pl.col("item") == item))
    assert (pytest.approx(5.1), 1609459200) in rows.select("rating", "time").rows()


def test_lists_of_objects_are_read_as_their_names(caplog):
    bars = load("11-genre-lists/ratings.csv", "11-genre-lists/movies-bar.csv", lists={"genres": "|"})
    for catalogue in ("movies.csv", "movies.jsonl"):
        found = load("11-genre-lists/ratings.csv", f"11-genre-lists/{catalogue}")
        genres = dict(
            zip(found.items.ids.cast(pl.String), found.items.frame["genres"].to_list(), strict=True)
        )
        expected = zip(bars.items.ids.cast(pl.String), bars.items.frame["genres"].to_list(), strict=True)
        assert [item for item, words in expected if words and genres.get(item) not in (words, None)] == []
        assert genres["500"] == ["Animation", "Comedy"]
    assert "1 of 40 items with events are not in the items file, such as '507'" in caplog.text


def test_typed_columns_are_read(caplog):
    assert load("23-typed/u64.parquet").users["id"][0] == str(2**63)
    for file in ("big.csv", "big.jsonl", "arr.json", "nested.jsonl"):
        found = load(f"23-typed/{file}")
        assert found.interactions.height == 716
        assert found.users["id"].to_list() == load("23-typed/u64.parquet").users["id"].to_list()
    for file, place in (("pandas.csv", "line 7"), ("pandas.parquet", "row 6"), ("nulls.jsonl", "line 4")):
        with pytest.raises(DataError, match=rf"{place} \(no user\).*`missing`.*`bad_rows: skip`"):
            load(f"23-typed/{file}")
    assert load("23-typed/pandas.csv", bad_rows="skip").users["id"].to_list() == list(range(60))
    found = load("24-layouts/space-head.txt", "23-typed/items.parquet")
    assert found.items.frame.schema["price"] == pl.Float64


BARE = {"user": 1, "item": 2, "rating": 3, "time": 4}


@pytest.mark.parametrize(
    ("file", "options"),
    [
        ("colons-head.dat", {}),
        ("space-head.txt", {}),
        ("colons.dat", {"header": False, "columns": BARE}),
        ("space.txt", {"header": False, "columns": BARE, "separator": " "}),
        ("padded.txt", {"header": False, "columns": BARE}),
        ("bom-noheader.csv", {"header": False, "columns": BARE}),
        ("comment.csv", {}),
        ("cr.csv", {}),
        ("excel-sep.csv", {}),
        ("excel-utf16.csv", {}),
        ("bom.jsonl", {}),
        ("dup-head.csv", {}),
        ("thousands.csv", {"columns": {"rating": "count"}}),
        ("footer.csv", {"bad_rows": "skip"}),
        ("lists.jsonl", {}),
        ("basket.csv", {"columns": {"item": "items"}, "item_list": ";"}),
    ],
)
def test_every_layout_gives_the_same_716_events(file, options):
    found = load(f"24-layouts/{file}", **options)
    pairs = found.interactions.select(
        pl.lit(found.users["id"].cast(pl.String)).gather(pl.col("user")).alias("user"),
        pl.lit(found.items.ids.cast(pl.String)).gather(pl.col("item")).str.strip_prefix("p").alias("item"),
    )
    whole = load("24-layouts/space-head.txt").interactions
    assert found.interactions.height == 716
    assert pairs["user"].n_unique() == whole["user"].n_unique() == 60
    assert pairs["item"].n_unique() == whole["item"].n_unique() == 40


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("adjacency.txt", "`separator`"),
        ("matrix.csv", "`columns: {item: ...}`"),
        ("colons.dat", "`header: false`.*`columns: {user: 1, item: 2}`"),
        ("footer.csv", r"line 718 \(no time\).*`bad_rows: skip`"),
    ],
)
def test_what_is_no_table_of_events_is_refused_with_the_option_that_helps(file, said):
    with pytest.raises(DataError, match=said) as caught:
        load(f"24-layouts/{file}")
    assert "\n" not in str(caught.value)


def test_numbers_with_thousands_marks_are_those_numbers():
    found = load("24-layouts/thousands.csv", columns={"rating": "count"})
    assert set(found.interactions["rating"]) == {1234.0, 2468.0, 3702.0, 4936.0, 6170.0}
