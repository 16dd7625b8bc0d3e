"""Education: courses with levels and prerequisites, which users begin, complete or drop."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, makers, planted, words, written

DAYS, COURSES, SHOWN, LEVELS = 365, 12, 25, 4
WEEKS_A_COURSE = 3


def make(rng: np.random.Generator, users: int) -> Demo:
    """Only courses whose prerequisites the user has completed are open to them."""
    topics = words("education")
    n = max(72, users // 2)
    people, courses = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    liking = tastes.liking(people, courses)
    level = rng.choice(np.arange(1, LEVELS + 1), n, p=[0.4, 0.3, 0.2, 0.1])
    before = _prerequisites(rng, courses.topic, level)
    launched = tastes.appearing(rng, n, START, DAYS)
    needs = np.array([np.isin(np.arange(n), own) for own in before], np.float32)
    begun, done = np.zeros((users, n), bool), np.full((users, n), np.inf)
    rows, count = [], users * COURSES
    known = rng.normal(0, 0.7, n) + 0.5 * courses.quality
    students = rng.choice(users, count, p=people.activity)
    for user, time in zip(students, tastes.moments(rng, count, START, DAYS), strict=True):
        may = ~begun[user] & (needs @ (done[user] <= time) >= needs.sum(axis=1))
        among = tastes.shown(rng, np.where(may, known, -np.inf) + tastes.noticed(launched, time, DAYS), SHOWN)
        if not len(among):
            continue
        item = tastes.chosen(rng, among, liking[user] + 0.7 * level)
        begun[user, item] = True
        completes = rng.random() < tastes.chances(liking[user, item])
        end = time + WEEKS_A_COURSE * 7 * 86_400
        done[user, item] = end if completes else np.inf
        rows.append((user, item, "enrol", time))
        rows.append((user, item, ("drop", "complete")[int(completes)], end))
    names, codes = ids("u", users), ids("c", n)
    events = pl.DataFrame(rows, schema=["user", "item", "event", "time"], orient="row").sort("time", "user")
    log = pl.DataFrame(
        {
            "user": [names[each] for each in events["user"]],
            "course": [codes[each] for each in events["item"]],
            "event": events["event"],
            "time": at(events["time"]),
        }
    )
    catalogue = pl.DataFrame({"course": codes}).hstack(written(rng, courses.topic, topics))
    catalogue = catalogue.with_columns(
        teacher=makers(courses.maker),
        launched=at(launched),
        level=pl.Series(level),
        prerequisites=pl.Series(["|".join(codes[each] for each in own) for own in before]),
    )
    return Demo(
        "education",
        {"events.csv": log, "items.csv": catalogue},
        {
            "events.csv": "who enrolled in which course, and completed or dropped it three weeks later",
            "items.csv": "courses with texts in two languages, a `level` from 1 to 4, and the ids of their "
            "`prerequisites`, with bars between",
        },
        planted("education"),
        ("education",),
        liking,
        names[0],
    )


def _prerequisites(rng: np.random.Generator, topic: tastes.Ints, level: tastes.Ints) -> list[list[int]]:
    """One or two courses of the level below in the same topic for each course above the first level."""
    found = []
    for own, height in zip(topic, level, strict=True):
        below = np.flatnonzero((topic == own) & (level == height - 1))
        size = min(int(rng.integers(1, 3)), len(below)) if height > 1 else 0
        found.append(sorted(rng.choice(below, size, replace=False).tolist()) if size else [])
    return found
