"""Users with tastes and items with properties, planted by a seed, and how much each user likes each item.

A taste has two halves. Topics are what texts and categories tell of, with noise; styles stand in no column,
and show in who likes what, and in part by who made an item. So neither texts nor behaviour alone tell
everything, and what is planted is no model of palate's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STYLES = 3
DAY = 86_400
OWN_STYLE = 0.6
"""How far an item strays from the style of its maker."""
TOPIC_WEIGHT, STYLE_WEIGHT, QUALITY_WEIGHT = 2.0, 1.0, 0.5
FEW_TOPICS = 0.25
"""Of the Dirichlet distribution of a user's topics: most users care for two or three."""


@dataclass(frozen=True)
class Tastes:
    """`topics` float64[users, topics], shares that add up to 1; `styles` float64[users, 3]; `activity`
    float64[users], how often each does anything, adding up to 1.
    """

    topics: Floats
    styles: Floats
    activity: Floats

    def __len__(self) -> int:
        return len(self.topics)


@dataclass(frozen=True)
class Catalogue:
    """`topic` int64[items], `styles` float64[items, 3], `quality` float64[items], normal: what all see in it;
    `maker` int64[items], who made each: a brand, a channel, an artist.
    """

    topic: Ints
    styles: Floats
    quality: Floats
    maker: Ints

    def __len__(self) -> int:
        return len(self.topic)


def users(rng: np.random.Generator, n: int, topics: int) -> Tastes:
    """Users whose activity is log-normal."""
    activity = rng.lognormal(0, 0.6, n)
    shares = rng.dirichlet(np.full(topics, FEW_TOPICS), n)
    return Tastes(shares, rng.normal(size=(n, STYLES)), activity / activity.sum())


def items(rng: np.random.Generator, n: int, topics: int) -> Catalogue:
    """Items of topics that are equally frequent; each maker has about eight, one topic and one style."""
    makers = max(topics, n // 8)
    maker = rng.integers(makers, size=n)
    topic = rng.permutation(np.arange(makers) % topics)[maker]
    styles = rng.normal(size=(makers, STYLES))[maker] + OWN_STYLE * rng.normal(size=(n, STYLES))
    return Catalogue(topic, styles, rng.normal(size=n), maker)


def appearing(rng: np.random.Generator, n: int, start: int, days: float) -> Ints:
    """int64[n]: when each item appears: half in as many days before `start`, half in the days after."""
    return (start + rng.uniform(-1, 1, n) * days * DAY).astype(np.int64)


def noticed(appeared: Ints, time: int, days: float) -> Floats:
    """float64[items], to add to logits: -inf before an item appears, then 2, half each tenth of `days`."""
    age = (time - appeared) / (0.1 * days * DAY)
    return np.asarray(np.where(age < 0, -np.inf, 2 * np.exp2(-np.maximum(age, 0))), np.float64)


def liking(tastes: Tastes, catalogue: Catalogue) -> Floats:
    """float64[users, items]: how much each user likes each item.

    2 · (share of the item's topic, standardised) + (styles, standardised) + 0.5 · quality.
    """
    topical = tastes.topics[:, catalogue.topic]
    hidden = tastes.styles @ catalogue.styles.T
    return (
        TOPIC_WEIGHT * (topical - topical.mean()) / topical.std()
        + STYLE_WEIGHT * hidden / hidden.std()
        + QUALITY_WEIGHT * catalogue.quality[None, :]
    )


def moments(rng: np.random.Generator, n: int, start: int, days: float) -> Ints:
    """int64[n]: different seconds in these days from `start` on, ascending."""
    return start + np.sort(rng.choice(int(days * DAY), n, replace=False))


def shown(rng: np.random.Generator, logits: Floats, n: int) -> Ints:
    """Up to n items drawn without replacement, their chances proportional to exp(logits); -inf for never."""
    drawn = logits + rng.gumbel(size=len(logits))
    n = min(n, int(np.count_nonzero(np.isfinite(logits))))
    return np.argpartition(-drawn, n - 1)[:n] if 0 < n < len(drawn) else np.argsort(-drawn)[:n]


def chosen(rng: np.random.Generator, among: Ints, utility: Floats) -> int:
    """One of these items, with chances proportional to exp(utility)."""
    return int(among[np.argmax(utility[among] + rng.gumbel(size=len(among)))])


def chances(logits: Floats) -> Floats:
    """1 / (1 + exp(-logits))."""
    return 1 / (1 + np.exp(-logits))
