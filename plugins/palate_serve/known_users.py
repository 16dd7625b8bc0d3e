"""What the service knows of users beyond the run: their later events, and who is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from palate_serve.event import Event
from palate_serve.event_log import Row


@dataclass(eq=False)
class KnownUsers:
    """The log in memory, by user id as text. `seen` is the last row that it has."""

    hashed: Callable[[str], str]
    events: dict[str, list[Event]] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    count: int = 0
    seen: int = 0

    def apply(self, rows: Iterable[Row]) -> Row | None:
        """Take in rows of the log, in order; returns the last that names a run, if one does."""
        run = None
        for row in rows:
            self.seen = row.seq
            if row.kind == "event":
                self.events.setdefault(str(row.user), []).append(row.event)
                self.count += 1
            elif row.kind == "forget":
                self._forget(str(row.user))
            elif row.kind == "run":
                run = row
        return run

    def is_forgotten(self, user: str) -> bool:
        """Whether what a run knows of this user must not be used."""
        return bool(self.forgotten) and self.hashed(user) in self.forgotten

    def _forget(self, mark: str) -> None:
        self.forgotten.add(mark)
        for user in [user for user in self.events if self.hashed(user) == mark]:
            self.count -= len(self.events.pop(user))
