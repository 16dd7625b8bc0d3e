"""A password is in no recipe, output, lineage, log or traceback."""

import io
import json
import logging
import traceback

import pytest

from palate.cli import main
from palate.components.component import Component
from palate.databases.address import Address
from palate.errors import DataError, PalateError
from palate.recipe import load_recipe
from palate.runs import run
from palate.secrets import bare, hidden, secrets_of
from palate_sql.source import Sql

WORD = "hunter2-sesame"
WRITTEN = (  # as people do
    f"postgresql://reader:{WORD}@host/shop",
    f"postgresql://reader:{WORD}/x@host:5432/shop",
    f"mysql+pymysql://reader:{WORD}@host/shop?charset=utf8",
    f"postgresql://host/shop?user=me&password={WORD}",
    f"duckdb:///x.duckdb?motherduck_token={WORD}",
    f"host=db user=me password={WORD}",
    f"host=db user=me password='{WORD} more'",
)


def recipe_with(recipe, database):
    recipe["data"]["source"] = {"use": "sql", "database": database, "interactions": "events"}
    return recipe


@pytest.mark.parametrize("database", WRITTEN)
def test_one_in_a_recipe_is_refused_with_what_to_write_and_not_repeated(database, recipe):
    with pytest.raises(PalateError) as caught:
        load_recipe(recipe_with(recipe, database))
    assert "does not belong in a recipe" in str(caught.value)
    assert "PALATE_DATABASE_SHOP" in str(caught.value)
    assert WORD not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(DataError, match="does not belong") as caught:
        Sql(database=database, interactions="events").load()
    assert WORD not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("what", ["show", "run", "plan", "data", "lock"])
def test_no_command_prints_the_password_of_a_recipe(what, recipe, tmp_path, capsys):
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps(recipe_with(recipe, WRITTEN[0])))
    assert main([what, str(path)]) != 0
    said = capsys.readouterr()
    assert "does not belong in a recipe" in " ".join((said.out + said.err).split())
    assert WORD not in said.out + said.err


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///shop.db",
        "postgresql://reader@host:5432/shop",
        "shop",
        "mysql+pymysql://host/shop?charset=utf8",
    ],
)
def test_addresses_without_one_may_be_written(url):
    assert secrets_of(url) == ()


def test_what_is_shown_of_an_address_has_neither_password_nor_query():
    assert bare(f"postgresql://me:{WORD}@host:1/shop?password={WORD}") == "postgresql://me@host:1/shop"
    assert bare(f"host=db password={WORD}") == "host=db password=***"


def test_what_a_driver_says_is_one_line_without_it(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "from the environment")
    said = f"cannot open\n  postgresql://me:{WORD}@host/x as 'from the environment' with password={WORD}"
    assert hidden(said) == "cannot open postgresql://me:***@host/x as '***' with password=***"
    assert hidden("p@ss or p%40ss", ["p%40ss"]) == "*** or ***"
    assert len(hidden("x" * 10_000)) < 400


def test_a_connection_holds_it_and_does_not_show_it(monkeypatch):
    monkeypatch.setenv("PALATE_DATABASE_MY_SHOP", WRITTEN[0])
    address = Address.of("my-shop")
    assert (address.engine, address.shown, address.url) == ("postgresql", "connection 'my-shop'", WRITTEN[0])
    assert WORD not in repr(address)


def test_a_name_without_its_variable_is_told_which_to_set():
    with pytest.raises(
        DataError, match=r"no connection is called 'shop': set .* PALATE_DATABASE_SHOP to its"
    ):
        Address.of("shop")


def test_a_wrong_password_is_an_error_of_one_sentence_without_it(shop_postgres, monkeypatch):
    import re

    monkeypatch.setenv("PALATE_DATABASE_SHOP", re.sub(r":[^:@]*@", f":{WORD}@", shop_postgres))
    with pytest.raises(DataError, match=r"connection 'shop': .*password authentication failed") as caught:
        Sql(database="shop", interactions="events").load()
    assert WORD not in "".join(traceback.format_exception(caught.value))
    assert "\n" not in str(caught.value)


def test_a_run_that_used_one_leaves_no_trace_of_it(shop_postgres, recipe, tmp_path, monkeypatch):
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    monkeypatch.setenv("PALATE_DATABASE_SHOP", shop_postgres)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "cache"))
    source = {"use": "sql", "database": "shop", "interactions": "events", "columns": {"time": "ts"}}
    recipe["data"]["source"] = source
    try:
        run(recipe, folder=tmp_path / "runs", store=tmp_path / "store")
    finally:
        logging.getLogger().removeHandler(handler)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if "recipe.yaml" in path.name]
    for secret in (b"swordfish",):
        assert [path for path in files if secret in path.read_bytes()] == []
        assert secret.decode() not in said.getvalue()
    assert not list((tmp_path / "cache" / "spool").iterdir()), "rows that were read are gone again"


def test_a_component_with_a_wrong_option_does_not_show_it():
    from palate.registry import installed

    component: Component = installed().find("source", "sql")
    problems = component.check({"database": WRITTEN[0], "interactions": "events"})[1]
    assert WORD not in str(problems)
    assert problems["database"].startswith("database a password or token does not belong in a recipe")
