"""Users and items taken out of the logs of events that services keep."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from palate.errors import StoreError
from palate.forgetting import Forgetting, Removal
from palate_serve.app import EVENTS
from palate_serve.event_log import EventLog, whose
from palate_serve.service import now

_BEGIN = b"SQLite format 3\x00"


def forget(forgetting: Forgetting) -> None:
    """As `DELETE /v1/users/{user}` does, in each log beside a run and among the further files.

    A service may be running on a log: it drops the users at its next answer. Raises StoreError.
    """
    beside = [run.absolute().parent / EVENTS for run in forgetting.runs]
    given = [path for path in forgetting.files if path.name == EVENTS or _is_log(path)]
    for path in dict.fromkeys([*beside, *given]):
        if not path.is_file():
            continue
        count = _events_of(path, forgetting)
        if not forgetting.dry:
            with closing(EventLog(path)) as log:
                if count or not log.knows_forgotten(forgetting.users):
                    log.forget(forgetting.users, now(), forgetting.items)
        if count:
            forgetting.removals.append(Removal("event log", str(path), count))
        forgetting.handled.add(path)


def _events_of(path: Path, forgetting: Forgetting) -> int:
    """How many events there are of those to be forgotten; nothing is written for it. Raises StoreError."""
    where, values = whose(forgetting.users, forgetting.items)
    try:
        with closing(_looked_into(path)) as db:
            (count,) = db.execute(f"SELECT count(*) FROM log WHERE {where}", values).fetchone()  # noqa: S608
    except sqlite3.Error as error:
        raise StoreError(f"the event log {path} cannot be read: {error}") from None
    return int(count)


def _is_log(path: Path) -> bool:
    """Whether a file is an event log. Raises StoreError where it cannot be read."""
    try:
        with path.open("rb") as file:
            if file.read(len(_BEGIN)) != _BEGIN:
                return False
        with closing(_looked_into(path)) as db:
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be read: {error}") from None
    return {"log", "posts", "about"} <= names


def _looked_into(path: Path) -> sqlite3.Connection:
    """The file to be read: without a trace, where no service has it open."""
    open_now = path.with_name(f"{path.name}-wal").exists()
    return sqlite3.connect(f"{path.absolute().as_uri()}?{'mode=ro' if open_now else 'immutable=1'}", uri=True)
