"""What a tracker's plugin hands its events to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from palate.events import Event
from palate.tracking.background import Background, Tracker, started
from palate.tracking.destinations import requested
from palate.tracking.records import record_of

__all__ = ["Follower", "Tracker"]


@dataclass
class Follower:
    """Hands the events of runs to a tracker at each place that is asked for; does nothing where none is.

    `open` makes the tracker from WHERE, empty for its usual place; it is called in a thread of its own, and
    may import what it needs. One that failed is opened again for the next plan.
    """

    name: str
    open: Callable[[str], Tracker]
    _places: dict[str, Background] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def __call__(self, event: Event) -> None:
        places = [each.where for each in requested() if each.name == self.name]
        if not places:
            return
        record = record_of(event)
        if record is None:
            return
        with self._lock:
            for where in places:
                known = self._places.get(where)
                if known is None or (known.failure and event.what == "plan-started"):
                    known = self._places[where] = started(Background(self.name, where, self.open))
                known.put(record)
