"""Which attribute of the items a map shows best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data import Items
from palate.data.attributes import repeats, values_of
from palate.errors import ComponentError
from palate_profile.colours import grouped


def most_telling(items: Items, rows: NDArray[np.intp], places: NDArray[np.float32]) -> str | None:
    """The attribute whose groups lie furthest apart in the picture; None where none tells more than chance.

    `rows` are the items drawn at `places` float32[n, 2]. Attributes count that sort items into groups, each
    with the groups that have a colour; the first of equally telling ones is taken.
    """
    best, most = None, 0.0
    for attribute in items.attributes:
        try:
            if not repeats(values_of(items, attribute)):
                continue
            share = explained(grouped(items, attribute).of[rows], places)
        except ComponentError:
            continue
        if share > most:
            best, most = attribute, share
    return best


def explained(groups: NDArray[np.int64], places: NDArray[np.float32]) -> float:
    """The share of the places' variance that lies between the groups, less what chance gives.

    `groups` int64[n] and `places` float32[n, d] of the same items. 0 for groups drawn at random, on average,
    and 1 where each lies in one point: the adjusted coefficient of determination (epsilon squared; Kelley, An
    unbiased correlation ratio measure, 1935), summed over dimensions. Few groups that lie apart tell more
    than many that must.
    """
    n, centred = len(groups), places.astype(np.float64) - places.mean(axis=0)
    _, codes, counts = np.unique(groups, return_inverse=True, return_counts=True)
    whole = float((centred**2).sum())
    if len(counts) < 2 or n <= len(counts) or not whole:
        return 0.0
    sums = np.zeros((len(counts), centred.shape[1]))
    np.add.at(sums, codes, centred)
    between = float((sums**2 / counts[:, None]).sum())
    return 1 - (whole - between) / (n - len(counts)) * (n - 1) / whole
