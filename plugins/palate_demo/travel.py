"""Travel: trips from home to places with coordinates and seasons."""

from __future__ import annotations

import numpy as np
import polars as pl

from palate_demo import tastes
from palate_demo.demo import START, Demo, at
from palate_demo.texts import ids, makers, planted, words, written

DAYS, TRIPS, SHOWN = 365, 16, 30
CITIES = (
    *((48.86, 2.35), (50.85, 4.35), (52.37, 4.90), (51.51, -0.13), (45.76, 4.84), (50.11, 8.68)),
    *((52.52, 13.40), (48.14, 11.58), (47.37, 8.54), (45.46, 9.19), (48.21, 16.37), (50.08, 14.44)),
)
"""Latitude and longitude of twelve cities, around which places and homes lie."""
SPREAD, REACH = 0.5, 80.0
SUMMER, WINTER = "5|6|7|8|9", "11|12|1|2|3"


def make(rng: np.random.Generator, users: int) -> Demo:
    """Users go where it is near and open; of that, where they like it."""
    topics = words("travel")
    n = max(96, users // 2)
    people, places = tastes.users(rng, users, len(topics)), tastes.items(rng, n, len(topics))
    liking = tastes.liking(people, places)
    homes, spots = (np.array(CITIES)[rng.integers(len(CITIES), size=size)] for size in (users, n))
    homes, spots = (around + rng.normal(0, SPREAD, around.shape) for around in (homes, spots))
    season = rng.choice(["", SUMMER, WINTER], n, p=[0.6, 0.25, 0.15])
    open_ = _open(season)
    near = -_kilometres(homes, spots) / REACH
    known = rng.normal(0, 0.7, n) + 0.5 * places.quality
    been = np.zeros((users, n), bool)
    rows, count = [], users * TRIPS
    travellers = rng.choice(users, count, p=people.activity)
    times = tastes.moments(rng, count, START, DAYS)
    months = times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
    for user, time, month in zip(travellers, times, months, strict=True):
        may = open_[:, month] & ~been[user]
        among = tastes.shown(rng, np.where(may, known + near[user], -np.inf), SHOWN)
        if not len(among):
            continue
        item = tastes.chosen(rng, among, liking[user] + near[user])
        been[user, item] = True
        rows.append((user, item, time))
    names, codes = ids("u", users), ids("s", n)
    log = pl.DataFrame(
        {
            "user": [names[row[0]] for row in rows],
            "place": [codes[row[1]] for row in rows],
            "time": at(row[2] for row in rows),
        }
    )
    catalogue = pl.DataFrame({"place": codes}).hstack(written(rng, places.topic, topics))
    catalogue = catalogue.with_columns(
        operator=makers(places.maker), **_columns(spots), months=pl.Series(season.tolist())
    )
    return Demo(
        "travel",
        {
            "events.csv": log,
            "items.csv": catalogue,
            "users.csv": pl.DataFrame({"user": names}).with_columns(**_columns(homes)),
        },
        {
            "events.csv": "who went to which place, and when",
            "items.csv": "places with texts in two languages, `latitude`, `longitude`, and the `months` in "
            "which they are open: numbers with bars between, empty for all year",
            "users.csv": "where each user lives",
        },
        planted("travel"),
        ("travel",),
        liking + near,
        names[0],
    )


def _columns(places: tastes.Floats) -> dict[str, pl.Series]:
    return {
        name: pl.Series(np.round(values, 4))
        for name, values in zip(("latitude", "longitude"), places.T, strict=True)
    }


def _open(season: np.ndarray) -> np.ndarray:
    """bool[places, 12]: whether each is open in each month."""
    found = np.ones((len(season), 12), bool)
    for row, months in enumerate(season):
        if months:
            found[row] = np.isin(np.arange(1, 13), [int(month) for month in months.split("|")])
    return found


def _kilometres(homes: tastes.Floats, spots: tastes.Floats) -> tastes.Floats:
    """float64[users, places], by the law of cosines on a sphere."""
    north, to_north = np.radians(homes[:, :1]), np.radians(spots[:, 0])
    along = np.radians(homes[:, 1:] - spots[:, 1])
    cosine = np.sin(north) * np.sin(to_north) + np.cos(north) * np.cos(to_north) * np.cos(along)
    return np.asarray(6371.0088 * np.arccos(np.clip(cosine, -1, 1)), np.float64)
