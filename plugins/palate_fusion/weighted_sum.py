"""The weighted sum of blocks of scores in which NaN is a missing score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isnan

import numpy as np
from numpy.typing import NDArray

from palate.data.few_scores import FewScores

CELLS = 2**18
WIDE = 10_000  # items: so many take longer to add up in vain than one of them to be looked at

Parts = list[tuple[float, NDArray[np.float32]]]


def few_rows(users: int, items: int) -> Iterator[slice]:
    """Slices of the users, small enough for intermediate results to stay in the processor's cache."""
    step = max(1, CELLS // max(items, 1))
    for start in range(0, users, step):
        yield slice(start, min(start + step, users))


def fused(
    shape: tuple[int, int],
    weights: Mapping[str, float],
    part: Callable[[str, slice], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """float32[users, items]: the weighted sum of `part(branch, rows)`, a few users at a time.

    `part` is not called for branches of weight 0; at least one has another weight.
    """
    counted = [name for name, weight in weights.items() if weight]
    result = np.empty(shape, np.float32)
    for rows in few_rows(*shape):
        result[rows] = weighted_sum((weights[name], part(name, rows)) for name in counted)
    return result


def weighted_row(
    scores: Mapping[str, NDArray[np.float32]],
    weights: Mapping[str, float],
    normalise: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """float32[1, items]: what `fused` gives for one user; `normalise` takes each row by itself."""
    counted = [name for name, weight in weights.items() if weight]
    block = normalise(np.concatenate([scores[name] for name in counted]))
    return weighted_sum([(weights[name], block[at : at + 1]) for at, name in enumerate(counted)])


def weighted_sum(parts: Iterable[tuple[float, NDArray[np.float32]]]) -> NDArray[np.float32]:
    """Σ weight x part, float32[n, items]; the parts are not changed, and there is at least one.

    An item gets 0 from the parts that have no score for it; NaN where none has.
    """
    known = list(parts)
    total = _whole_sum(known)
    return _sum_where(known) if total is None else total


def few_sum(parts: list[tuple[float, FewScores]]) -> FewScores:
    """What `weighted_sum` gives for the whole rows of one user, without these."""
    if (found := _sum_of_two(parts)) is not None:
        return found
    most = max((part for _, part in parts), key=lambda part: len(part.items))
    place = np.empty(most.n_items, np.int32)  # in `items`, of each that is there; else anything
    place[most.items] = np.arange(len(most.items), dtype=np.int32)
    items = most.items
    for _, part in parts:
        if part is not most:
            at = place[part.items]
            known = at.view(np.uint32) < len(items)
            known[known] = items[at[known]] == part.items[known]
            more = part.items[~known]
            place[more] = np.arange(len(items), len(items) + len(more), dtype=np.int32)
            items = np.concatenate([items, more])
    columns = []
    for weight, part in parts:
        column = np.full((1, len(items) + 1), part.rest, np.float32)  # and one for all other items
        at = slice(len(most.items)) if part is most else place[part.items]
        column[0, at] = part.scores
        columns.append((weight, column))
    (total,) = _sum_where(columns)
    return FewScores(items, total[:-1], float(total[-1]), most.n_items)


def _sum_of_two(parts: list[tuple[float, FewScores]]) -> FewScores | None:
    """The same where the first of two parts misses no item, and the other, an index, all but a few.

    None where it is not so. Nothing as long as the catalogue is filled but with marks.
    """
    if len(parts) != 2 or not isnan(parts[1][1].rest):
        return None
    (weight, whole), (other_weight, part) = parts
    sums, terms = whole.scores * np.float32(weight), part.scores * np.float32(other_weight)
    sums += np.float32(0)
    rest = np.float32(whole.rest) * np.float32(weight) + np.float32(0)
    if isnan(rest) or np.count_nonzero(np.isnan(sums)) or np.count_nonzero(np.isnan(part.scores)):
        return None
    marked = np.zeros(whole.n_items, bool)
    marked[part.items] = True
    here = marked[whole.items].nonzero()[0]
    order = part.items.argsort()
    there = order[part.items.searchsorted(whole.items[here], sorter=order)]
    sums[here] += terms[there]
    alone = np.ones(len(terms), bool)
    alone[there] = False
    items = np.concatenate([whole.items, part.items[alone]])
    return FewScores(items, np.concatenate([sums, rest + terms[alone]]), float(rest), whole.n_items)


def _whole_sum(parts: Parts) -> NDArray[np.float32] | None:
    """Where nothing is missing; None where something is, which most often shows in the first column."""
    if parts[0][1].shape[1] > WIDE and any(np.isnan(part[:, :1]).any() for _, part in parts):
        return None
    (weight, part), *others = parts
    total = part * np.float32(weight)
    total += np.float32(0)  # no -0, to which adding 0 and adding nothing would differ
    for weight, part in others:
        total += part * np.float32(weight)
    return None if np.count_nonzero(np.isnan(total)) else total


def _sum_where(parts: Parts) -> NDArray[np.float32]:
    """Where something is missing."""
    (weight, part), *others = parts
    absent = np.isnan(part)
    total = part * np.float32(weight)
    total += np.float32(0)
    gaps = absent.any()
    if gaps:
        np.copyto(total, 0, where=absent)
    for weight, part in others:
        missing = np.isnan(part)
        _add(total, part, np.float32(weight), missing)
        if gaps:
            absent &= missing
    if gaps:
        np.copyto(total, np.nan, where=absent)
    return total


def _add(
    total: NDArray[np.float32], part: NDArray[np.float32], weight: np.float32, missing: NDArray[np.bool_]
) -> None:
    """Add weight x part to `total` but where it is missing."""
    gaps = np.count_nonzero(missing)
    if not gaps:
        total += part * weight
    elif gaps > missing.size * 0.9:  # an index leaves most of them missing
        at = np.flatnonzero(~missing)
        total.reshape(-1)[at] += part.reshape(-1)[at] * weight
    else:
        term = part * weight
        np.copyto(term, 0, where=missing)
        total += term
