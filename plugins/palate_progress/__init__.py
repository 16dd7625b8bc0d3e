"""How far a run has come, on stderr: bars on a terminal, plain lines elsewhere.

Nothing is shown unless the run asks for it (`details["display"]` of its events), and nothing when
it asks for quiet (`details["quiet"]`).
"""

from __future__ import annotations

from palate import Event, hookimpl


@hookimpl
def on_event(event: Event) -> None:
    if event.details.get("display"):
        from palate_progress.watch import watch

        watch(event)
