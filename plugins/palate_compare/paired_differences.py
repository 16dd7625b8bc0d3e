"""Paired differences: how large, how sure, and how small a one can be detected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from palate_compare.resampling import bootstrap_sums, enough, flipped_sums, on_grid
from palate_compare.verdict import LEVEL, POWER, holm
from palate_compare.weighting import shares, spread_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PairedDifferences:
    """Of k pairs of entries on m metrics, each float64[k, m]; NaN where there are too few users.

    `difference` is the mean over users of the first minus the second, `low` to `high` its 95%
    bootstrap interval, `p` of the sign-flip test and `adjusted` after Holm over the k pairs of a
    metric. `effect` is Cohen's d of paired differences, mean / standard deviation. `detectable`
    is the smallest true difference that such a test finds with 80% power at the level that Holm
    asks of the smallest of k. `second` is the mean of the second entry, `users` how many count.
    """

    difference: Array
    low: Array
    high: Array
    p: Array
    adjusted: Array
    effect: Array
    detectable: Array
    second: Array
    users: Array

    @property
    def width(self) -> int:
        return int(self.difference.shape[1])


def paired_differences(
    values: Array,
    pairs: Sequence[tuple[int, int]],
    seed: int = 0,
    resamples: int | None = None,
    events: Array | None = None,
) -> PairedDifferences:
    """Compare pairs of entries on values float64[users, entries, metrics].

    Metrics with values for the same users are resampled together. The result depends on the
    values and the seed, not on the order of metrics or on how many threads there are; users
    should come in a fixed order, such as by id. With `events` float64[users] each user counts by how many
    they have; users are resampled, with all their events.
    """
    out = {field.name: np.full((len(pairs), values.shape[2]), np.nan) for field in fields(PairedDifferences)}
    for users, metrics in _blocks(values):
        block = values[np.ix_(users, np.arange(values.shape[1]), metrics)]
        own = None if events is None else events[users]
        for name, found in _one_block(block, pairs, seed, resamples, own).items():
            out[name][:, metrics] = found
    out["adjusted"] = holm(np.where(np.isnan(out["p"]), 1.0, out["p"]))
    return PairedDifferences(**out)


def _one_block(
    block: Array,
    pairs: Sequence[tuple[int, int]],
    seed: int,
    resamples: int | None,
    events: Array | None = None,
) -> dict[str, Array]:
    block, weight = shares(block, events)
    n, entries, width = block.shape
    first, second = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    apart = block[:, first] - block[:, second]
    found = {"difference": apart.mean(axis=0), "second": block[:, second].mean(axis=0)}
    found["users"] = np.full(found["difference"].shape, float(n))
    if n < 2:
        return found
    spread = spread_of(apart, weight)
    found["effect"] = found["difference"] / np.where(spread > 0, spread, np.inf)
    found["detectable"] = _multiple(len(pairs)) * spread / np.sqrt(n)
    times = resamples or enough(n)
    whole, unit = on_grid(block)
    columns = whole.reshape(n, entries * width)
    drawn = _bootstrap_means(columns, weight, times, seed).reshape(times, entries, width)
    levels = interval_levels(n)
    bounds = [_quantiles(drawn[:, :, m], first, second, levels) * unit[m] / n for m in range(width)]
    found["low"], found["high"] = np.stack(bounds, axis=2)
    del drawn
    flipped = flipped_sums(columns, times, np.random.default_rng([seed, 2])).reshape(times, entries, width)
    observed = columns.sum(axis=0).reshape(entries, width)
    found["p"] = np.stack(
        [_p_values(flipped[:, :, m], observed[:, m], first, second) for m in range(width)], 1
    )
    return found


def _bootstrap_means(columns: Array, weight: Array | None, times: int, seed: int) -> Array:
    """float64[times, m]: n times the mean of each column over n users drawn; with weights, over their events.

    The mean of a draw is then its sum over its own sum of weights, which is not n.
    """
    rng = np.random.default_rng([seed, 1])
    if weight is None:
        return bootstrap_sums(columns, times, rng)
    whole, unit = on_grid(weight[:, None, None])
    drawn = bootstrap_sums(np.hstack([columns, whole[:, 0]]), times, rng)
    return drawn[:, :-1] * (len(columns) / (drawn[:, -1:] * unit[0]))


def by_student(
    values: Array, pairs: Sequence[tuple[int, int]], events: Array | None = None
) -> dict[str, Array]:
    """`difference`, `low`, `high` and `p` of Student's paired t, each float64[pairs].

    `values` is float64[users, entries]; users with NaN do not count, and with `events` each by how many they
    have. It needs no resamples, and for means of many bounded values agrees with them.
    """
    from scipy.special import stdtr, stdtrit

    there = ~np.isnan(values).any(axis=1)
    known, weight = shares(values[there], None if events is None else events[there])
    apart = np.stack([known[:, first] - known[:, second] for first, second in pairs], axis=1)
    n = len(known)
    if n < 2:
        mean = apart.mean(axis=0) if n else np.full(len(pairs), np.nan)
        unknown = np.full(len(pairs), np.nan)
        return {"difference": mean, "low": unknown, "high": unknown, "p": unknown}
    mean, error = apart.mean(axis=0), spread_of(apart, weight) / np.sqrt(n)
    margin = stdtrit(n - 1, 1 - LEVEL / 2) * error
    t = np.divide(np.abs(mean), error, out=np.where(mean != 0, np.inf, 0.0), where=error > 0)
    return {"difference": mean, "low": mean - margin, "high": mean + margin, "p": 2 * stdtr(n - 1, -t)}


def interval_levels(n: int) -> tuple[float, float]:
    """The two quantiles of a bootstrap of n that make a 95% interval.

    Wider than 2.5% and 97.5% by what Student's t adds to the normal and by the bias of the
    bootstrap's variance; the same for large n. Hesterberg, What teachers should know about the
    bootstrap, The American Statistician 2015, section 5.3 (the expanded percentile interval).
    """
    from scipy.special import ndtr, stdtrit

    low = float(ndtr(np.sqrt(n / (n - 1)) * stdtrit(n - 1, LEVEL / 2)))
    return low, 1 - low


def _quantiles(
    drawn: Array, first: NDArray[np.int64], second: NDArray[np.int64], levels: tuple[float, float]
) -> Array:
    """float64[2, pairs] of the differences of columns of float64[resamples, entries]."""
    found: Array = np.quantile(drawn[:, first] - drawn[:, second], levels, axis=0)
    return found


def _p_values(flipped: Array, observed: Array, first: NDArray[np.int64], second: NDArray[np.int64]) -> Array:
    """Two-sided p of each pair: the share of sign flips as far from zero as what was seen.

    The seen one counts as a flip too, so that p is never 0. Good, Permutation, Parametric and
    Bootstrap Tests of Hypotheses, 2005; for retrieval: Smucker, Allan and Carterette, CIKM 2007.
    """
    seen = np.abs(observed[first] - observed[second])
    as_far = np.count_nonzero(np.abs(flipped[:, first] - flipped[:, second]) >= seen, axis=0)
    share: Array = (1 + as_far) / (1 + len(flipped))
    return share


def _multiple(pairs: int) -> float:
    """How many standard errors a difference must measure to be found with 80% power."""
    from scipy.special import ndtri

    return float(ndtri(1 - LEVEL / 2 / max(pairs, 1)) + ndtri(POWER))


def _blocks(values: Array) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Which users count, and the metrics for which it is just these."""
    known = ~np.isnan(values).any(axis=1)
    masks, owner = np.unique(known, axis=1, return_inverse=True)
    for at in range(masks.shape[1]):
        users = np.flatnonzero(masks[:, at])
        if len(users):
            yield users, np.flatnonzero(owner.ravel() == at)
