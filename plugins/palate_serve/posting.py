"""From a request with events to what the log keeps of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from palate.errors import AmbiguousItem, PalateError
from palate_serve.event import Event
from palate_serve.event_log import Post
from palate_serve.messages import Events, Happened
from palate_serve.queries import weights
from palate_serve.refused import Refused, of_palate
from palate_serve.served_run import ServedRun
from palate_serve.service import Service, now


def post_of(service: Service, body: Happened | Events, key: bytes | None) -> tuple[Post, list[Any]]:
    """The post of some events, and their items that the run does not have. Raises Refused.

    An event without a time is of now, and an item that is given by its title is kept by its id.
    """
    many = isinstance(body, Events)
    given, most = body.events if isinstance(body, Events) else [body], service.limits.history
    if not 0 < len(given) <= most:
        raise Refused(422, f"between 1 and {most:,} events", "events")
    if key is not None and not (0 < len(key) <= 200 and all(32 < byte < 127 for byte in key)):
        raise Refused(422, "between 1 and 200 visible ASCII characters", "Idempotency-Key")
    moment, run = now(), service.run
    where = [f"events[{at}]." if many else "" for at in range(len(given))]
    events = [
        _event(run, each, moment, service.limits.future, place)
        for each, place in zip(given, where, strict=True)
    ]
    _readable(run, events, where)
    kept = [(service.key(run, each.user)[0], event) for each, event in zip(given, events, strict=True)]
    unknown = [
        each.item for each, event in zip(given, events, strict=True) if run.item_by_id(event.item) is None
    ]
    digest = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    return Post(kept, moment, None if key is None else key.decode("ascii"), digest), unknown


def _event(run: ServedRun, given: Happened, moment: float, future: float, where: str) -> Event:
    event = Event.of(given)
    if event.time is not None and event.time > moment + future:
        said = "the time of an event is seconds since 1970, and not in the future"
        raise Refused(422, said, f"{where}time")
    try:
        row = run.item(event.item)
    except AmbiguousItem as error:
        raise of_palate(error, f"{where}item") from None
    item = event.item if row is None else str(run.ids[row])
    return event._replace(item=item, time=moment if event.time is None else event.time)


def _readable(run: ServedRun, events: Sequence[Event], where: Sequence[str]) -> None:
    """Raises Refused where the feedback of the run cannot read one of the events."""
    rows = [run.item_by_id(event.item) or 0 for event in events]
    try:
        weights(run.pipeline, rows, events, None, told=False)
    except PalateError as error:
        if len(events) > 1:  # each by itself, to say which
            for row, event, place in zip(rows, events, where, strict=True):
                _one_readable(run, row, event, place)
        raise _unread(run, error, where[0]) from None


def _one_readable(run: ServedRun, row: int, event: Event, where: str) -> None:
    try:
        weights(run.pipeline, [row], [event], None, told=False)
    except PalateError as error:
        raise _unread(run, error, where) from None


def _unread(run: ServedRun, error: PalateError, where: str) -> Refused:
    field = {"events": "type", "labels": "label"}.get(run.pipeline.feedback.name, "rating")
    return Refused(422, str(error), where + field)
