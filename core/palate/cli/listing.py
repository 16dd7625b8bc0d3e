"""Tables to be read: as wide as the terminal, and in full where the output goes into a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from rich.table import Table

_GAP = 2
_NARROWEST = 16


def piped() -> bool:
    """Whether standard output goes into a pipe or file, and not to a terminal."""
    return not sys.stdout.isatty()


def terminal_width() -> int:
    return shutil.get_terminal_size().columns


def show(headings: Sequence[str], rows: Sequence[Sequence[str]], shrink: str = "") -> None:
    """Print rows under headings on standard output.

    In a pipe nothing is cut or folded, and a row is one line. On a terminal the column `shrink`
    is cut to what room the others leave, and a table that is too wide even so is folded.
    """
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(cell_len, column)) + _GAP for column in columns]
    if piped():
        for row in (headings, *rows):
            cells = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
            sys.stdout.write(" ".join("".join(cells).splitlines()).rstrip() + "\n")
        return
    _print(_table(headings, rows, shrink if sum(widths) > terminal_width() else ""), terminal_width())


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], shrink: str) -> Table:
    from rich.table import Table
    from rich.text import Text

    cramped = shrink in headings
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP, 0, 0), expand=cramped)
    for heading in headings:
        if heading == shrink:
            table.add_column(heading, overflow="ellipsis", no_wrap=True, ratio=1, min_width=_NARROWEST)
        else:
            table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _print(table: Table, width: int) -> None:
    from rich.console import Console

    console = Console(width=width, no_color=bool(os.environ.get("NO_COLOR")), highlight=False)
    with console.capture() as printed:
        console.print(table)
    for line in printed.get().splitlines():
        sys.stdout.write(line.rstrip() + "\n")
