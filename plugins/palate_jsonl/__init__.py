"""The tracker `jsonl`: what happens in runs, a line of JSON each, in a file."""

from __future__ import annotations

from palate import Event, hookimpl

tracks = "FILE"


@hookimpl
def on_event(event: Event) -> None:
    from palate_jsonl.tracker import follow

    follow(event)
