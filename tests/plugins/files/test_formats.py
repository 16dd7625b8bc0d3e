"""The same four interactions in every format that is read."""

import bz2
import gzip
import io
import json
import lzma
import os
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


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_read_from_zstandard(tmp_path, name):
    zstandard = pytest.importorskip("zstandard")
    (tmp_path / f"{name}.zst").write_bytes(zstandard.compress(TEXTS[name].encode()))
    assert loaded(tmp_path / f"{name}.zst") == EXPECTED
    (tmp_path / f"{name}.zst").write_bytes(b"nothing")
    with pytest.raises(DataError, match="is damaged"):
        loaded(tmp_path / f"{name}.zst")


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


@pytest.mark.parametrize(
    "name",
    [
        "x.parquet",
        "x.zip",
        "x.csv.gz",
        "x.csv.bz2",
        "x.csv.xz",
        "x.arrow",
        "x.xlsx",
        "x.sqlite",
        "x.pkl",
        "x.h5",
    ],
)
def test_a_damaged_or_foreign_file_is_named_in_one_sentence(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing")
    with pytest.raises(DataError, match=name) as caught:
        Files(interactions=str(tmp_path / name)).load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"SQLite format 3\0rest", "x.csv: file is not a database"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08rest", "ends in .gz"),
        (b"PK\x03\x04rest", "ends in .zip or .xlsx"),
        (b"user,item\n\0\0\0\1,2\n" + bytes(10), "no text"),
    ],
)
def test_what_a_file_is_shows_by_its_first_bytes_whatever_its_name(tmp_path, start, said):
    (tmp_path / "x.csv").write_bytes(start)
    with pytest.raises(DataError, match=said):
        Files(interactions=str(tmp_path / "x.csv")).load()


def test_parquet_is_known_by_its_first_bytes_too(tmp_path):
    pl.DataFrame(ROWS, schema=NAMES, orient="row").write_parquet(tmp_path / "x.data")
    assert loaded(tmp_path / "x.data") == EXPECTED


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress], ids=["bz2", "xz"])
def test_text_is_read_from_bzip2_and_xz(tmp_path, compress):
    path = tmp_path / f"x.csv.{'bz2' if compress is bz2.compress else 'xz'}"
    path.write_bytes(compress(TEXTS["x.csv"].encode()))
    assert loaded(path) == EXPECTED


def test_arrow_files_are_read(tmp_path):
    pl.DataFrame(ROWS, schema=NAMES, orient="row").write_ipc(tmp_path / "x.feather")
    assert loaded(tmp_path / "x.feather") == EXPECTED


def test_sheets_of_workbooks_are_read(tmp_path, caplog):
    pytest.importorskip("fastexcel")
    writer = pytest.importorskip("xlsxwriter")
    with writer.Workbook(tmp_path / "x.xlsx") as book:
        book.add_worksheet("notes").write_row(0, 0, ["nothing", "here"])
        sheet = book.add_worksheet("events")
        for number, row in enumerate([NAMES, *ROWS]):
            sheet.write_row(number, 0, row)
        sheet.write_string(0, len(NAMES), "empty")
    assert loaded(tmp_path / "x.xlsx", sheet="events") == EXPECTED
    assert not caplog.records
    with pytest.raises(DataError, match=r"no sheet 'event'\. Did you mean 'events'"):
        loaded(tmp_path / "x.xlsx", sheet="event")


@pytest.mark.parametrize("name", ["ratings [v2] (1).csv", "a*b?.csv", "é {x}.csv"])
def test_a_path_that_exists_is_never_a_glob(tmp_path, name):
    (tmp_path / "deep [1]").mkdir()
    (tmp_path / "deep [1]" / name).write_text(TEXTS["x.csv"])
    assert loaded(tmp_path / "deep [1]" / name) == EXPECTED
    pl.DataFrame(ROWS, schema=NAMES, orient="row").write_parquet(tmp_path / "deep [1]" / f"{name}.parquet")
    assert loaded(tmp_path / "deep [1]" / f"{name}.parquet") == EXPECTED


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    with pytest.raises(DataError, match="is a pipe or a device"):
        Files(interactions=str(tmp_path / "x.csv")).load()
    with pytest.raises(DataError, match="is a pipe or a device"):
        Files(interactions=str(tmp_path / "x.csv")).fingerprint()


def test_an_address_is_no_file():
    with pytest.raises(DataError, match="is an address; download the file"):
        Files(interactions="ftp://example.org/x.csv").load()


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz", "zip"])
def test_what_unpacks_to_far_more_than_it_is_gets_refused(tmp_path, suffix, monkeypatch):
    monkeypatch.setattr("palate.tables.unpacking.AT_LEAST", 2**16)
    data, path = b"user,item\n" + b"1,1\n" * 2**16, tmp_path / f"x.csv.{suffix}"
    if suffix == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.csv", data)
    else:
        path.write_bytes({"gz": gzip, "bz2": bz2, "xz": lzma}[suffix].compress(data))
    with pytest.raises(DataError, match=r"unpacks from [\d,]+ bytes to more than"):
        Files(interactions=str(path)).load()


def test_a_workbook_that_unpacks_to_far_more_than_it_is_gets_refused(tmp_path, monkeypatch):
    pytest.importorskip("fastexcel")
    monkeypatch.setattr("palate.tables.unpacking.AT_LEAST", 2**10)
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 2**20)
    with pytest.raises(DataError, match="unpacks to"):
        Files(interactions=str(tmp_path / "x.xlsx")).load()


def test_a_zip_must_hold_one_file(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", "user,item\n")
        archive.writestr("b.csv", "user,item\n")
    (tmp_path / "x.zip").write_bytes(data.getvalue())
    with pytest.raises(DataError, match=r"'a\.csv', 'b\.csv'"):
        Files(interactions=str(tmp_path / "x.zip")).load()


def test_files_of_items_may_be_written_otherwise(put):
    log = put("x.tsv", "1\t5\n2\t6\n")
    items = put("items.csv", "Our items\nid;name\n5;Tea\n6;NA\n")
    found = Files(
        log,
        items=items,
        header=False,
        columns={"user": 1, "item": 2},
        item_format={"header": True, "skip_lines": 1, "separator": ";", "missing": ["NA"]},
    ).load()
    assert found.items.frame.rows() == [(5, "Tea"), (6, None)]
    for own, said in [
        ({"head": True}, "`item_format.head` is no option. Did you mean 'header'"),
        ({"header": "no"}, "`item_format.header` must be true or false"),
        ({"skip_lines": -1}, "`item_format.skip_lines` must be a number of lines"),
    ]:
        with pytest.raises(DataError, match=said):
            Files(log, items=items, item_format=own).load()
