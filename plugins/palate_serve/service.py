"""Answers to requests, from the runs that are served and the events that came since."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from palate.data import Query
from palate.errors import PalateError, closest
from palate.pipeline import Pipeline
from palate.pipeline.allowed import Allowed, allowed
from palate_serve.event import Event
from palate_serve.event_log import EventLog
from palate_serve.known_users import KnownUsers
from palate_serve.limits import Limits
from palate_serve.messages import Ask, Past
from palate_serve.prepared import Prepared
from palate_serve.queries import NOBODY, query_of
from palate_serve.refused import Refused, of_palate
from palate_serve.served_run import ServedRun
from palate_serve.variants import only_branches

_QUERIES = 1_000  # users, of whom each takes some KB: making one anew takes less than scoring it
_VARIANTS = 32


@dataclass(eq=False)
class Service:
    """The run that is served, others beside it, and the log of events.

    Everything happens in one thread, that of the event loop, but for what `swap` loads.
    """

    run: ServedRun
    log: EventLog
    limits: Limits = field(default_factory=Limits)
    beside: dict[str, ServedRun] = field(default_factory=dict)
    group: str = ""
    """Which of the servers that keep events in the log this is a worker of."""
    wanted: str | None = None
    """The run to switch to, as the log says, where that is another."""

    def __post_init__(self) -> None:
        self.users = KnownUsers(self.log.hashed, self.group)
        self._own: set[int] = set()
        self._queries: OrderedDict[tuple[int, str], tuple[int, Query]] = OrderedDict()
        self._variants: OrderedDict[tuple[int, tuple[str, ...]], Pipeline] = OrderedDict()
        self.refresh()

    def refresh(self) -> None:
        """Take in what any worker has acknowledged."""
        if self.log.changed(self.users.seen):
            switched = self.users.apply(self.log.since(self.users.seen))
            if switched is not None and switched.seq not in self._own:
                self.wanted = switched.user

    def told(self, seq: int) -> None:
        """Know that a row of the log is what this worker has told the others of its own swap."""
        self._own.add(seq)
        self.wanted = None

    def switch(self, run: ServedRun) -> None:
        """Serve this run from the next answer on."""
        self.run, self.wanted = run, None
        self._queries.clear()
        self._variants.clear()

    def served(self, name: str | None) -> ServedRun:
        """The run of this name, the first where none is named."""
        if name is None or name == self.run.name:
            return self.run
        if name not in self.beside:
            known = [self.run.name, *self.beside]
            raise Refused(404, f"the run {name!r} is not served here.{closest(name, known)}", "run")
        return self.beside[name]

    def prepare(self, ask: Ask) -> Prepared:
        """All that is to be known of a request before items are scored. Raises Refused."""
        self.refresh()
        run = self.served(ask.run)
        self._within(ask, run)
        query, known, unknown = self.query(run, ask.user, ask.history)
        if ask.user is not None and not known and ask.unknown_user == "refuse":
            raise Refused(404, f"there is no user {ask.user!r}", "user")
        pipeline = run.pipeline if ask.branches is None else self._only(run, ask.branches)
        return Prepared(ask, run, pipeline, query, known, unknown, _limits(run, ask))

    def query(
        self, run: ServedRun, user: Any, history: Sequence[Any] | None
    ) -> tuple[Query, bool, list[Any]]:
        """The query of a request, whether the service knows its user, and which items nobody knows."""
        if user is not None and history is not None:
            raise Refused(422, "give a user or a history, not both", "history")
        if user is not None:
            return *self.of_user(run, user), []
        plain = run.rows_of(history or [])
        if plain is not None:
            return Query(NOBODY, run.pipeline.lookup.told(plain)), False, []
        rows, events, unknown = _told(run, history or [])
        try:
            return query_of(run.pipeline, rows, events, told=True), False, unknown
        except PalateError as error:
            raise of_palate(error, "history") from None

    def of_user(self, run: ServedRun, user: Any) -> tuple[Query, bool]:
        """The query of a user by id, with every event up to now, and whether there is such a user."""
        key, row = self.key(run, user)
        events = self.users.events.get(key, [])
        place = (id(run), key)
        kept = self._queries.get(place)
        if kept is not None and kept[0] == len(events) and (row is None) == (kept[1].rows is None):
            self._queries.move_to_end(place)
            return kept[1], row is not None or bool(events)
        before = None if row is None else run.pipeline.lookup.known(np.array([row], np.int32))
        query = self._with_events(run, events, before)
        self._queries[place] = (len(events), query)
        if len(self._queries) > _QUERIES:
            self._queries.popitem(last=False)
        return query, row is not None or bool(events)

    def key(self, run: ServedRun, user: Any) -> tuple[str, int | None]:
        """A user id as the log has it, and the user's row in the run; None where the run must not know."""
        row = run.user(user)
        key = str(user) if row is None else str(run.users[row])
        return key, None if self.users.is_forgotten(key) else row

    def _with_events(self, run: ServedRun, events: Sequence[Event], before: Query | None) -> Query:
        known = [(row, event) for event in events if (row := run.item_by_id(event.item)) is not None]
        if known and before is not None and before.masked.times is not None:  # a run that has them already
            there = set(zip(before.masked.items.tolist(), before.masked.times.tolist(), strict=True))
            known = [(row, event) for row, event in known if (row, int(event.time or 0)) not in there]
        if not known and before is not None:
            return before
        rows, some = [row for row, _ in known], [event for _, event in known]
        try:
            return query_of(run.pipeline, rows, some, before)
        except PalateError:  # kept under another run's recipe: what this one cannot read counts as seen
            return query_of(run.pipeline, rows, some, before, only_seen=True)

    def _only(self, run: ServedRun, names: Sequence[str]) -> Pipeline:
        place = (id(run), tuple(sorted(set(names))))
        if place not in self._variants:
            self._variants[place] = only_branches(run.pipeline, place[1])
            if len(self._variants) > _VARIANTS:
                self._variants.popitem(last=False)
        return self._variants[place]

    def _within(self, ask: Ask, run: ServedRun) -> None:
        if ask.k > self.limits.k:
            raise Refused(422, f"k is at most {self.limits.k:,}; got {ask.k:,}", "k")
        listed, named = self.limits.listed, self.limits.named
        if ask.explain and ask.k > self.limits.explained:
            raise Refused(422, f"k is at most {self.limits.explained:,} where items are explained", "k")
        for name, given, most in (
            ("history", ask.history, self.limits.history), ("only", ask.only, listed),
            ("exclude", ask.exclude, listed), ("attributes", ask.attributes, named),
            ("branches", ask.branches, named), ("where", ask.where, named),
        ):  # fmt: skip
            if given and len(given) > most:
                raise Refused(422, f"at most {most:,} entries", name)
        for name in ask.attributes:
            if name not in run.names:
                near = closest(name, run.names)
                raise Refused(422, f"the items have no attribute {name!r}.{near}", "attributes")


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def _told(run: ServedRun, history: Sequence[Any]) -> tuple[list[int], list[Event], list[Any]]:
    """The known items of a history with their events, and the unknown ones as they were given."""
    rows, events, unknown = [], [], []
    for each in history:
        event = Event.of(each) if isinstance(each, Past) else Event(str(each))
        try:
            row = run.item(event.item)
        except PalateError as error:
            raise of_palate(error, "history") from None
        if row is None:
            unknown.append(each.item if isinstance(each, Past) else each)
        else:
            rows.append(row)
            events.append(event)
    return rows, events, unknown


def _limits(run: ServedRun, ask: Ask) -> Allowed | None:
    """What `only`, `exclude` and `where` leave."""
    if ask.only is None and ask.exclude is None and not ask.where:
        return None
    try:
        found = allowed(run.pipeline.items, ask.only, ask.exclude)
    except PalateError as error:
        raise of_palate(error, "only" if ask.only is not None else "exclude") from None
    if not ask.where:
        return found
    mask = run.mask(ask.where) if found is None else run.mask(ask.where) & found.mask
    return Allowed(mask, np.flatnonzero(mask).astype(np.int32), () if found is None else found.remarks)
