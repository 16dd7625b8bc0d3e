"""One display for each run, from the event that starts it to the one that ends it."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from rich.console import Console

from palate.events import Event
from palate_progress.display import Display


@dataclass
class Watch:
    """Opens a display when a plan starts and closes it when the plan ends."""

    display: Display | None = None

    def __call__(self, event: Event) -> None:
        if event.what == "plan-started":
            self.close()
            self.display = Display(stderr(), quiet=bool(event.details.get("quiet")))
        if self.display is None:
            if event.what == "notice":  # notices before a run, or instead of one
                Display(stderr(), quiet=bool(event.details.get("quiet"))).on_event(event)
            return
        self.display.on_event(event)
        if event.what in ("plan-finished", "plan-interrupted"):
            self.close()

    def close(self) -> None:
        if self.display is not None:
            self.display.close()
        self.display = None


def stderr() -> Console:
    """Standard error as it is now; a pipe stays a pipe whatever FORCE_COLOR says."""
    return Console(file=sys.stderr, force_terminal=sys.stderr.isatty(), highlight=False)


watch = Watch()
