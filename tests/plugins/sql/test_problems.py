"""What is wrong with a database is said in a sentence, all of it at once, with what would be right."""

import sys

import pytest

from palate.errors import DataError, MissingLibrary
from palate_sql.source import Sql

every_kind = pytest.mark.parametrize(
    "database", ["sqlite", "duckdb", "postgresql", "sqlalchemy"], indirect=True
)


@every_kind
def test_missing_tables_are_named_together_beside_those_that_are_there(database):
    with pytest.raises(DataError) as caught:
        Sql(database=database, interactions="event", items="thing", users="select 1 as id").load()
    said = str(caught.value)
    assert "`interactions`: there is no table 'event'. Did you mean 'events'? There are 'events'" in said
    assert "`items`: there is no table 'thing'. Did you mean 'things'?" in said


@every_kind
def test_a_query_that_fails_is_named_with_what_the_database_says(database):
    with pytest.raises(DataError, match=r"`items` cannot be read: .*nowhere") as caught:
        Sql(database=database, interactions="events", items="select nowhere from things").load()
    assert "\n" not in str(caught.value)


@every_kind
def test_a_query_without_rows_has_no_interactions(database):
    with pytest.raises(DataError, match=r"no interactions in the query `select \* from events where .*` of "):
        Sql(database=database, interactions="select * from events where ts < 0").load()


@every_kind
def test_an_unknown_column_is_named_with_those_that_are_there(database):
    with pytest.raises(DataError, match=r"`columns.time`: table 'events' of .* has no column 'when'.* 'ts'"):
        Sql(database=database, interactions="events", columns={"time": "when"}).gives()


@pytest.mark.parametrize("text", ["delete from events", "drop table events", "insert into events values (1)"])
def test_a_statement_that_is_no_query_is_refused(text, folder):
    with pytest.raises(DataError, match="`interactions` must be a table, or a query that begins with select"):
        Sql(database=str(folder / "shop.db"), interactions=text).load()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_query_that_would_write_fails_in_the_read_only_transaction(database):
    text = "with gone as (delete from events returning *) select * from gone"
    with pytest.raises(DataError, match=r"`interactions` cannot be read"):
        Sql(database=database, interactions=text).load()
    text = "select nextval('s') as user, 1 as item from events"
    with pytest.raises(DataError, match="`interactions` cannot be read"):
        Sql(database=database, interactions=text).load()
    assert Sql(database=database, interactions="events").load().interactions.height == 600


@pytest.mark.parametrize(
    ("library", "database"),
    [
        ("duckdb", "duckdb"),
        ("adbc_driver_postgresql", "postgresql"),
        ("sqlalchemy", "sqlalchemy"),
    ],
    indirect=["database"],
)
def test_a_driver_that_is_missing_is_named_with_the_extra(library, database, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match=rf'needs the library {library}.*pip install "palate\[sql\]"'):
        Sql(database=database, interactions="events").load()


def test_the_driver_of_another_database_is_named_by_itself():
    with pytest.raises(
        MissingLibrary, match=r"mysql\+pymysql://h/x needs the driver pymysql.*pip install pymysql"
    ):
        Sql(database="mysql+pymysql://h/x", interactions="events").load()


def test_sqlite_needs_no_driver(folder, monkeypatch):
    expected = Sql(database=str(folder / "shop.db"), interactions="events").fingerprint()
    monkeypatch.setitem(sys.modules, "adbc_driver_sqlite", None)
    assert Sql(database=str(folder / "shop.db"), interactions="events ").fingerprint() == expected


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("nowhere/shop.db", "there is no database file nowhere/shop.db in "),
        ("nosuch://host/x", "nosuch://host/x is no URL that SQLAlchemy opens"),
        ("postgresql://127.0.0.1:1/x", "postgresql://127.0.0.1:1/x: .*onnection"),
        ("a name/of nothing", "is no file, no URL such as"),
        ("sqlite://", "names no file"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_so(database, said):
    with pytest.raises(DataError, match=said):
        Sql(database=database, interactions="events").load()


def test_a_file_that_is_no_database_is_told_so(tmp_path):
    (tmp_path / "x.db").write_text("user,item\n")
    with pytest.raises(DataError, match=r"x\.db is no database that palate knows"):
        Sql(database=str(tmp_path / "x.db"), interactions="events").load()
    (tmp_path / "y.db").write_bytes(b"SQLite format 3\0" + b"rest" * 100)
    with pytest.raises(DataError, match=r"y\.db: .*not a database"):
        Sql(database=str(tmp_path / "y.db"), interactions="events").load()
