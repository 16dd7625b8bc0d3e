"""What every feedback must do."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import polars as pl

from palate.data import Dataset
from palate.testing.case import Case, ensure, same
from palate.testing.data import dataset
from palate.testing.datasets import _ensure_sound, _equal


def marked_events() -> Dataset:
    """The crowd's interactions with a rating, a `type` (view, cart or purchase) and a `label` (0 or 1)."""
    data = dataset()
    number = pl.int_range(pl.len())
    types = pl.Series(["view", "cart", "purchase"])
    return data.with_interactions(
        data.interactions.with_columns(
            label=(number % 4 != 1).cast(pl.Int8),
            type=pl.Series([types[at % 3] for at in range(data.interactions.height)]),
        )
    )


def marks_every_event(case: Case) -> None:
    """The same events come out, each with a strength, and users and items as they were."""
    data = marked_events()
    out = case.make().mark(data)
    _ensure_sound(out)
    ensure("strength" in out.interactions.columns, "no column `strength` comes out; use `with_strengths`")
    ensure(
        same(out.interactions.drop("strength"), data.interactions),
        "the events that come out are not those given",
    )
    ensure(same((out.items, out.users), (data.items, data.users)), "users or items change")
    ensure(bool(out.interactions["strength"].is_finite().all()), "strengths must be finite")


def finds_likes(case: Case) -> None:
    """Something is a like, or there is nothing to fit on and nothing to find."""
    ensure(bool(case.make().mark(marked_events()).likes.any()), "no event is a like")


def later_events_change_nothing(case: Case) -> None:
    """What an event says is the same with and without the events that come after it."""
    data = marked_events()
    time = data.interactions["time"].to_numpy()
    early = time < np.median(time)
    past = data.with_interactions(data.interactions.filter(pl.Series(early)))
    alone = case.make().mark(past).interactions["strength"].to_numpy()
    whole = case.make().mark(data).interactions["strength"].to_numpy()[early]
    ensure(bool(np.array_equal(alone, whole)), "what an event says depends on events that come after it")


def marking_leaves_its_input_as_it_is(case: Case) -> None:
    data = marked_events()
    before = deepcopy((data.interactions, data.items, data.users))
    one = case.make().mark(data)
    ensure(
        same((data.interactions, data.items, data.users), before), "marking changes the dataset it was given"
    )
    ensure(_equal(one, case.make().mark(data)), "marking twice gives two datasets")


def weighs_events_as_it_marks_them(case: Case) -> None:
    """What `weigh` says of one user's events is what `mark` says of them among all."""
    component = case.make()
    if not hasattr(component, "weigh"):
        return
    marked = component.mark(marked_events()).interactions
    (own,) = marked.partition_by("user")[:1]
    said = np.nan_to_num(np.asarray(component.weigh(own.drop("strength"), marked_events().items), np.float32))
    ensure(bool(np.array_equal(said, own["strength"].to_numpy())), "`weigh` and `mark` say different things")


CHECKS = (
    marks_every_event,
    finds_likes,
    later_events_change_nothing,
    marking_leaves_its_input_as_it_is,
    weighs_events_as_it_marks_them,
)
