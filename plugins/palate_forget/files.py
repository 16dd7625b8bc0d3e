"""Files that palate wrote for people: tables and logs without some rows, and which others have to go."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from palate.errors import StoreError, unwritten
from palate.forgetting import Removal
from palate.paths import literally, write_whole
from palate_forget.mentions import Mentions

_USER, _ITEM = ("user", "user_id"), ("item", "item_id")
_TABLES = {
    ".parquet": (lambda file: pl.read_parquet(literally(file)), pl.DataFrame.write_parquet),
    ".csv": (lambda file: pl.read_csv(literally(file), infer_schema=False), pl.DataFrame.write_csv),
    ".tsv": (
        lambda file: pl.read_csv(literally(file), separator="\t", infer_schema=False),
        lambda frame, out: frame.write_csv(out, separator="\t"),
    ),
}
_LINES = (".jsonl", ".ndjson", ".log", ".txt")


@dataclass(frozen=True)
class LeftFile:
    """A report, export or log, and who leaves it. Raises StoreError where it cannot be read or written."""

    path: Path
    leaving: Mentions

    @cached_property
    def rest(self) -> tuple[bytes | None, int | None] | None:
        """What it will hold and how many rows go: (None, None) if all of it goes, None if nothing does."""
        try:
            table = _TABLES.get(self.path.suffix.lower())
            if table is not None:
                return self._table(*table)
            if self.path.suffix.lower() in _LINES:
                return self._lines()
            return (None, None) if self.leaving.anywhere_in(self.path) else None
        except (OSError, pl.exceptions.PolarsError) as error:
            raise StoreError(f"{self.path} cannot be read: {error}") from None

    @property
    def removal(self) -> Removal | None:
        """What goes, or would."""
        if self.rest is None:
            return None
        what = "file" if self.rest[0] is None else "log" if self.path.suffix.lower() in _LINES else "table"
        return Removal(what, str(self.path), self.rest[1])  # type: ignore[arg-type]

    def rewrite(self) -> None:
        """Take out what goes: the file is there before or after, never half."""
        if self.rest is None:
            return
        content, _ = self.rest
        try:
            if content is None:
                self.path.unlink()
                return
            write_whole(self.path, content, self.path.stat().st_mode & 0o777)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {unwritten(error)}") from None

    def _table(self, read: Callable[[Path], pl.DataFrame], write: Callable[..., Any]) -> Any:
        frame = read(self.path)
        stays = pl.Series([True]).new_from_index(0, frame.height)
        for names, ids in ((_USER, self.leaving.users), (_ITEM, self.leaving.items)):
            for name in names:
                if name in frame.columns:
                    stays &= ~frame[name].cast(pl.String).is_in(list(ids)).fill_null(False)
            if {"kind", "id"} <= set(frame.columns):  # the vectors that `palate profile` writes
                own = (frame["kind"] == names[0]) & frame["id"].cast(pl.String).is_in(list(ids))
                stays &= ~own.fill_null(False)
        gone = frame.height - int(stays.sum())
        if not gone:
            known = set(frame.columns) & {*_USER, *_ITEM, "kind"}
            return None if known or not self.leaving.anywhere_in(self.path) else (None, None)
        out = io.BytesIO()
        write(frame.filter(stays), out)
        return out.getvalue(), gone

    def _lines(self) -> Any:
        lines = self.path.read_bytes().splitlines(keepends=True)
        stay = [line for line in lines if not self._mentions(line)]
        return (b"".join(stay), len(lines) - len(stay)) if len(stay) < len(lines) else None

    def _mentions(self, line: bytes) -> bool:
        if line.lstrip().startswith(b"{"):
            try:
                return self.leaving.in_value(json.loads(line))
            except ValueError:
                pass
        return self.leaving.in_text(line)


def expanded(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files among these paths and in the folders among them, links left out."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [each for each in inside if each.is_file() and not each.is_symlink()]
    return tuple(dict.fromkeys(found))
