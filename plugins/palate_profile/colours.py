"""Items sorted into a few groups by an attribute, each group with a colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Items
from palate.data.attributes import column_of, values_of

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a4fbf", "#8c564b", "#b8b000")
RAMP = ("#440154", "#3b528b", "#21918c", "#5ec962", "#d8c41d")
OTHER = "#9a9a9a"
FEW = 9


@dataclass(frozen=True)
class Groups:
    """`of` int64[items] is the group of each item; `names` and `colours` are those of the groups."""

    of: NDArray[np.int64]
    names: list[str]
    colours: list[str]


def grouped(items: Items, attribute: str | None) -> Groups:
    """Groups by an attribute; all items in one without.

    Numbers of which there are more than nine are cut into five ranges that hold equally many items. Of
    other values the nine commonest have a colour; an item with several of them takes the rarest, which
    says most. Raises ComponentError where the items have no such attribute.
    """
    if attribute is None:
        return Groups(np.zeros(len(items), np.int64), ["items"], [PALETTE[0]])
    column = column_of(items, attribute)
    if column.dtype.is_numeric() and column.n_unique() > FEW:
        return _ranges(column)
    values = values_of(items, attribute)
    counts = np.asarray(values.matrix.sum(axis=0))
    common = np.argsort(-counts, kind="stable")[:FEW]
    has = values.matrix[:, common].toarray() > 0
    rarest = has.shape[1] - 1 - has[:, ::-1].argmax(axis=1)
    of = np.where(has.any(axis=1), rarest, len(common))
    names = [values.names[at] for at in common]
    return Groups(of, [*names, "other"], [*PALETTE[: len(names)], OTHER])


def _ranges(column: pl.Series) -> Groups:
    numbers = column.cast(pl.Float64).to_numpy()
    known = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[known], [0.2, 0.4, 0.6, 0.8]))
    of = np.where(known, np.searchsorted(edges, numbers, side="right"), len(edges) + 1)
    names = []
    for group in range(len(edges) + 1):
        inside = numbers[of == group]
        names.append(f"{inside.min():g} to {inside.max():g}" if len(inside) else "-")
    return Groups(of, [*names, "other"], [*RAMP[: len(names)], OTHER])
