"""How cost grows with the size of the data, measured without a clock.

Time is measured in steps that Python takes, which a loop over users shows in, and memory at its
peak; neither depends on how busy the machine is. What goes on inside a library is not seen but for
the memory it takes.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from palate.data import History, Items, Query, Training
from palate.testing.case import Case, ensure
from palate.testing.data import DIMENSIONS

KINDS = ("ranker", "aggregator")
SMALL, TIMES, SLACK = 100, 4, 1.5
LENGTH = 8


def cost_grows_with_users_as_stated(case: Case) -> None:
    """For four times as many users: by the power that `cost["users"]` says, 1 if it says nothing."""
    _ensure_growth(case, "users", (SMALL, SMALL), (TIMES * SMALL, SMALL))


def cost_grows_with_items_as_stated(case: Case) -> None:
    """For four times as many items: by the power that `cost["items"]` says, 1 if it says nothing."""
    _ensure_growth(case, "items", (SMALL, SMALL), (SMALL, TIMES * SMALL))


def _ensure_growth(case: Case, what: str, small: tuple[int, int], large: tuple[int, int]) -> None:
    stated = float(getattr(case.cls, "cost", {}).get(what, 1))
    _work(case, *small)()  # what is imported or made once is no part of the growth
    before, after = _measured(_work(case, *small)), _measured(_work(case, *large))
    for unit, one, many in zip(("steps", "bytes at the peak"), before, after, strict=True):
        allowed = SLACK * TIMES**stated * one
        grown = np.log(many / max(one, 1)) / np.log(TIMES)
        ensure(
            many <= allowed,
            f"{TIMES} times the {what} take {many:,} {unit} after {one:,}: a power of {grown:.1f}, and it "
            f"states {stated:g}; say so in `cost`, if it must be",
        )


def _work(case: Case, users: int, n_items: int) -> Callable[[], Any]:
    training, query = _population(users, n_items)

    def work() -> Any:
        fitted = case.fitted(training)
        return fitted.score(query) if case.kind == "ranker" else fitted.profile(query, training.vectors)

    return work


def _measured(work: Callable[[], Any]) -> tuple[int, int]:
    """(Steps, bytes at the peak)."""
    steps = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    watching = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(watching)
    tracing = tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        held, _ = tracemalloc.get_traced_memory()
        work()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        if not tracing:
            tracemalloc.stop()
    return steps, peak - held


def _population(users: int, n_items: int) -> tuple[Training, Query]:
    """Users with eight items each, over items with vectors and attributes."""
    rng = np.random.default_rng(8)
    flat = rng.integers(0, n_items, users * LENGTH).astype(np.int32)
    indptr = np.arange(0, users * LENGTH + 1, LENGTH)
    ratings = (1 + np.arange(len(flat)) % 5).astype(np.float32)
    times = 1_700_000_000 + 60 * np.arange(len(flat))
    history = History(indptr, flat, n_items, ratings, times)
    vectors = rng.normal(size=(n_items, DIMENSIONS)).astype(np.float32)
    numbers = range(n_items)
    frame = pl.DataFrame(
        {
            "id": numbers,
            "title": [f"Item {number}" for number in numbers],
            "genres": [["even"] if number % 2 == 0 else ["odd"] for number in numbers],
            "year": [1990 + number % 30 for number in numbers],
            "text": [f"Item {number}" for number in numbers],
            "owner": [number % users for number in numbers],
        }
    )
    follows = [[(number + step) % users for step in (2, 4, 6)] for number in range(users)]
    people = pl.DataFrame({"id": range(users), "follows": follows})
    training = Training(history, Items(frame), people, vectors)
    interests = vectors[flat[::LENGTH]][:, None, :]
    return training, Query(np.arange(users, dtype=np.int32), history, interests)


CHECKS = (cost_grows_with_users_as_stated, cost_grows_with_items_as_stated)
