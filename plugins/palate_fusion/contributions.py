"""What each branch contributes to a weighted sum of normalised scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from palate.data.contributions import Affine
from palate_fusion.normalisation import Method, affine

Scores = Mapping[str, NDArray[np.float32]]


def parts_of(
    scores: Scores, weights: Mapping[str, float], method: Method, items: NDArray[np.int32]
) -> Affine:
    """What each branch's score contributes to the fused score of one item a user (int32[n])."""
    slope, shift = {}, {}
    for name, block in scores.items():
        weight = weights.get(name, 0.0)
        mine, moved = affine(method, block) if weight else (np.zeros(len(block)),) * 2
        there = np.isfinite(block[np.arange(len(block)), items])
        slope[name] = np.where(there, weight * mine, 0.0)
        shift[name] = np.where(there, weight * moved, 0.0)
    return Affine(slope, shift, np.zeros(len(items)))


def amounts(blocks: Scores, items: NDArray[np.int32]) -> Affine:
    """The contributions where each branch adds an amount, float32[n, items] (NaN: none), not its score."""
    rows = np.arange(len(items))
    shift = {name: np.nan_to_num(block[rows, items].astype(np.float64)) for name, block in blocks.items()}
    return Affine({name: np.zeros(len(items)) for name in blocks}, shift, np.zeros(len(items)))


def chosen(rows: NDArray[np.bool_], one: Affine, other: Affine) -> Affine:
    """`one` for the users in `rows` (bool[n]), `other` for the rest."""
    return Affine(
        {name: np.where(rows, one.slope[name], other.slope[name]) for name in one.slope},
        {name: np.where(rows, one.shift[name], other.shift[name]) for name in one.shift},
        np.where(rows, one.rest, other.rest),
    )


def moved(parts: Affine, slope: NDArray[np.float64], shift: NDArray[np.float64]) -> Affine:
    """The contributions to slope · score + shift (float64[n] each)."""
    return Affine(
        {name: slope * values for name, values in parts.slope.items()},
        {name: slope * values for name, values in parts.shift.items()},
        slope * parts.rest + shift,
    )
