"""Files that are written otherwise than the others of a recipe."""

import sqlite3

from palate.recipe import load_recipe
from palate_data.files import files_read


def test_each_table_of_a_database_is_looked_at_for_what_it_is(tmp_path, recipe):
    path = str(tmp_path / "shop.db")
    with sqlite3.connect(path) as connection:
        connection.execute("create table log (user, item, colour)")
        connection.execute("insert into log values (1, 2, 'red')")
        connection.execute("create table wares (id, name)")
        connection.execute("insert into wares values (2, 'x')")
    connection.close()
    recipe["data"]["source"] = {
        "use": "files",
        "interactions": path,
        "sheet": "log",
        "items": path,
        "item_format": {"sheet": "wares"},
    }
    recipe["data"]["split"] = "random"
    log, wares = files_read(load_recipe(recipe))
    assert (log.columns, log.unused) == (("user", "item", "colour"), ("colour",))
    assert (wares.columns, wares.unused) == (("id", "name"), ("name",))


def test_queries_and_addresses_are_no_files(tmp_path, recipe):
    path = str(tmp_path / "shop.db")
    with sqlite3.connect(path) as connection:
        connection.execute("create table log (user, item)")
    connection.close()
    recipe["data"]["source"] = {"use": "sql", "database": path, "interactions": "select * from log"}
    recipe["data"]["split"] = "random"
    assert files_read(load_recipe(recipe)) == ()
