"""Trackers: plugins that record runs elsewhere, switched on by `--track` or PALATE_TRACK.

A tracker is a plugin whose hook module says `tracks = "what WHERE is"` and whose `on_event` hands events to
a `Follower`:

    tracks = "a file of JSON lines"

    @hookimpl
    def on_event(event):
        from palate_jsonl.tracker import follow

        follow(event)

with `follow = Follower("jsonl", JsonLines)`. The follower does the rest: it makes plain records without
anything that is secret or about a user, and hands them over in a thread of its own, so that a tracker that
is down, slow or broken neither stops nor changes a run.
"""

from __future__ import annotations

from palate.tracking.background import drain
from palate.tracking.destinations import Destination, requested, track
from palate.tracking.follower import Follower, Tracker
from palate.tracking.records import Record

__all__ = ["Destination", "Follower", "Record", "Tracker", "drain", "requested", "track"]
