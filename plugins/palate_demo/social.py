"""A social network: posts that users see, like or hide, and whom they follow."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, planted, words, written

DAYS, READS, SHOWN = 45, 25, 20
FIRST, LATER, AMONG = 8, 6, 40
FRIEND, FRIEND_LIKED = 1.5, 0.5


def make(rng: np.random.Generator, users: int) -> Demo:
    """Users follow others of their taste, often friends of friends, and see what those write and like."""
    topics = words("social")
    n = max(120, 2 * users)
    people, posts = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    posts = _written_by(rng, people, posts)
    author, posted = posts.maker, tastes.appearing(rng, n, START, DAYS)
    liking = tastes.liking(people, posts)
    follows, links = _following(rng, people)
    first = follows.copy()
    for user, account, time in links:
        if time >= START:
            first[user, account] = False
    liked, seen = np.zeros((users, n)), np.zeros((users, n), bool)
    known = rng.normal(0, 0.7, n) + 0.5 * posts.quality
    rows, count = [], users * READS
    readers = rng.choice(users, count, p=people.activity)
    for user, time in zip(readers, tastes.moments(rng, count, START, DAYS), strict=True):
        friends = first[user]
        social = FRIEND * friends[author] + FRIEND_LIKED * np.minimum(liked[friends].sum(axis=0), 4)
        among = tastes.shown(
            rng, np.where(seen[user], -np.inf, known + social) + tastes.noticed(posted, time, DAYS), SHOWN
        )
        if not len(among):
            continue
        item = tastes.chosen(rng, among, liking[user])
        seen[user, item] = True
        happy, hides = rng.random(2) < tastes.chances(
            np.array([1, -1]) * liking[user, item] - np.array([0, 2])
        )
        liked[user, item] = happy
        rows.append((user, item, "like" if happy else "hide" if hides else "read", time))
    names, codes = ids("u", users), ids("p", n)
    log = pl.DataFrame(
        {
            "user": [names[row[0]] for row in rows],
            "post": [codes[row[1]] for row in rows],
            "event": [row[2] for row in rows],
            "time": at(row[3] for row in rows),
        }
    )
    catalogue = pl.DataFrame({"post": codes}).hstack(written(rng, posts.topic, topics))
    catalogue = catalogue.with_columns(author=pl.Series([names[each] for each in author]), posted=at(posted))
    bios = written(rng, np.array([rng.choice(len(topics), p=own) for own in people.topics]), topics)
    accounts = pl.DataFrame({"id": names, "bio": bios["description"]}).with_columns(
        follows=pl.Series(["|".join(names[each] for each in np.flatnonzero(row)) for row in first])
    )
    graph = pl.DataFrame(
        {
            "user": [names[link[0]] for link in links],
            "account": [names[link[1]] for link in links],
            "time": at(link[2] for link in links),
        }
    )
    return Demo(
        "social",
        {"events.csv": log, "items.csv": catalogue, "users.csv": accounts, "follows.csv": graph},
        {
            "events.csv": "who read, liked or hid which post",
            "items.csv": "posts with texts in two languages, an `author`, and when they were `posted`",
            "users.csv": "users with a `bio`, and whom each followed on the first day of the log (`follows`)",
            "follows.csv": "who began to follow whom (`account`), and when; for the recipe social-follow",
        },
        planted("social"),
        ("social", "social-follow"),
        liking,
        names[0],
    )


def _written_by(rng: np.random.Generator, people: tastes.Tastes, posts: tastes.Catalogue) -> tastes.Catalogue:
    """The posts by users who like their topics, in styles near those of who wrote them."""
    chance = people.topics[:, posts.topic] * people.activity[:, None]
    chance /= chance.sum(axis=0)
    author = np.array([rng.choice(len(people), p=column) for column in chance.T])
    styles = people.styles[author] + tastes.OWN_STYLE * rng.normal(size=posts.styles.shape)
    return tastes.Catalogue(posts.topic, styles, posts.quality, author)


def _following(
    rng: np.random.Generator, people: tastes.Tastes
) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """bool[users, users], and user, account and time of each link; the first eight are before the log."""
    n = len(people)
    alike = tastes.liking(
        people, tastes.Catalogue(people.topics.argmax(axis=1), people.styles, np.zeros(n), np.arange(n))
    )
    famous = rng.normal(0, 1, n)
    follows, links = np.zeros((n, n), bool), []
    order = np.concatenate([np.tile(rng.permutation(n), FIRST), rng.choice(n, n * LATER, p=people.activity)])
    early, late = (
        tastes.moments(rng, n * size, START + days * 86_400, DAYS)
        for size, days in ((FIRST, -DAYS), (LATER, 0))
    )
    for user, time in zip(order, np.concatenate([early, late]), strict=True):
        second = np.minimum(follows[follows[user]].sum(axis=0), 4)
        never = follows[user] | (np.arange(n) == user)
        among = tastes.shown(rng, np.where(never, -np.inf, famous + second), AMONG)
        if len(among):
            account = tastes.chosen(rng, among, alike[user])
            follows[user, account] = True
            links.append((int(user), account, int(time)))
    return follows, links
