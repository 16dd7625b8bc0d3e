"""A shop: views, carts and purchases, and what is in stock."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, makers, planted, words, written

DAYS, EVENTS, SHOWN = 60, 20, 30
SOLD_OUT, BROWSED = 0.15, 0.25


def make(rng: np.random.Generator, users: int) -> Demo:
    """Each visit shows some products, popular ones more often; a user picks one by their taste, or any."""
    n, topics = max(60, users), words("shop")
    people, goods = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    price = np.round(np.exp(rng.normal(3, 0.8, n)), 2)
    purse = rng.normal(0, 0.4, users)
    liking = tastes.liking(people, goods) + purse[:, None] * (np.log(price) - 3)[None, :]
    gone = rng.random(n) < SOLD_OUT
    listed = tastes.appearing(rng, n, START, DAYS)
    until = np.where(gone, START + rng.uniform(0.3, 0.7, n) * DAYS * 86_400, np.inf)
    stock = np.where(gone, 0, rng.integers(1, 200, n))
    popular = rng.normal(0, 1, n) + 0.5 * goods.quality
    rows, count = [], users * EVENTS
    visitors = rng.choice(users, count, p=people.activity)
    for user, time in zip(visitors, tastes.moments(rng, count, START, DAYS), strict=True):
        among = tastes.shown(
            rng, np.where(until > time, popular, -np.inf) + tastes.noticed(listed, time, DAYS), SHOWN
        )
        browses = rng.random() < BROWSED
        item = tastes.chosen(rng, among, np.zeros(n) if browses else liking[user])
        cart, buys = rng.random(2) < tastes.chances(liking[user, item] - np.array([1.0, 0.5]))
        steps = ["view", *(["cart"] if cart else []), *(["purchase"] if cart and buys else [])]
        rows += [(user, item, step, time + 40 * later) for later, step in enumerate(steps)]
    names, codes = ids("u", users), ids("p", n)
    events = pl.DataFrame(rows, schema=["user", "item", "type", "time"], orient="row").sort("time", "user")
    log = pl.DataFrame(
        {
            "user": [names[each] for each in events["user"]],
            "product": [codes[each] for each in events["item"]],
            "event": events["type"],
            "time": at(events["time"]),
        }
    )
    products = pl.DataFrame({"product": codes}).hstack(written(rng, goods.topic, topics))
    products = products.with_columns(brand=makers(goods.maker), listed=at(listed))
    products = products.with_columns(price=pl.Series(price), stock=pl.Series(stock))
    return Demo(
        "shop",
        {"events.csv": log, "items.csv": products},
        {
            "events.csv": "who viewed, put into the cart or bought what, and when",
            "items.csv": "products with texts in two languages, when they were `listed`, and how many are in "
            "`stock`, 0 for none",
        },
        planted("shop"),
        ("shop",),
        liking,
        names[0],
    )
