"""The files that a source names: their lines, and their columns that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from palate.data import Dataset
from palate.errors import DataError
from palate.findings import Finding
from palate.findings.words import columns_in
from palate.recipe import Recipe
from palate.tables import ROLES, Format, Table, locate, matching, open_table
from palate.tables.names import CARRIED, IDS
from palate_data.found import FileRead

FILES = ("interactions", "validation", "test", "items", "users")
TEXT = (".csv", ".tsv", ".txt", ".dat", ".data", ".inter", ".item", ".user", ".base", ".jsonl", ".ndjson")


def files_read(recipe: Recipe) -> tuple[FileRead, ...]:
    """What the options of the source that name files lead to; none for a source without such options."""
    options = recipe.source.options
    if not getattr(recipe.source.component.cls, "names_files", True):
        return ()
    found = []
    for what in FILES:
        paths = options.get(what)
        if not isinstance(paths, (str, list)) or not paths:
            continue
        for path in locate(paths, what):
            found.append(_file(Path(path), what, recipe))
    return tuple(found)


def short_files(files: Sequence[FileRead], dataset: Dataset) -> Iterator[Finding]:
    """Where the files of interactions have more lines than events were read."""
    events = [file for file in files if file.what in ("interactions", "validation", "test")]
    lines = [file.lines for file in events]
    known = [count for count in lines if count is not None]
    if not known or len(known) < len(lines):
        return
    read = dataset.interactions.height
    missing = sum(known) - read
    if missing > 0:
        yield Finding(
            "lines",
            f"the files of interactions have {sum(known):,} lines of data, and {read:,} events were read: "
            f"{missing:,} lines were left out",
            numbers={"lines": sum(known), "events": read},
        )


def _file(path: Path, what: str, recipe: Recipe) -> FileRead:
    try:
        table: Table | None = open_table(path, _format(recipe.source.options, what))
    except DataError:  # a source may read what palate's tables do not
        table = None
    columns = table.columns if table else ()
    return FileRead(str(path), what, _lines(path, table), columns, _unused(columns, what, recipe))


def _format(given: Mapping[str, Any], what: str) -> Format:
    """How the files are written, as far as the options of the source say it by the usual names.

    What a file of items or users is written differently in counts before what is said for all.
    """
    options = {**given, **(given.get({"items": "item_format", "users": "user_format"}.get(what, "")) or {})}
    return Format(
        encoding=options.get("encoding"),
        separator=options.get("separator"),
        quote=options.get("quote"),
        comment=options.get("comment"),
        skip=options.get("skip_lines") or 0,
        header=options.get("header", True),
        sheet=options.get("sheet"),
    )


def _lines(path: Path, table: Table | None) -> int | None:
    """The lines of data of a plain text file: all that are not blank, but for its head.

    Text of several lines in quotes counts as one.
    """
    if path.suffix.lower() not in TEXT or table is None:
        return None
    with path.open("rb") as file:
        count = sum(1 for line in file if line.strip())
    head = table.first_line - 1 if table.format == "delimited" else 0
    return max(0, count - head - table.lines_within())


def _unused(columns: Sequence[str], what: str, recipe: Recipe) -> tuple[str, ...]:
    """The columns that no role takes and no text of the recipe names."""
    used = set().union(*(columns_in(block.options) for block in recipe.walk()))
    if what in ("items", "users"):
        id_ = matching(columns, IDS["item" if what == "items" else "user"])
    else:
        given = recipe.source.options.get("columns") or {}
        id_ = None
        roles = {**ROLES, **CARRIED}
        used |= {matching(columns, names) or "" for role, names in roles.items() if role not in given}
    return tuple(column for column in columns if column != id_ and column not in used)
