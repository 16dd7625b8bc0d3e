"""The log of events: appended and on disk before an event is acknowledged, read by every worker.

One SQLite file in WAL mode, synced at each commit. The number of the last row also stands in eight bytes
of a file that every worker maps, so that whether there is anything new costs one look at memory. It is
written inside the transaction, so it never falls behind what is committed.
"""

from __future__ import annotations

import hashlib
import hmac
import mmap
import os
import secrets
import sqlite3
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from palate.errors import StoreError
from palate_serve.event import Event

_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, user TEXT, item TEXT,
  time REAL, rating REAL, type TEXT, label TEXT, received REAL
);
CREATE INDEX IF NOT EXISTS log_user ON log(user);
CREATE TABLE IF NOT EXISTS posts (
  key TEXT PRIMARY KEY, digest TEXT NOT NULL, last INTEGER NOT NULL, received REAL
);
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_VERSION = "1"
_KEYS = 7 * 86_400.0  # seconds for which the key of a post is known
_CACHE = 512  # KiB of pages that a connection keeps: rows are appended, and read once
_BUSY = 10.0  # seconds to wait for another worker's transaction


class Row(NamedTuple):
    """A row of the log.

    `kind` is `event`, `forget` (of the user whose mark is `user`) or `run` (`user` is its name, `item` the
    group of workers that has swapped to it).
    """

    seq: int
    kind: str
    user: str | None
    item: str | None
    time: float | None
    rating: float | None
    type: str | None
    label: str | None

    @property
    def event(self) -> Event:
        return Event(str(self.item), self.time, self.rating, self.type, self.label)


@dataclass(frozen=True)
class Post:
    """Events to be kept together, with the key under which they are kept once, and a digest of them."""

    events: Sequence[tuple[str, Event]]
    received: float
    key: str | None = None
    digest: str = ""


class Conflict(Exception):
    """A key that other events were kept under."""


class EventLog:
    """The log in a file. Reading belongs to one thread, and so does writing; the two may differ."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            if new:
                path.touch(mode=0o600)
            self._reading, self._writing = self._connect(), self._connect()
            self._begin()
            self._shared = _counter(path.with_name(path.name + ".last"))
            with self._transaction() as db:
                (last,) = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone() or (0,)
                self._announce(last)
        except (OSError, sqlite3.Error) as error:
            said = getattr(error, "strerror", None) or error
            raise StoreError(f"the event log {path} cannot be opened: {said}") from None

    def changed(self, seen: int) -> bool:
        """Whether there may be rows after this one."""
        last: int = struct.unpack_from("<Q", self._shared)[0]
        return last != seen

    def since(self, seen: int) -> list[Row]:
        """The rows after this one, in order."""
        rows = self._reading.execute(
            "SELECT seq, kind, user, item, time, rating, type, label FROM log WHERE seq > ? ORDER BY seq",
            (seen,),
        )
        return [Row(*row) for row in rows]

    def append(self, posts: Sequence[Post]) -> list[tuple[int, bool] | Conflict]:
        """Keep the events of some posts, all in one commit: the last row of each, and whether it was there.

        When it returns, what it says is on disk. A Conflict stands for a key that other events have.
        """
        with self._transaction() as db:
            return [self._kept(db, post) for post in posts]

    def swapped(self, run: str, group: str, now: float) -> int:
        """Keep that a server, by its `group`, has swapped to a run; returns the number of the row."""
        with self._transaction() as db:
            seq = db.execute(
                "INSERT INTO log (kind, user, item, received) VALUES ('run', ?, ?, ?)", (run, group, now)
            ).lastrowid
            self._announce(int(seq or 0))
            return int(seq or 0)

    def forget(self, users: Sequence[str], now: float, items: Sequence[str] = ()) -> int:
        """Take out every event of users, and keep that whoever they were are forgotten; returns the count.

        `users` are ids in each way in which they are written; `items` are ids whose events go too. No id
        stays: the mark is a keyed hash, what is deleted is overwritten, and a post that may have had such
        an event loses its digest, so that sending it again is refused rather than kept again.
        """
        where, values = whose(users, items)
        with self._transaction() as db:
            db.execute(
                "UPDATE posts SET digest = '' WHERE last IN (SELECT (SELECT min(last) FROM posts"  # noqa: S608
                f" WHERE last >= seq) FROM log WHERE {where})",
                values,
            )
            gone = db.execute(f"DELETE FROM log WHERE {where}", values).rowcount  # noqa: S608
            (seq,) = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone() or (0,)
            for user in users:
                seq = db.execute(
                    "INSERT INTO log (kind, user, received) VALUES ('forget', ?, ?)", (self.hashed(user), now)
                ).lastrowid
            self._announce(int(seq or 0))
        self._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone)

    def knows_forgotten(self, users: Sequence[str]) -> bool:
        """Whether each of these users is marked as forgotten."""
        marks = {
            mark for (mark,) in self._reading.execute("SELECT DISTINCT user FROM log WHERE kind = 'forget'")
        }
        return all(self.hashed(user) in marks for user in users)

    def hashed(self, user: str) -> str:
        """The mark of a user id: nobody without this log's salt can tell whose it is."""
        return hmac.new(self._salt, user.encode(), hashlib.sha256).hexdigest()

    def close(self) -> None:
        for db in (self._reading, self._writing):
            db.close()
        self._shared.close()

    def _kept(self, db: sqlite3.Connection, post: Post) -> tuple[int, bool] | Conflict:
        if post.key is not None:
            known = db.execute("SELECT digest, last FROM posts WHERE key = ?", (post.key,)).fetchone()
            if known is not None:
                return (known[1], True) if known[0] == post.digest else Conflict()
        last = 0
        for user, event in post.events:
            values: tuple[Any, ...] = (user, *event, post.received)
            last = int(
                db.execute(
                    "INSERT INTO log (kind, user, item, time, rating, type, label, received)"
                    " VALUES ('event', ?, ?, ?, ?, ?, ?, ?)",
                    values,
                ).lastrowid
                or 0
            )
        if post.key is not None:
            db.execute("INSERT INTO posts VALUES (?, ?, ?, ?)", (post.key, post.digest, last, post.received))
        if last:
            self._announce(last)
        return last, False

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = self._writing
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA secure_delete=ON")
        db.execute(f"PRAGMA cache_size=-{_CACHE}")
        return db

    def _begin(self) -> None:
        db = self._writing
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
            with self._transaction():
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    db.execute(statement)
                for name, value in (("version", _VERSION), ("salt", secrets.token_hex(16))):
                    db.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (name, value))
        known = dict(db.execute("SELECT name, value FROM about").fetchall())
        db.execute("DELETE FROM posts WHERE received < ?", (time.time() - _KEYS,))
        if known.get("version") != _VERSION:
            raise StoreError(
                f"{self.path} is an event log of another version of palate ({known.get('version')})"
            )
        self._salt = known["salt"].encode()

    def _announce(self, last: int) -> None:
        struct.pack_into("<Q", self._shared, 0, last)


def whose(users: Sequence[str], items: Sequence[str]) -> tuple[str, list[str]]:
    """The condition for events of these users or with these items, and its values."""
    marks = [",".join("?" * len(ids)) for ids in (users, items)]
    return f"kind = 'event' AND (user IN ({marks[0]}) OR item IN ({marks[1]}))", [*users, *items]


def _counter(path: Path) -> mmap.mmap:
    """Eight bytes that all workers see."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(handle).st_size < 8:
            os.ftruncate(handle, 8)
        return mmap.mmap(handle, 8)
    finally:
        os.close(handle)
