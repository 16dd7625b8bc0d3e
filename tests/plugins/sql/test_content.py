"""Equal content gives the same data, fingerprint and metrics from files and from every kind of database."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from palate.data.content import content_digest
from palate.runs import run
from palate_files.source import Files
from palate_sql.source import Sql

KINDS = ("sqlite", "duckdb", "postgresql", "sqlalchemy")
every_kind = pytest.mark.parametrize("database", KINDS, indirect=True)
COLUMNS = {"time": "ts", "type": "action"}


def from_files(folder):
    return Files(
        interactions=str(folder / "events.parquet"), items=str(folder / "things.parquet"), columns=COLUMNS
    )


def from_database(database, **options):
    given = {"interactions": "events", "items": "things", "columns": COLUMNS, **options}
    return Sql(database=database, **given)


@every_kind
def test_the_data_and_their_fingerprint_are_those_of_the_files(database, folder):
    source, expected = from_database(database), from_files(folder).load()
    assert source.gives() == {"timestamps", "ratings", "text"}
    assert source.fingerprint() == content_digest(expected)
    found = source.load()
    assert_frame_equal(found.interactions, expected.interactions)
    assert_frame_equal(found.items.frame, expected.items.frame, check_dtypes=False)
    assert content_digest(found) == content_digest(expected)


@every_kind
def test_a_query_is_read_like_a_table_and_the_order_of_its_rows_does_not_count(database, folder):
    mixed = "select * from events order by rating desc, item_id"
    renamed = "select item_id as id, title, year from things where item_id > 0;"
    source = from_database(database, interactions=mixed, items=renamed)
    assert source.fingerprint() == content_digest(from_files(folder).load())


@pytest.mark.parametrize("database", ["sqlite", "duckdb", "postgresql"], indirect=True)
def test_a_run_gives_the_same_metrics_and_notes_the_content(database, folder, recipe, tmp_path):
    from_sql = {"use": "sql", "database": database, "interactions": "events", "columns": COLUMNS}
    files = {"use": "files", "interactions": str(folder / "events.parquet"), "columns": COLUMNS}
    runs = []
    for source in (files, from_sql):
        recipe["data"]["source"] = source
        runs.append(run(recipe, folder=tmp_path / source["use"], store=tmp_path / "store"))
    assert_frame_equal(runs[0].metrics.drop("seconds", "peak_gb"), runs[1].metrics.drop("seconds", "peak_gb"))
    first, second = (done.lineage["data"]["content"] for done in runs)
    assert first == second != ""


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_types_of_postgresql_become_ids_times_numbers_and_lists(database):
    query = "select who as user, what as item, stars as rating, at as time from typed"
    items = "select what as id, tags, doc, day from typed"
    found = Sql(database=database, interactions=query, items=items).load()
    assert found.users["id"].to_list()[2] == "00000000-0000-0000-0000-000000000002"
    assert found.items.ids.to_list() == [5, 6, 7]
    assert found.interactions["rating"].to_list() == [0.5, 1.5, 2.5]
    assert found.interactions["time"].to_list() == [1704067200 + 86400 * n for n in range(3)]
    assert found.items.frame["tags"].to_list() == [["a", f"b {n}"] for n in range(3)]
    assert found.items.frame.schema["day"] == pl.Date


def test_values_of_several_types_in_a_column_of_sqlite_are_read_row_by_row(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("create table e (user, item, time)")
        rows = [(number, number % 7, number) for number in range(150_000)]
        connection.executemany(
            "insert into e values (?, ?, ?)", [*rows, ("ann", 3, "2024-01-01"), (5, 2.0, 9)]
        )
    connection.close()
    source = Sql(database=str(tmp_path / "x.db"), interactions="select user, item from e")
    found = source.load()
    assert found.users["id"].dtype == pl.String
    assert {"ann", "149999"} <= set(found.users["id"])
    assert len(found.items) == 7
    assert found.interactions.height == 150_002
