"""Files of databases among other files."""

import sqlite3

import pytest

from palate.errors import DataError
from palate.paths import cache_folder
from palate.tables import Format, open_table


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table events (user, item, rating)")
        connection.execute("insert into events values ('ann', 1, 5), ('bob', -1, 4)")
    connection.close()
    return tmp_path / "shop.db"


def test_the_only_table_is_read_whatever_the_name_of_the_file(shop):
    table = open_table(shop.rename(shop.with_name("shop.csv")))
    assert (table.format, table.columns) == ("database", ("user", "item", "rating"))
    assert table.read().rows() == [("ann", 1, 5), ("bob", -1, 4)]
    assert str(table) == f"table 'events' of {shop.with_name('shop.csv')}"


def test_values_that_stand_for_none_are_none(shop):
    table = open_table(shop, Format(missing=("-1",)))
    assert table.scan(["item"]).collect().rows() == [(0, 1), (1, None)]


def test_of_several_tables_the_one_named_as_sheet_is_read(shop):
    with sqlite3.connect(shop) as connection:
        connection.execute("create table things as select item from events")
    connection.close()
    with pytest.raises(DataError, match=r"has the tables 'events', 'things': say which with `sheet`"):
        open_table(shop)
    with pytest.raises(DataError, match=r"has no table 'thing'. Did you mean 'things'\?"):
        open_table(shop, Format(sheet="thing"))
    assert open_table(shop, Format(sheet="things")).columns == ("item",)


def test_the_rows_are_fetched_once_when_wanted_and_are_gone_with_the_table(shop):
    spool = cache_folder() / "spool"
    table = open_table(shop)
    assert not spool.exists()
    table.read(), table.read()
    assert len(list(spool.iterdir())) == 1
    del table
    assert list(spool.iterdir()) == []


def test_duckdb_is_known_by_its_first_bytes(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="palate[sql] is not installed")
    with duckdb.connect(str(tmp_path / "x.bin")) as connection:
        connection.execute("create table events as select 1 as user, 2::hugeint as item")
    assert open_table(tmp_path / "x.bin").read().rows() == [(1, 2.0)]
