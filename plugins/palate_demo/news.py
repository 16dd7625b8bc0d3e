"""News: impressions and clicks on articles that are old after a day."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, makers, planted, words, written

DAYS, VISITS, SHOWN = 20, 16, 6
HALF_LIFE = 0.7
DAY = 86_400


def make(rng: np.random.Generator, users: int) -> Demo:
    """Each visit shows six articles, new ones most often; the user clicks one or none."""
    n, topics = max(120, users), words("news")
    people, articles = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    liking = tastes.liking(people, articles)
    published = START - 2 * DAY + np.sort(rng.uniform(0, (DAYS + 2) * DAY, n)).astype(np.int64)
    seen = np.zeros((users, n), bool)
    rows, count = [], users * VISITS
    visitors = rng.choice(users, count, p=people.activity)
    for user, time in zip(visitors, tastes.moments(rng, count, START, DAYS), strict=True):
        age = (time - published) / DAY
        logits = 0.7 * articles.quality - np.log(2) * age / HALF_LIFE
        among = tastes.shown(rng, np.where((age < 0) | seen[user], -np.inf, logits), SHOWN)
        if not len(among):
            continue
        seen[user, among] = True
        clicked = tastes.chosen(rng, among, liking[user])
        if rng.random() > tastes.chances(liking[user, clicked] + 1):
            clicked = -1
        rows += [(user, item, ("shown", "click")[int(item == clicked)], time) for item in among]
    names, codes = ids("u", users), ids("a", n)
    log = pl.DataFrame(
        {
            "user": [names[row[0]] for row in rows],
            "article": [codes[row[1]] for row in rows],
            "event": [row[2] for row in rows],
            "time": at(row[3] for row in rows),
        }
    )
    catalogue = pl.DataFrame({"article": codes}).hstack(written(rng, articles.topic, topics))
    catalogue = catalogue.with_columns(author=makers(articles.maker), published=at(published))
    return Demo(
        "news",
        {"events.csv": log, "items.csv": catalogue},
        {
            "events.csv": "which articles a visit showed to whom, and which of them was clicked",
            "items.csv": "articles with texts in two languages, and when they were `published`",
        },
        planted("news"),
        ("news",),
        liking,
        names[0],
    )
