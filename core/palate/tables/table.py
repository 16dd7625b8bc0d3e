"""One file with rows and columns: CSV and its relatives, JSON lines, or Parquet."""

from __future__ import annotations

import csv
import itertools
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl

from palate.errors import DataError, listed

ROW = "row"
WIDE = "found more fields"
_TABBED = (".tsv", ".tab", ".inter", ".item", ".user")
_LINES = (".jsonl", ".ndjson", ".json")
_PARQUET = (".parquet", ".pq")
_PACKED = (".gz", ".zst", ".zip")
_HEAD = 100


@dataclass(frozen=True)
class Table:
    """A file that has been looked into: its format, its columns, how to read it.

    Text files may be packed: `.gz`, `.zst`, or a `.zip` with one file in it. Text is UTF-8. The
    columns of a file without header are `column_1`, `column_2` and so on.
    """

    path: Path
    format: Literal["delimited", "lines", "parquet"]
    columns: tuple[str, ...]
    separator: str = ","
    header: bool = True
    unpacked: bytes | None = field(default=None, repr=False, compare=False)

    @property
    def typed(self) -> bool:
        """Whether the file itself says what type its columns have."""
        return self.format == "parquet"

    @property
    def first_line(self) -> int:
        """The line number of row 0."""
        return 2 if self.format == "delimited" and self.header else 1

    def scan(self, wanted: Sequence[str], cut_wide_rows: bool = False) -> pl.LazyFrame:
        """These columns and the number of each row (`row`), as they stand in the file.

        Columns of text files are all text, without the spaces around it, null where nothing is
        left. Lines in which all of them are empty are left out. A row with more fields than there
        are columns fails with ComputeError unless it is cut.
        """
        stripped = [_filled(pl.col(name)) for name in wanted]
        if self.format == "parquet":
            return pl.scan_parquet(self.path, row_index_name=ROW).select(ROW, *wanted)
        if self.format == "delimited":
            frame = pl.scan_csv(
                self._content(),
                separator=self.separator,
                has_header=self.header,
                infer_schema=False,
                truncate_ragged_lines=cut_wide_rows,
                row_index_name=ROW,
                new_columns=None if self.header else list(self.columns),
            )
            return frame.select(ROW, *stripped).filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
        line = pl.col("line")
        fields = [line.str.json_path_match(f"$[{json.dumps(name)}]").alias(name) for name in wanted]
        lines = self._raw_lines().with_row_index(ROW).filter(line.is_not_null())
        return lines.select(ROW, *fields).with_columns(stripped)

    def read(self) -> pl.DataFrame:
        """The whole table. Columns of delimited files are all text. Raises DataError."""
        with reading(self.path):
            if self.format == "parquet":
                return pl.read_parquet(self.path)
            if self.format == "delimited":
                return self.scan(self.columns).drop(ROW).collect()
            lines = self._raw_lines().collect()["line"]
        try:
            return pl.read_ndjson("\n".join(lines.drop_nulls()).encode(), infer_schema_length=None)
        except (pl.exceptions.PolarsError, RuntimeError) as error:
            raise DataError(f"{self.path} cannot be read: {_broken(lines) or error}") from error

    def wide_rows(self) -> list[int]:
        """The numbers of the rows that have more fields than there are columns."""
        lines = (line or "" for line in self._raw_lines().collect()["line"])
        rows = csv.reader(lines, delimiter=self.separator)
        body = itertools.islice(rows, 1 if self.header else 0, None)
        return [number for number, row in enumerate(body) if len(row) > len(self.columns)]

    @classmethod
    def open(cls, path: Path, separator: str | None = None, header: bool = True) -> Table:
        """Look at the first lines of a file.

        Without `separator` it is a tab for `.tsv`, and for other text whichever of comma, tab,
        semicolon and bar the first line has most of. Raises DataError for a format that palate
        does not read, and for a file that is empty or damaged.
        """
        name, unpacked = _unpacked(path)
        suffix = Path(name).suffix.lower()
        with reading(path):
            if suffix in _PARQUET:
                return cls(path, "parquet", tuple(pl.read_parquet_schema(path)))
            if suffix in _LINES:
                return cls(path, "lines", _keys(unpacked or path, path), unpacked=unpacked)
            first = _first_line(unpacked or path)
            if suffix in _TABBED:
                separator = separator or "\t"
            separator = separator or max(",\t;|", key=first.count)
            table = cls(path, "delimited", (), separator, header, unpacked)
            schema = table._schema()
        return cls(path, "delimited", tuple(schema), separator, header, unpacked)

    def _schema(self) -> list[str]:
        scan = pl.scan_csv(
            self._content(), separator=self.separator, has_header=self.header, infer_schema=False
        )
        names = scan.collect_schema().names()
        return names if self.header else [f"column_{number}" for number in range(1, len(names) + 1)]

    def _content(self) -> Path | bytes:
        return self.path if self.unpacked is None else self.unpacked

    def _raw_lines(self) -> pl.LazyFrame:
        return _lines(self._content())


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the reader of a file says into a DataError that names the file."""
    try:
        yield
    except pl.exceptions.NoDataError as error:
        raise DataError(f"{path} is empty") from error
    except pl.exceptions.PolarsError as error:
        said = str(error).strip().split("\n")[0]
        if "utf-8" in said or "utf8" in said:
            said = "it is not UTF-8 text; save it as UTF-8 first"
        raise DataError(f"{path} cannot be read: {said}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


def _unpacked(path: Path) -> tuple[str, bytes | None]:
    """The name without a packing suffix, and for a zip what is in it."""
    suffix = path.suffix.lower()
    if suffix not in _PACKED:
        return path.name, None
    inner = path.with_suffix("").name
    if suffix != ".zip":
        if Path(inner).suffix.lower() in _PARQUET:
            raise DataError(f"{path}: Parquet is compressed inside; unpack the file and name it")
        return inner, None
    try:
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if not n.endswith("/") and not n.startswith("__MACOSX")]
            if len(names) != 1:
                raise DataError(
                    f"{path} must hold one file; it holds {listed(names) or 'none'}: unpack it first"
                )
            if Path(names[0]).suffix.lower() in _PARQUET:
                raise DataError(f"{path}: Parquet is compressed inside; unpack the file and name it")
            return names[0], archive.read(names[0])
    except (zipfile.BadZipFile, EOFError) as error:
        raise DataError(f"{path} is not a zip that can be read: {error}") from error


def _filled(text: pl.Expr) -> pl.Expr:
    bare = text.str.strip_chars(" \t")
    return pl.when(bare.str.len_bytes() > 0).then(bare)


def _lines(content: Path | bytes) -> pl.LazyFrame:
    """The lines of a text file, packed or not, as a column `line`; null where blank."""
    return pl.scan_csv(
        content, separator="\x01", quote_char=None, has_header=False, infer_schema=False, new_columns=["line"]
    )


def _first_line(content: Path | bytes) -> str:
    head = _lines(content).head(1).collect()
    return str(head["line"][0] or "")


def _broken(lines: pl.Series) -> str:
    """The first line that is no JSON object."""
    for number, line in enumerate(lines, 1):
        if line is not None and not isinstance(_value(line), dict):
            return f"line {number} is no JSON object"
    return ""


def _value(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _keys(content: Path | bytes, path: Path) -> tuple[str, ...]:
    """The keys of the first objects of a file with one JSON object a line."""
    found: dict[str, None] = {}
    head = _lines(content).head(_HEAD).collect()["line"].drop_nulls()
    for line in head:
        value = _value(line)
        if isinstance(value, dict):
            found.update(dict.fromkeys(value))
    if not found:
        raise DataError(f"{path} has no JSON object on any of its first lines; one object a line is expected")
    return tuple(found)
