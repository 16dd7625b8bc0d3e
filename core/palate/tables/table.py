"""One file with rows and columns: CSV and its relatives, JSON, Parquet, Arrow, or a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from palate.errors import DataError
from palate.tables.dialect import ALIKE, LOOK_AT, Dialect
from palate.tables.format import Format
from palate.tables.json_rows import json_rows
from palate.tables.kinds import Kind
from palate.tables.losses import count_lines, diagnosis, records, swallowed
from palate.tables.spool import Spool
from palate.tables.whole import plain_types

ROW = "row"
WIDE = "found more fields"
_SEEN, _USUAL = Format(), Dialect()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what a reader says of a file into a DataError that names the file."""
    try:
        yield
    except pl.exceptions.NoDataError as error:
        raise DataError(f"{path} is empty") from error
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{path} cannot be read: it is damaged, or not UTF-8") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or 'it is damaged'}") from error


@dataclass(frozen=True)
class Table:
    """A file that has been looked into: its kind, its columns, how to read it.

    `asked` is what was said about its format, `dialect` how its lines are taken apart. Text that is
    not plain UTF-8 CSV, or is packed, is held as `content`, rewritten; what is read at once as
    `frame`. `paths` are the JSON paths of columns. `notices` say what was guessed, `title` what messages
    call it, and `kept` holds on to what it is read from. Columns of a file without header are `column_1`,
    `column_2` and so on; `padded`: a header has spaces around names.
    """

    path: Path
    format: Kind
    columns: tuple[str, ...]
    asked: Format = _SEEN
    dialect: Dialect = _USUAL
    encoding: str = "utf-8"
    content: bytes | None = field(default=None, repr=False, compare=False)
    frame: pl.DataFrame | Spool | None = field(default=None, repr=False, compare=False)
    paths: Mapping[str, str] = field(default_factory=dict, compare=False)
    separator: str = ","
    numbered: bool = True
    padded: bool = False
    notices: tuple[str, ...] = ()
    title: str = ""
    kept: object = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        """What messages call it: its path, or the title of what the file is a copy of."""
        return self.title or str(self.path)

    @property
    def header(self) -> bool:
        """Whether the first line names the columns."""
        return self.asked.header or self.format != "delimited"

    @property
    def typed(self) -> bool:
        """Whether the file itself says what type its columns have."""
        return self.format not in ("delimited", "lines")

    @property
    def first_line(self) -> int:
        """The line number of row 0."""
        return self.dialect.skipped + (2 if self.format == "delimited" and self.header else 1)

    def place(self, row: int) -> str:
        """Where a row stands, in words."""
        if self.typed or not self.numbered:
            return f"row {row + 1}"
        return f"line {self._line(row)}"

    def scan(self, wanted: Sequence[str], cut_wide_rows: bool = False) -> pl.LazyFrame:
        """These columns and the number of each row (`row`), as they stand in the file.

        Columns of text files are all text, without the spaces around it, null where nothing is
        left or what stands for nothing. Lines in which all of them are empty are left out, as is the
        header where it comes again. A row with more fields than there are columns
        fails with ComputeError unless it is cut.
        """
        if self.frame is not None:
            return self._frame().with_row_index(ROW).select(ROW, *map(self._without_missing, wanted))
        if self.format == "parquet":
            frame = pl.scan_parquet(self.path, row_index_name=ROW, glob=False)
            return frame.select(ROW, *map(self._without_missing, wanted))
        if self.format == "delimited":
            frame = self._csv(truncate_ragged_lines=cut_wide_rows, row_index_name=ROW)
            found = frame.select(ROW, *(self._filled(pl.col(name)) for name in wanted))
            again = [pl.col(name) == name for name in wanted if self.header and len(wanted) > 1]
            found = found.filter(~pl.all_horizontal(again).fill_null(False)) if again else found
            return found.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
        line = pl.col("line")
        values = [line.str.json_path_match(self.paths[name]).alias(name) for name in wanted]
        lines = self._raw_lines().with_row_index(ROW).filter(line.is_not_null())
        return lines.select(ROW, *values).with_columns(self._filled(pl.col(name)) for name in wanted)

    def read(self) -> pl.DataFrame:
        """The whole table. Columns of delimited files are all text. Raises DataError."""
        with self.reading():
            if self.frame is not None:
                return self._frame().with_columns(map(self._without_missing, self.columns)).collect()
            if self.format == "parquet":
                frame = plain_types(pl.read_parquet(self.path, glob=False))
                return frame.with_columns(map(self._without_missing, frame.columns))
            if self.format == "delimited":
                try:
                    frame = self.scan(self.columns).collect()
                except pl.exceptions.ComputeError as error:
                    if WIDE not in str(error):
                        raise
                    if self.wide_rows():
                        raise DataError(self.too_wide()) from error
                    frame = self.scan(self.columns, cut_wide_rows=True).collect()
                self.check_lines(frame.height)
                return frame.drop(ROW)
            lines = self._raw_lines().collect()["line"]
        return json_rows(lines, self.paths, set(self.asked.missing), lambda row: f"{self}, {self.place(row)}")

    def check_lines(self, rows: int) -> None:
        """Raises DataError where fewer rows were read than the text has lines, and a quote is why."""
        if self.format != "delimited" or not self.dialect.quote or self.asked.quote is not None:
            return
        content = self._content()
        lines, quoted = count_lines(content, self.dialect.quote)
        if quoted and lines - self.header > rows:
            dialect = Dialect(self.separator, self.dialect.quote)
            said = swallowed(self, content, dialect, len(self.columns), self.dialect.skipped)
            if said:
                raise DataError(said)

    def lines_within(self) -> int:
        """How many lines that are not blank go on with a quoted field of the line before."""
        if self.format != "delimited" or not self.dialect.quote:
            return 0
        if not count_lines(self._content(), self.dialect.quote)[1]:
            return 0
        within = 0
        for first, last, record in records(self._content(), self.separator, self.dialect.quote):
            if last > first:
                lines = self.separator.join(record).split("\n")[1:-1]
                within += last - first - sum(not line.strip() for line in lines)
        return within

    def regular(self) -> bool:
        """Whether most of the first lines part into as many fields as there are columns."""
        found = records(self._content(), self.separator, self.dialect.quote)
        sizes = [len(row) for _, _, row in islice(found, LOOK_AT) if any(row)]
        return sum(size == len(self.columns) for size in sizes) >= ALIKE * len(sizes)

    def wide_rows(self) -> list[int]:
        """The numbers of the rows with a value behind the last column; separators alone are none."""
        found = records(self._content(), self.separator, self.dialect.quote)
        most, head = len(self.columns), int(self.header)
        return [n - head for n, (_, _, row) in enumerate(found) if any(row[most:]) and n >= head]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what the reader of this file says into a DataError that says where and what to do."""
        try:
            yield
        except pl.exceptions.NoDataError as error:
            raise DataError(f"{self} is empty") from error
        except (pl.exceptions.PolarsError, RuntimeError, ValueError) as error:
            raise DataError(self._diagnosis()) from error
        except OSError as error:
            raise DataError(f"{self} cannot be read: {error.strerror or 'it is damaged'}") from error

    def _csv(self, **options: Any) -> pl.LazyFrame:
        return pl.scan_csv(
            self._content(),
            separator=self.separator,
            quote_char=self.dialect.quote or None,
            has_header=self.header,
            infer_schema=False,
            new_columns=list(self.columns) if self.columns and (self.padded or not self.header) else None,
            glob=False,
            **options,
        )

    def _frame(self) -> pl.LazyFrame:
        frame = self.frame
        return (
            frame.frame if isinstance(frame, Spool) else (pl.DataFrame() if frame is None else frame).lazy()
        )

    def _content(self) -> Path | bytes:
        return self.path if self.content is None else self.content

    def _raw_lines(self) -> pl.LazyFrame:
        return pl.scan_csv(
            self._content(),
            separator="\x01",
            quote_char=None,
            has_header=False,
            infer_schema=False,
            new_columns=["line"],
            glob=False,
        )

    def _filled(self, text: pl.Expr) -> pl.Expr:
        bare = text.str.strip_chars(" \t")
        there = bare.str.len_bytes() > 0
        if self.asked.missing:
            there &= ~bare.is_in(list(self.asked.missing))
        return pl.when(there).then(bare)

    def _without_missing(self, name: str) -> pl.Expr:
        if not self.asked.missing:
            return pl.col(name)
        written = pl.col(name).cast(pl.String, strict=False)
        numbers = [text + ".0" for text in self.asked.missing]
        stands = written.is_in([*self.asked.missing, *numbers]).fill_null(False)
        return pl.when(~stands).then(pl.col(name)).alias(name)

    def _line(self, row: int) -> int:
        """The line of a row; rows before it may span several lines where there are quotes."""
        if self.format == "delimited" and self.dialect.quote:
            found = records(self._content(), self.separator, self.dialect.quote)
            for number, (first, _, _) in enumerate(found):
                if number == row + self.header:
                    return first + self.dialect.skipped
        return row + self.first_line

    def too_wide(self) -> str:
        """That there are rows with too many fields, how many, and where the first is."""
        rows = self.wide_rows()
        first = self.place(rows[0]) if rows else "the header"
        return (
            f"{self}: {len(rows):,} rows have more fields than there are columns, the first "
            f"in {first}; put quotes around fields with a separator in them, or say `separator`"
        )

    def _diagnosis(self) -> str:
        if self.format == "parquet":
            return f"{self} is damaged, or no Parquet file"
        dialect = Dialect(self.separator, self.dialect.quote if self.format == "delimited" else "")
        try:
            found = diagnosis(self, self._content(), dialect, self.dialect.skipped)
        except OSError:
            found = ""
        return found or (
            f"{self} cannot be read as {self._kind()}; say how with `separator`, `quote`, "
            "`comment` or `encoding`"
        )

    def _kind(self) -> str:
        if self.format == "lines":
            return "JSON"
        return f"text with {json.dumps(self.separator)} between {len(self.columns)} columns"
