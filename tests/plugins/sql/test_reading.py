"""What is read anew, what is not, and what came since a moment."""

import sqlite3
import time

import pytest

from palate.databases import sqlite
from palate.errors import DataError
from palate_sql.source import Sql

SECOND = 1_700_000_000


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A database of three events, and what adds one."""
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "x.db"

    def add(*rows):
        with sqlite3.connect(path) as connection:
            connection.execute("create table if not exists events (user, item, time)")
            connection.executemany("insert into events values (?, ?, ?)", rows)
        connection.close()

    add(("ann", 1, 10), ("ann", 2, 20), ("bob", 1, 30))
    return path, add


def test_an_event_more_is_another_fingerprint_and_other_data(shop):
    path, add = shop
    first = Sql(database=str(path), interactions="events").fingerprint()
    add(("bob", 2, 40))
    source = Sql(database=str(path), interactions="events")
    assert source.fingerprint() != first
    assert source.load().interactions.height == 4


def test_what_is_loaded_is_what_the_fingerprint_was_of(shop):
    path, add = shop
    Sql(database=str(path), interactions="events").fingerprint()
    add(("bob", 2, 40))
    assert Sql(database=str(path), interactions="events").load().interactions.height == 3
    assert Sql(database=str(path), interactions="events").load().interactions.height == 4


def test_rows_are_not_read_again_while_nothing_was_written(shop, monkeypatch):
    path, add = shop
    monkeypatch.setattr(sqlite, "_SETTLED", -1e9)
    first = Sql(database=str(path), interactions="events").fingerprint()
    monkeypatch.setattr(Sql, "_read", lambda *given: pytest.fail("it was read again"))
    assert Sql(database=str(path), interactions="events").fingerprint() == first
    monkeypatch.undo()
    time.sleep(0.01)
    add(("bob", 2, 40))
    assert Sql(database=str(path), interactions="events").fingerprint() != first


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_tells_whether_anything_was_written(database, shop_postgres, tmp_path, monkeypatch):
    from adbc_driver_postgresql import dbapi

    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    first = Sql(database=database, interactions="events").fingerprint()
    with monkeypatch.context() as patched:
        patched.setattr(Sql, "_read", lambda *given: pytest.fail("it was read again"))
        assert Sql(database=database, interactions="events").fingerprint() == first
    with dbapi.connect(shop_postgres) as connection, connection.cursor() as cursor:
        cursor.execute("create table later as select * from events")
        cursor.execute("insert into later select * from events limit 1")
        connection.commit()
    assert Sql(database=database, interactions="events").fingerprint() == first
    assert Sql(database=database, interactions="later").fingerprint() != first


@pytest.mark.parametrize("database", ["sqlite", "duckdb", "postgresql", "sqlalchemy"], indirect=True)
def test_only_what_came_since_a_moment_is_read(database):
    source = Sql(database=database, interactions="events", items="things", columns={"time": "ts"})
    found = source.load(since=SECOND + 3600 * 590)
    assert sorted(found.interactions["time"]) == [SECOND + 3600 * n for n in range(590, 600)]
    assert len(found.items) == 25
    with pytest.raises(DataError, match="no interactions"):
        source.load(since=SECOND + 3600 * 600)


@pytest.mark.parametrize("database", ["duckdb", "postgresql"], indirect=True)
@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "date", "varchar"])
def test_moments_are_compared_by_the_type_of_the_column(database, kind):
    at = (
        f"cast('2024-01-' || (item_id + 1) as {kind})" if kind != "varchar" else "'2024-01-' || (item_id + 1)"
    )
    query = f"select user_id, item_id, {at} as time from events where item_id between 10 and 20"
    found = Sql(database=database, interactions=query).load(since=1_705_276_800)  # 2024-01-15
    assert sorted(set(found.items.ids)) == list(range(14, 21))


def test_no_file_of_the_database_is_written(folder):
    before = (folder / "shop.db").read_bytes()
    Sql(database=str(folder / "shop.db"), interactions="events").load()
    assert (folder / "shop.db").read_bytes() == before
    assert not list(folder.glob("shop.db-*"))


def test_a_row_that_does_not_read_is_named_by_its_number_and_may_be_left_out(shop):
    path, add = shop
    add((None, 3, 50))
    with pytest.raises(
        DataError, match=r"1 of 4 rows of table 'events' of .*x\.db do not read: row 4 \(no user\)"
    ):
        Sql(database=str(path), interactions="events").load()
    assert Sql(database=str(path), interactions="events", bad_rows="skip").load().interactions.height == 3
