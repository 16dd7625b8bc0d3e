"""The recipe for data in a database, on a small one of SQLite."""

import sqlite3

import polars as pl

from palate.runs import run


def test_it_runs_on_a_database_in_the_current_folder(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tables = {"events": pl.read_csv(shop / "events.csv"), "items": pl.read_csv(shop / "things.csv")}
    with sqlite3.connect("shop.db") as connection:
        for name, frame in tables.items():
            connection.execute(f"create table {name} ({', '.join(frame.columns)})")
            places = ", ".join("?" * frame.width)
            connection.executemany(f"insert into {name} values ({places})", frame.rows())
    connection.close()
    settings = {"data.split.test": 0.2, "data.split.validation": 0.2}
    done = run("database", settings, folder=tmp_path / "runs", store=tmp_path / "store")
    rows = dict(zip(done.metrics["name"], done.metrics["ndcg@10"], strict=True))
    assert {"popularity", "neighbours", "linear"} <= set(rows)
    assert rows["neighbours"] > rows["popularity"]
    assert done.recommend(history=["thing 1"], k=5).height == 5
