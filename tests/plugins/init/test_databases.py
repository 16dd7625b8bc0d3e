"""A first recipe for tables of a database."""

import sqlite3

import pytest

from palate.cli import main
from palate.errors import DataError
from palate.recipe import load_recipe
from palate_init.guess import guess_in


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """shop.db in the current folder: a log with -1 for no rating, and a catalogue with NA."""
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect("shop.db") as connection:
        connection.execute("create table log (who, what, stars, at)")
        rows = [
            (f"p{n % 12}", n % 9 + 20, -1 if n == 7 else n % 5 + 1, f"2024-01-{n % 28 + 1:02}")
            for n in range(150)
        ]
        connection.executemany("insert into log values (?, ?, ?, ?)", rows)
        connection.execute("create table wares (code, name)")
        wares = [(n + 20, "NA" if n == 3 else f"thing of kind {n}") for n in range(9)]
        connection.executemany("insert into wares values (?, ?)", wares)
    connection.close()
    return tmp_path


def test_the_recipe_names_the_database_and_runs(shop, capsys):
    assert main(["init", "shop.db", "log", "wares"]) == 0
    source = load_recipe(shop / "recipe.yaml").source
    assert source.name == "sql"
    said = source.options
    assert (said["database"], said["interactions"], said["items"]) == ("shop.db", "log", "wares")
    assert said["columns"] == {"user": "who", "item": "what", "rating": "stars", "time": "at"}
    assert said["item_columns"] == {"id": "code", "title": "name"}
    assert set(said["missing"]) == {"NA", -1}
    assert main(["run", "recipe.yaml", "-q", "--set", "branches.content=null"]) == 0


def test_a_query_is_written_as_it_was_given(shop):
    query = "select who as user, what as item\nfrom log where stars > 2"
    made = guess_in("sqlite:///shop.db", query)
    (shop / "made.yaml").write_text(made.text())
    recipe = load_recipe(shop / "made.yaml")
    assert recipe.source.options["interactions"].split() == query.split()
    assert recipe.name == "select-who-as-user-what-as-item-from-log"


def test_the_only_table_needs_no_name_and_of_several_one_must_be_named(shop):
    with pytest.raises(
        DataError, match=r"has the tables 'log', 'wares': say which .* `palate init shop\.db TABLE`"
    ):
        guess_in("shop.db")
    with sqlite3.connect("shop.db") as connection:
        connection.execute("drop table wares")
    connection.close()
    assert "interactions: log" in guess_in("shop.db").text()


def test_a_password_is_refused_and_not_repeated(shop, capsys):
    assert main(["init", "postgresql://me:hunter2@host/shop", "log"]) != 0
    said = capsys.readouterr().err
    assert "does not belong in a recipe" in said
    assert "hunter2" not in said
    assert not (shop / "recipe.yaml").exists()


def test_three_files_are_one_too_many(shop, capsys):
    (shop / "x.csv").write_text("user,item\na,1\n")
    assert main(["init", "x.csv", "x.csv", "x.csv"]) != 0
    assert "x.csv is no database" in capsys.readouterr().err


def test_a_connection_to_postgresql_is_named_in_the_recipe(postgres, shop, monkeypatch):
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("create schema init")
        cursor.execute(
            "create table init.log as select n % 12 as user_id, n % 9 as item_id, "
            "timestamptz '2024-01-01' + n * interval '1 hour' as at from generate_series(1, 150) as n"
        )
        connection.commit()
    monkeypatch.setenv("PALATE_DATABASE_WAREHOUSE", postgres)
    assert main(["init", "warehouse", "init.log"]) == 0
    text = (shop / "recipe.yaml").read_text()
    assert "database: warehouse" in text
    assert "swordfish" not in text
    assert load_recipe(shop / "recipe.yaml").source.make().load().interactions.height == 150
