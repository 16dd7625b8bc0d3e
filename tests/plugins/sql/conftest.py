"""One small log and catalogue in a Parquet file and in each kind of database."""

import sqlite3
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

USERS, ITEMS, SECOND = 40, 25, 1_700_000_000


def log() -> pl.DataFrame:
    rng = np.random.default_rng(3)
    rows = 600
    return pl.DataFrame(
        {
            "user_id": [f"u{number:02}" for number in rng.integers(0, USERS, rows)],
            "item_id": rng.integers(1, ITEMS + 1, rows),
            "rating": rng.integers(1, 11, rows) / 2,
            "ts": SECOND + 3600 * rng.permutation(rows),
            "action": rng.choice(["view", "buy"], rows),
        }
    )


def catalogue() -> pl.DataFrame:
    number = pl.int_range(1, ITEMS + 1, eager=True)
    return pl.DataFrame(
        {
            "item_id": number,
            "title": [f"thing “{n}”" for n in number],
            "year": [None if n == 7 else 1990 + n for n in number],
        }
    )


def statements() -> list[str]:
    """What makes both tables, in SQL that all of the databases understand."""

    def values(frame: pl.DataFrame) -> str:
        return ", ".join(
            "(" + ", ".join("null" if v is None else repr(v) for v in row) + ")" for row in frame.rows()
        )

    return [
        "create table events (user_id text, item_id integer, rating float, ts bigint, action text)",
        f"insert into events values {values(log())}",
        "create table things (item_id integer, title text, year integer)",
        f"insert into things values {values(catalogue())}",
    ]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with events.parquet, things.parquet, shop.db and, where DuckDB is installed, shop.duckdb."""
    made = tmp_path_factory.mktemp("shop-databases")
    log().write_parquet(made / "events.parquet")
    catalogue().write_parquet(made / "things.parquet")
    with sqlite3.connect(made / "shop.db") as connection:
        for statement in statements():
            connection.execute(statement)
    connection.close()
    return made


@pytest.fixture(scope="session")
def shop_duckdb(folder):
    duckdb = pytest.importorskip("duckdb", reason="palate[sql] is not installed")
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        for statement in statements():
            connection.execute(statement)
    return str(folder / "shop.duckdb")


@pytest.fixture(scope="session")
def shop_postgres(postgres):
    """The URL, with password, of a server with both tables."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres) as connection, connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
        moment = datetime(2024, 1, 1, tzinfo=UTC)
        cursor.execute(
            "create table typed (who uuid, what numeric(6, 0), stars numeric(3, 1), at timestamptz, "
            "day date, tags text[], doc jsonb)"
        )
        for n in range(3):
            at = (moment + timedelta(days=n)).isoformat()
            cursor.execute(
                f"insert into typed values ('00000000-0000-0000-0000-{n:012}', {n + 5}, {n}.5, '{at}', "
                f"'{at[:10]}', array['a', 'b {n}'], '{{\"k\": {n}}}')"
            )
        connection.commit()
    return postgres


@pytest.fixture
def database(request, folder, monkeypatch):
    """What a recipe would say for the database of this kind: sqlite, duckdb, postgresql or sqlalchemy."""
    kind = request.param
    if kind == "duckdb":
        return request.getfixturevalue("shop_duckdb")
    if kind == "postgresql":
        monkeypatch.setenv("PALATE_DATABASE_SHOP", request.getfixturevalue("shop_postgres"))
        return "shop"
    if kind == "sqlalchemy":
        pytest.importorskip("sqlalchemy", reason="palate[sql] is not installed")
        return f"sqlite+pysqlite:///{folder / 'shop.db'}"
    return str(folder / "shop.db")


KINDS = ("sqlite", "duckdb", "postgresql", "sqlalchemy")
every_kind = pytest.mark.parametrize("database", KINDS, indirect=True)
