"""Music: sessions in a mood, in which users play new tracks and their own again."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, makers, planted, words, written

DAYS, SESSIONS, TRACKS, SHOWN = 60, 12, 5, 30
AGAIN, FORGOTTEN = 0.5, 15.0


def make(rng: np.random.Generator, users: int) -> Demo:
    """Half of the plays are of tracks that the user has played before, rather those of the last days."""
    topics = words("music")
    n = max(90, users)
    people, tracks = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    liking = tastes.liking(people, tracks)
    known = rng.normal(0, 1, n) + 0.5 * tracks.quality
    released = tastes.appearing(rng, n, START, DAYS)
    plays, last = np.zeros((users, n)), np.zeros((users, n))
    rows, count = [], users * SESSIONS
    listeners = rng.choice(users, count, p=people.activity)
    for session, (user, start) in enumerate(
        zip(listeners, tastes.moments(rng, count, START, DAYS), strict=True), 1
    ):
        mood = rng.choice(len(topics), p=people.topics[user])
        wish = liking[user] + 1.5 * (tracks.topic == mood)
        for step in range(TRACKS):
            time = int(start) + 200 * step
            old = plays[user] > 0
            if old.any() and rng.random() < AGAIN:
                days = (time - last[user]) / 86_400
                own = np.log1p(plays[user]) - days / FORGOTTEN + 0.3 * wish
                item = tastes.chosen(rng, np.flatnonzero(old), own)
            else:
                among = tastes.shown(
                    rng, np.where(old, -np.inf, known) + tastes.noticed(released, time, DAYS), SHOWN
                )
                if not len(among):
                    continue
                item = tastes.chosen(rng, among, wish)
            plays[user, item] += 1
            last[user, item] = time
            rows.append((user, item, session, time))
    names, codes = ids("u", users), ids("t", n)
    events = pl.DataFrame(rows, schema=["user", "item", "session", "time"], orient="row").sort("time", "user")
    log = pl.DataFrame(
        {
            "user": [names[each] for each in events["user"]],
            "track": [codes[each] for each in events["item"]],
            "session": events["session"],
            "time": at(events["time"]),
        }
    )
    catalogue = pl.DataFrame({"track": codes}).hstack(written(rng, tracks.topic, topics))
    catalogue = catalogue.with_columns(artist=makers(tracks.maker), released=at(released))
    return Demo(
        "music",
        {"events.csv": log, "items.csv": catalogue},
        {
            "events.csv": "who played which track when, and in which `session`",
            "items.csv": "tracks with texts in two languages, a genre (`category`), an `artist`, "
            "and when each was `released`",
        },
        planted("music"),
        ("music",),
        liking,
        names[0],
    )
