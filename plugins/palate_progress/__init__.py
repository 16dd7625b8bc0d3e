"""The progress of a run, on stderr: bars on a terminal, plain lines elsewhere.

Nothing is shown unless the run requests it (`details["display"]` of its events), and nothing when
it is to be quiet (`details["quiet"]`).
"""

from __future__ import annotations

from palate import Event, hookimpl


@hookimpl
def on_event(event: Event) -> None:
    if event.details.get("display"):
        from palate_progress.watch import watch

        watch(event)
