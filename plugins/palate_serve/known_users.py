"""What the service knows of users beyond the run: their later events, and who is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from palate_serve.event import Event
from palate_serve.event_log import Row


@dataclass(eq=False)
class KnownUsers:
    """The log in memory, by user id as text. `seen` is the last row that it has.

    `group` is the server that it belongs to: swaps of others that keep events in the same log do not count.
    """

    hashed: Callable[[str], str]
    group: str = ""
    events: dict[str, list[Event]] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    count: int = 0
    seen: int = 0
    _marks: dict[str, str] = field(default_factory=dict)

    def apply(self, rows: Iterable[Row]) -> Row | None:
        """Take in rows of the log, in order; returns the last that names a run, if one does."""
        run = None
        for row in rows:
            self.seen = row.seq
            if row.kind == "event":
                self._add(str(row.user), row.event)
            elif row.kind == "forget":
                self._forget(str(row.user))
            elif row.kind == "run" and row.item == self.group:
                run = row
        return run

    def is_forgotten(self, user: str) -> bool:
        """Whether what a run knows of this user must not be used."""
        return bool(self.forgotten) and self.hashed(user) in self.forgotten

    def _add(self, user: str, event: Event) -> None:
        if user not in self.events:
            self.events[user] = []
            self._marks[self.hashed(user)] = user
        self.events[user].append(event)
        self.count += 1

    def _forget(self, mark: str) -> None:
        self.forgotten.add(mark)
        user = self._marks.pop(mark, None)
        if user is not None:
            self.count -= len(self.events.pop(user))
