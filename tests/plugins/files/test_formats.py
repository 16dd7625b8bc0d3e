"""The same four interactions in every format that is read."""

import gzip
import io
import json
import shutil
import subprocess
import zipfile

import polars as pl
import pytest

from palate.errors import DataError
from palate_files.source import Files

ROWS = [("u1", 10, 4.0, 200), ("u1", 9, 2.5, 100), ("u2", 10, 5.0, 300), ("u2", 11, 1.0, 400)]
NAMES = ["user_id", "item_id", "rating", "timestamp"]
EXPECTED = [(0, 0, 2.5, 100), (0, 1, 4.0, 200), (1, 1, 5.0, 300), (1, 2, 1.0, 400)]


def delimited(separator):
    return "".join(separator.join(map(str, row)) + "\n" for row in [NAMES, *ROWS])


def lines():
    return "".join(json.dumps(dict(zip(NAMES, row, strict=True))) + "\n" for row in ROWS)


def loaded(path, **options):
    found = Files(interactions=str(path), **options).load()
    assert found.users["id"].to_list() == ["u1", "u2"]
    assert found.items.ids.to_list() == [9, 10, 11]
    return found.interactions.rows()


TEXTS = {
    "x.csv": delimited(","),
    "x.tsv": delimited("\t"),
    "x.txt": delimited(";"),
    "x.dat": delimited("|"),
    "x.jsonl": lines(),
    "x.ndjson": lines(),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_plain(put, name):
    assert loaded(put(name, TEXTS[name])) == EXPECTED


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_from_gzip(tmp_path, name):
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress(TEXTS[name].encode()))
    assert loaded(path) == EXPECTED


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_from_zip(tmp_path, name):
    path = tmp_path / "packed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"inside/{name}", TEXTS[name])
    assert loaded(path) == EXPECTED


@pytest.mark.skipif(not shutil.which("zstd"), reason="makes its file with the zstd program")
@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_from_zstandard(put, name):
    path = put(name, TEXTS[name])
    subprocess.run(["zstd", "-q", path], check=True)
    assert loaded(f"{path}.zst") == EXPECTED


def test_parquet_is_read(tmp_path):
    pl.DataFrame(ROWS, schema=NAMES, orient="row").write_parquet(tmp_path / "x.parquet")
    assert loaded(tmp_path / "x.parquet") == EXPECTED


def test_a_file_without_header_has_numbered_columns(put):
    path = put("x.tsv", delimited("\t").split("\n", 1)[1])
    columns = {role: f"column_{n}" for n, role in enumerate(("user", "item", "rating", "time"), 1)}
    assert loaded(path, header=False, columns=columns) == EXPECTED


def test_the_separator_may_be_said(put):
    path = put("x.csv", "user_id^item_id^note\nu1^9^a,b,c\nu1^10^\nu2^10^\nu2^11^\n")
    assert loaded(path, separator="^") == [(0, 0), (0, 1), (1, 1), (1, 2)]


def test_a_list_and_a_glob_of_files_are_read_as_one(put, tmp_path):
    head, *rows = delimited(",").splitlines()
    for number, row in enumerate(rows):
        put(f"part-{number}.csv", f"{head}\n{row}\n")
    assert loaded(tmp_path / "part-*.csv") == EXPECTED
    several = [str(tmp_path / f"part-{number}.csv") for number in (3, 1, 0, 2)]
    found = Files(interactions=several).load()
    assert found.interactions.rows() == EXPECTED


def test_files_of_different_formats_go_together(put, tmp_path):
    head, *rows = delimited(",").splitlines()
    first = put("a.csv", "\n".join([head, *rows[:2]]))
    pl.DataFrame(ROWS[2:], schema=NAMES, orient="row").write_parquet(tmp_path / "b.parquet")
    found = Files(interactions=[first, str(tmp_path / "b.parquet")]).load()
    assert found.interactions.rows() == EXPECTED


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
def test_an_empty_file_is_refused(put, name):
    with pytest.raises(DataError, match=f"{name}.* (is empty|no JSON object)"):
        Files(interactions=put(name, "")).load()


def test_a_file_with_nothing_but_a_header_is_refused(put):
    with pytest.raises(DataError, match=r"no interactions in .*x\.csv"):
        Files(interactions=put("x.csv", "user,item\n")).load()


def test_a_missing_file_is_named_with_the_nearest(put, tmp_path):
    put("ratings.csv", delimited(","))
    with pytest.raises(DataError, match=r"there is no file .*rating\.csv\. Did you mean 'ratings.csv'"):
        Files(interactions=str(tmp_path / "rating.csv")).load()
    with pytest.raises(DataError, match="there is no folder"):
        Files(interactions=str(tmp_path / "gone" / "x.csv")).load()
    with pytest.raises(DataError, match="no file matches"):
        Files(interactions=str(tmp_path / "*.parquet")).load()
    with pytest.raises(DataError, match="is a folder"):
        Files(interactions=str(tmp_path)).load()
    with pytest.raises(DataError, match="list of files is empty"):
        Files(interactions=[]).load()


def test_a_damaged_or_foreign_file_is_named(tmp_path):
    for name, data in [
        ("x.parquet", b"nothing"),
        ("x.zip", b"nothing"),
        ("y.csv", "user,item\né,1\n".encode("latin-1")),
    ]:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DataError, match=name):
            Files(interactions=str(tmp_path / name)).load()
    with pytest.raises(DataError, match="not UTF-8"):
        Files(interactions=str(tmp_path / "y.csv")).load()


def test_a_zip_must_hold_one_file(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", "user,item\n")
        archive.writestr("b.csv", "user,item\n")
    (tmp_path / "x.zip").write_bytes(data.getvalue())
    with pytest.raises(DataError, match=r"'a\.csv', 'b\.csv'"):
        Files(interactions=str(tmp_path / "x.zip")).load()
