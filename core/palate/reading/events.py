"""Files of interactions into one frame with `user`, `item`, `rating`, `time` and `part`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal

import polars as pl

from palate.errors import DataError
from palate.reading.ids import Form, together
from palate.reading.log import Log
from palate.tables.table import WIDE

logger = logging.getLogger(__name__)

SHOWN = 5
IDS: tuple[Literal["user", "item"], ...] = ("user", "item")


def events(logs: Sequence[Log], skip: bool) -> pl.DataFrame:
    """All interactions of all files, with ids of one type each.

    Raises DataError for rows that do not read, with how many there are and where the first of them
    stand; with `skip` they are left out.
    """
    forms: dict[Literal["user", "item"], Form] = {
        role: together(log.form(role) for log in logs) for role in IDS
    }
    read = [_read(log.but(forms=forms)) for log in logs]
    for _ in range(2):
        wider = {role: form for role in IDS if (form := _wider(role, forms[role], read)) != forms[role]}
        if not wider:
            break
        forms |= wider
        read = [_read(log.but(forms=forms)) for log, _ in read]
    _report_clocks([log for log, _ in read])
    complaints, hints = [], set[str]()
    for log, frame in read:
        bad = _unread(frame) + len(log.wide)
        if bad and skip:
            logger.warning(
                "%d of %d rows of %s do not read and are left out: %s",
                *(bad, _rows(log, frame), log.table, ", ".join(log.faults(SHOWN))),
            )
        elif bad:
            shown = ", ".join(log.faults(SHOWN)) + (", …" if bad > SHOWN else "")
            hints |= {_format_hint(log, frame)} - {""}
            complaints.append(f"{bad} of {_rows(log, frame)} rows of {log.table} do not read: {shown}")
    if complaints:
        raise DataError(
            f"{'; '.join(complaints)}. Fix them, say with `missing` what stands for none, or leave them out "
            f"with `bad_rows: skip`{''.join(sorted(hints))}"
        )
    whole = pl.concat([frame.drop_nulls() if _unread(frame) else frame for _, frame in read])
    if whole.is_empty():
        raise DataError(f"no interactions in {', '.join(str(log.table) for log, _ in read)}")
    return whole


def _report_clocks(logs: Sequence[Log]) -> None:
    for log in logs:
        if "time" in log.roles and (guessed := log.clock.guessed):
            logger.warning(
                "column %r of %s is read as %s; if that is wrong, say `time_format`",
                *(log.roles["time"], log.table, guessed),
            )


def _wider(role: Literal["user", "item"], form: Form, read: Sequence[tuple[Log, pl.DataFrame]]) -> Form:
    """The same form, or the next one where an id does not fit it."""
    if form == "text" or not any(
        frame[role].null_count() and log.hides_text(role, form) for log, frame in read
    ):
        return form
    return "loose" if form == "whole" else "text"


def _read(log: Log) -> tuple[Log, pl.DataFrame]:
    """The rows of a log, and the log, which now knows its wide rows if it has any."""
    with log.table.reading():
        try:
            frame = log.read()
        except pl.exceptions.ComputeError as error:
            if WIDE not in str(error):
                raise
            log = log.looked_over()
            frame = log.read()
        log.check_lines(frame.height)
        return log, frame


def _format_hint(log: Log, frame: pl.DataFrame) -> str:
    """What to say where not one time reads as it was said to be written."""
    if log.time_format == "auto" or "time" not in frame.columns or frame["time"].count():
        return ""
    return f". No time is written as `time_format: {log.time_format!r}` says; without it, the values tell"


def _unread(frame: pl.DataFrame) -> int:
    """How many rows have a null."""
    if not any(column.null_count() for column in frame):
        return 0
    return int(frame.select(pl.any_horizontal(pl.all().is_null()).sum()).item())


def _rows(log: Log, frame: pl.DataFrame) -> int:
    return frame.height + len(log.wide)
