"""Video: how long each view lasted, of how long a video."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, makers, planted, words, written

DAYS, VIEWS, SHOWN = 60, 30, 12
CURIOSITY = 0.5


def make(rng: np.random.Generator, users: int) -> Demo:
    """Much is begun, little watched to the end: what is begun tells less than for how long."""
    n, topics = max(60, users), words("video")
    people, videos = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    liking = tastes.liking(people, videos)
    duration = np.round(np.exp(rng.normal(5.5, 0.7, n))).astype(np.int64) + 20
    catchy = rng.normal(0, 1, n)
    uploaded = tastes.appearing(rng, n, START, DAYS)
    begun = np.zeros((users, n), bool)
    rows, count = [], users * VIEWS
    viewers = rng.choice(users, count, p=people.activity)
    for user, time in zip(viewers, tastes.moments(rng, count, START, DAYS), strict=True):
        logits = catchy + tastes.noticed(uploaded, time, DAYS)
        among = tastes.shown(rng, np.where(begun[user], -np.inf, logits), SHOWN)
        if not len(among):
            continue
        item = tastes.chosen(rng, among, CURIOSITY * liking[user] + catchy)
        begun[user, item] = True
        middle = tastes.chances(1.2 * liking[user, item] - 0.5)
        share = rng.beta(3 * middle + 0.1, 3 * (1 - middle) + 0.1)
        rows.append((user, item, int(np.ceil(share * duration[item])), time))
    names, codes = ids("u", users), ids("v", n)
    log = pl.DataFrame(
        {
            "user": [names[row[0]] for row in rows],
            "video": [codes[row[1]] for row in rows],
            "watched": [row[2] for row in rows],
            "time": at(row[3] for row in rows),
        }
    )
    catalogue = pl.DataFrame({"video": codes}).hstack(written(rng, videos.topic, topics))
    catalogue = catalogue.with_columns(
        channel=makers(videos.maker), uploaded=at(uploaded), duration=pl.Series(duration)
    )
    return Demo(
        "video",
        {"events.csv": log, "items.csv": catalogue},
        {
            "events.csv": "who watched which video for how many seconds (`watched`)",
            "items.csv": "videos with texts in two languages, when they were `uploaded`, and a `duration` "
            "in seconds",
        },
        planted("video"),
        ("video",),
        liking,
        names[0],
    )
