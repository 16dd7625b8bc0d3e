"""What kind of file one is, by its first bytes and its name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from palate.databases.address import DUCKDB_START, SQLITE_START
from palate.errors import DataError

Kind = Literal["delimited", "lines", "parquet", "arrow", "workbook", "database"]

_SUFFIXES: dict[str, Kind] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "lines"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), "arrow"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"), "workbook"),
}
_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (SQLITE_START, "database"),
)
_FOREIGN_STARTS = (
    *(
        (b"\x80" + bytes([version]), "a pickle, which may run code", "write it as Parquet or CSV")
        for version in (2, 3, 4, 5)
    ),
    *((start, "a picture", "give the file of the data") for start in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")),
    (b"\x89HDF", "an HDF5 file", "write its table as Parquet or CSV"),
    (b"%PDF", "a PDF", "save the table in it as CSV"),
    (b"\x93NUMPY", "a NumPy array", "write one row an event as CSV or Parquet"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"\x1f\x8b", "packed with gzip", "name it so that it ends in .gz"),
    (b"BZh", "packed with bzip2", "name it so that it ends in .bz2"),
    (b"\xfd7zXZ", "packed with xz", "name it so that it ends in .xz"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", "name it so that it ends in .zst"),
    (b"PK\x03\x04", "a zip archive or a workbook", "name it so that it ends in .zip or .xlsx"),
    (b"Obj\x01", "an Avro file", "write it as Parquet or CSV"),
    (b"ORC", "an ORC file", "write it as Parquet or CSV"),
    (b"%%MatrixMarket", "a Matrix Market file", "write one row an event as CSV: user,item,value"),
    (b"<!doctype html", "a web page", "download the file itself"),
    (b"<html", "a web page", "download the file itself"),
    (b"<?xml", "an XML file", "write its rows as CSV or JSON lines"),
    (
        b"version https://git-lfs",
        "a pointer to a file in Git LFS",
        "fetch the file itself with `git lfs pull`",
    ),
)
_FOREIGN_SUFFIXES = {
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), ("a pickle, which may run code", "Parquet")),
    **dict.fromkeys(
        (".sqlite", ".sqlite3", ".db", ".duckdb"),
        ("a damaged database, or one of another kind", "CSV or Parquet"),
    ),
    **dict.fromkeys((".h5", ".hdf5", ".npz", ".npy", ".mat"), ("a file of arrays", "CSV or Parquet")),
    **dict.fromkeys((".rds", ".rda", ".rdata", ".sav", ".dta", ".sas7bdat"), ("a statistics file", "CSV")),
    **dict.fromkeys((".tar", ".tgz", ".7z", ".rar"), ("an archive", "one file: unpack it first")),
    **dict.fromkeys(
        (".sql", ".xml", ".html", ".yaml", ".yml", ".avro", ".orc"), ("no table", "CSV or Parquet")
    ),
}


def kind_of(path: Path, name: str, head: bytes) -> Kind:
    """The kind of a file with this name (without packing) and these first bytes.

    Raises DataError for what palate does not read, with what it is and what would do.
    """
    suffix = Path(name).suffix.lower()
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[8:12] == DUCKDB_START:
        return "database"
    known = _SUFFIXES.get(suffix, "delimited")
    start = head.lstrip().lower()[:40] if head[:1] in b" \t\r\n<%vV" else head
    if known != "workbook":
        for foreign, what, instead in _FOREIGN_STARTS:
            if head.startswith(foreign) or start.startswith(foreign.lower()):
                raise DataError(f"{path} is {what}, which palate does not read; {instead}")
    if suffix in _FOREIGN_SUFFIXES:
        what, instead = _FOREIGN_SUFFIXES[suffix]
        raise DataError(f"{path} is {what}, which palate does not read; save it as {instead}")
    if known != "delimited" and _is_plain(head, known):
        return "delimited"
    if known == "delimited" and head.lstrip()[:2] in (b'{"', b"{'"):
        return "lines"
    return known


def _is_plain(head: bytes, named: Kind) -> bool:
    """Whether a file that is named as one of `named` holds lines of text, and no JSON."""
    start = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if named == "lines":
        return start[:1] not in (b"{", b"[", b'"') and b"\0" not in start and b"\n" in start
    return b"\n" in start and not any(byte < 9 or 13 < byte < 32 for byte in start)
