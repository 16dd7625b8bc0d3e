import gzip
import hashlib
import shutil
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from palate_forget.keys import new_key

USER = "marker-user-7f3a"
ITEMS = (3, 17, 5, 29, 11, 23, 2, 19, 7)
FIRST, STEP = 1_600_123_456, 86_401


@pytest.fixture
def key(tmp_path):
    """A key's file outside of all runs."""
    new_key(tmp_path / "keys" / "key")
    return tmp_path / "keys" / "key"


def rows_of_events():
    """Events of 40 users, and of one who is easily found again: by id, items and times."""
    rng, rows = np.random.default_rng(0), []
    for user in range(40):
        for day, item in enumerate(rng.permutation(30)[: rng.integers(8, 15)]):
            rows.append((f"u{user:03d}", f"i{item:02d}", 1_600_000_000 + day * 86_400 + user))
    for day, item in enumerate(ITEMS):
        rows.append((USER, f"i{item:02d}", FIRST + day * STEP))
    return rows


def events(rows):
    return pl.DataFrame(rows, schema=["user", "item", "time"], orient="row")


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    """events.csv, the same without the user in left.csv, items.csv."""
    folder, rows = tmp_path_factory.mktemp("films"), rows_of_events()
    events(rows).write_csv(folder / "events.csv")
    events([row for row in rows if row[0] != USER]).write_csv(folder / "left.csv")
    titles = [f"title {n} word{n % 5} thing{n % 3}" for n in range(30)]
    pl.DataFrame({"id": [f"i{n:02d}" for n in range(30)], "title": titles}).write_csv(folder / "items.csv")
    return folder


@pytest.fixture(scope="session")
def hybrid(films):
    """A recipe of a content branch, item-knn and ease, fused with tuned weights."""

    def make(file="events.csv"):
        source = {
            "use": "files",
            "interactions": str(films / file),
            "items": str(films / "items.csv"),
        }
        content = {
            "text": [{"use": "template", "template": "{title}"}],
            "encode": "tfidf",
            "aggregate": "mean",
            "rank": "cosine",
        }
        return {
            "recipe": 1,
            "name": "small",
            "data": {"source": source, "split": {"use": "temporal", "test": 0.2, "validation": 0.2}},
            "branches": {"content": content, "knn": {"rank": "item-knn"}, "ease": {"rank": "ease"}},
            "fuse": {"use": "weighted", "weights": "tune"},
            "evaluate": ["ndcg@5", "recall@5"],
        }

    return make


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory, hybrid):
    """A run with its store, made once; tests work on copies."""
    from palate.runs import run

    folder = tmp_path_factory.mktemp("kept")
    run(hybrid(), folder=folder / "runs", store=folder / "store")
    return folder


@pytest.fixture
def place(kept_run, tmp_path, monkeypatch):
    """A copy of the run and its store: `run`, `runs`, `store`, and `cache` of its own."""
    for name in ("runs", "store"):
        shutil.copytree(kept_run / name, tmp_path / "place" / name)
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path / "place" / "cache"))
    monkeypatch.setenv("PALATE_STORE", str(tmp_path / "place" / "store"))
    folder = tmp_path / "place"
    (run,) = (folder / "runs").iterdir()
    return SimpleNamespace(folder=folder, runs=folder / "runs", run=run, store=folder / "store")


@pytest.fixture
def traces():
    """Which files below a folder have a trace of the user, and what it is."""
    return found_traces


def needles(user=USER, items=ITEMS):
    """Bytes that only this user can have left: the id, plain hashes of it, the history, the times."""
    name = user.encode()
    found = {"id": name, "id in UTF-16": user.encode("utf-16-le")}
    for algorithm in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        made = hashlib.new(algorithm, name)
        found |= {algorithm: made.hexdigest().encode(), f"{algorithm}, raw": made.digest()}
    small = hashlib.blake2b(name, digest_size=16)
    found |= {"blake2b-128": small.hexdigest().encode(), "blake2b-128, raw": small.digest()}
    for kind in (np.int32, np.int64):
        found[f"history, {kind.__name__}"] = np.array(items, kind).tobytes()
        found[f"history by item, {kind.__name__}"] = np.array(sorted(items), kind).tobytes()
    for day in range(len(items)):
        found[f"time {day}"] = np.array([FIRST + day * STEP], np.int64).tobytes()
        found[f"time {day}, text"] = str(FIRST + day * STEP).encode()
    return found


def unpacked(path: Path):
    """The bytes of a file and of all that is packed in it; of tables every value as text too."""
    data = path.read_bytes()
    yield data
    if data[:4] == b"PAR1":
        frame = pl.read_parquet(BytesIO(data))
        yield from (column.explode().cast(pl.String).str.join("\n").item().encode() for column in frame)
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())


def found_traces(folder: Path):
    """(file, what) for each needle in the bytes of any file below a folder, and in their names."""
    wanted, found = needles(), set()
    for path in sorted(folder.rglob("*")):
        parts = [str(path.relative_to(folder)).encode()]
        if path.is_file() and not path.is_symlink():
            parts += unpacked(path)
        found |= {
            (str(path.relative_to(folder)), what)
            for what, needle in wanted.items()
            for part in parts
            if needle in part
        }
    return found
