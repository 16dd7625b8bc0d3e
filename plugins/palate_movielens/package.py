"""MovieLens 100k as the wheel of `recbole` 1.2.1 carries it: 2 MB from the package index."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import polars as pl

from palate.errors import DataError
from palate.paths import cache_folder
from palate_movielens.archive import Archive
from palate_movielens.cache import keep
from palate_movielens.layouts import Layout, described, rating_table, table

REQUIREMENT = "recbole==1.2.1"
WHEEL = "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"
INSIDE = "recbole/dataset_example/ml-100k"
MEMBERS = {
    "ml-100k.inter": "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
    "ml-100k.item": "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
    "ml-100k.user": "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972",
}
TIMEOUT = 120


def folder() -> Path:
    """Where the three files are kept."""
    return cache_folder() / "movielens" / "ml-100k-package"


def cached() -> Archive | None:
    """The files in the cache folder, or None where one is missing or its SHA-256 is another."""
    paths = {file: folder() / file for file in MEMBERS}
    try:
        right = all(_sha256(paths[file].read_bytes()) == expected for file, expected in MEMBERS.items())
    except OSError:
        return None
    return Archive(folder(), paths, zipped=False) if right else None


def fetch() -> Archive:
    """Download the wheel with pip, check it and its members, keep the members.

    Raises ConnectionError where pip cannot get it, DataError for a wrong SHA-256 or where the
    cache folder cannot be written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _download(Path(scratch))
        _check(wheel.name, wheel.read_bytes(), WHEEL)
        with zipfile.ZipFile(wheel) as archive:
            files = {file: archive.read(f"{INSIDE}/{file}") for file in MEMBERS}
    for file, data in files.items():
        _check(file, data, MEMBERS[file])
        keep(folder() / file, data)
    return Archive(folder(), {file: folder() / file for file in MEMBERS}, zipped=False)


def _download(into: Path) -> Path:
    what = [sys.executable, "-m", "pip", "download", REQUIREMENT, "--dest", str(into)]
    how = ["--no-deps", "--no-input", "--only-binary", ":all:", "--quiet", "--disable-pip-version-check"]
    brief = ["--retries", "1", "--timeout", "8"]
    tried = f"`pip download {REQUIREMENT}`"
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, no shell
            what + how + brief, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConnectionError(f"{tried} ({error})") from error
    found = list(into.glob("*.whl"))
    if done.returncode or not found:
        said = (done.stderr or done.stdout).strip().split("\n")[-1]
        raise ConnectionError(f"{tried} ({said or f'exit status {done.returncode}'})")
    return found[0]


def _check(name: str, data: bytes, expected: str) -> None:
    got = _sha256(data)
    if got != expected:
        raise DataError(
            f"{name} of {REQUIREMENT} has the SHA-256 {got}, which should be {expected}; "
            "it is damaged or not the original: use `origin: grouplens` or give a `folder`"
        )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _ratings(archive: Archive) -> pl.DataFrame:
    return rating_table(_body(archive, "ml-100k.inter"), "\t")


def _items(archive: Archive) -> pl.DataFrame:
    """Items with title and year put together as GroupLens has them.

    The package writes `unkonwn` for the one film without title and year.
    """
    frame = table(_body(archive, "ml-100k.item"), ["id", "title", "year", "genres"])
    whole = pl.format("{} ({})", "title", "year")
    title = pl.when(pl.col("year") == "unkonwn").then(pl.lit("unknown")).otherwise(whole)
    return described(frame.with_columns(title.alias("title")), pl.col("genres").str.split(" "))


def _users(archive: Archive) -> pl.DataFrame:
    frame = table(_body(archive, "ml-100k.user"), ["id", "age", "gender", "occupation", "zip_code"])
    return frame.with_columns(pl.col("id").cast(pl.Int32), pl.col("age").cast(pl.Int16))


def _body(archive: Archive, file: str) -> bytes:
    """A file without the line of typed column names."""
    return archive.read(file).split(b"\n", 1)[1]


PACKAGE = Layout(tuple(MEMBERS), _ratings, _items, _users)
