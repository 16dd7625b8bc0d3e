"""What is known of items beside their users, as rows that count like users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.arrays.threads import shared_out
from palate.data.attributes import column_of, repeats, values_of
from palate.data.history import History
from palate.data.items import Items
from palate.data.query import Training
from palate.errors import ComponentError

Side = Literal["none", "vectors", "attributes"]
SideWeight = float | Literal["auto"]

SHARE = 0.2  # of an item's mean number of events, that its side information counts with `auto`
BLOCK = 256  # items whose products are added at once


@dataclass(frozen=True, eq=False)
class SideInformation:
    """Vectors or attributes of the items, each a row that stands below the users' with a real number an item.

    `rows` is float32[items, d], dense or sparse: the rows of the items, of length one (or zero, where nothing
    is known of an item), times the square root of the weight. With XᵀX the users that items have in
    common, XᵀX + rows·rowsᵀ is the Gram matrix of users and side information together.
    """

    rows: NDArray[np.float32] | sp.csr_array

    @classmethod
    def of(
        cls,
        ranker: str,
        training: Training,
        side: Side,
        weight: SideWeight,
        attributes: list[str],
        unit: float = 1.0,
        share: float = SHARE,
    ) -> SideInformation | None:
        """That of the items of a training; None with `none` or a weight of 0.

        `weight` is how many events the side information of an item counts, each with the square `unit` in the
        matrix that it stands below; `auto`: the `share` of the mean number of events of an item that has any.
        Raises ComponentError where there are no vectors, or none of the attributes is there.
        """
        found = 0.0 if side == "none" else side_weight(weight, training.history, share) * unit
        if not found:
            return None
        if side == "vectors":
            rows: Any = _unit_rows(_vectors(ranker, training))
        else:
            rows = _unit_rows(_attributes(ranker, training.items, attributes))
        return cls(rows * np.float32(np.sqrt(found)))

    @cached_property
    def size(self) -> NDArray[np.float32]:
        """float32[items]: what it adds to the diagonal of the Gram matrix."""
        return _squares(self.rows)

    @cached_property
    def _turned(self) -> Any:
        return self.rows if isinstance(self.rows, np.ndarray) else self.rows.T.tocsr()

    def take(self, items: NDArray[np.integer]) -> SideInformation:
        """That of some of the items only."""
        return SideInformation(self.rows[items])

    def products(self, some: NDArray[np.integer]) -> NDArray[np.float32]:
        """float32[n, items]: those of some items with all; the same whatever else is asked for."""
        if isinstance(self.rows, np.ndarray):
            return row_product(self.rows[some], self.rows)
        return np.asarray((self.rows[some] @ self._turned).toarray(), np.float32)

    def among(self, some: NDArray[np.integer]) -> NDArray[np.float64]:
        """float64[n, n]: those of some items with one another."""
        rows = self.rows[some]
        if isinstance(rows, np.ndarray):
            return np.asarray(rows @ rows.T, np.float64)
        return np.asarray((rows @ rows.T).toarray(), np.float64)

    def added_to(self, counts: NDArray[np.float32]) -> NDArray[np.float32]:
        """The Gram matrix of the users, float32[items, items], with that of this added in place."""

        def add(start: int) -> None:
            some = np.arange(start, min(start + BLOCK, len(counts)))
            counts[some[0] : some[-1] + 1] += self.products(some)

        shared_out(add, range(0, len(counts), BLOCK))
        return counts


def side_weight(weight: SideWeight, history: History, share: float = SHARE) -> float:
    """`weight` itself, or with `auto` this share of the mean number of events of an item that has any."""
    if weight != "auto":
        return float(weight)
    known = history.popularity[history.popularity > 0]
    return share * float(known.mean()) if len(known) else share


def _vectors(ranker: str, training: Training) -> NDArray[np.float32]:
    if training.vectors is None:
        raise ComponentError(
            f"ranker {ranker!r} has `side: vectors` and no item vectors; add `encode:` to its branch"
        )
    return training.vectors


def _attributes(ranker: str, items: Items, names: list[str]) -> sp.csr_array:
    """Sparse float32[items, values]: log((1 + items) / (1 + items with the value)) where an item has it."""
    chosen = [values_of(items, name) for name in names] if names else _grouping(items)
    if not chosen:
        raise ComponentError(
            f"ranker {ranker!r} has `side: attributes` and the items have none with values that several "
            "items share; name some with `side_attributes`, or use `side: vectors` with `encode:`"
        )
    found: sp.csr_array = sp.csr_array(
        sp.hstack([values.matrix for values in chosen], format="csr", dtype=np.float32)
    )
    rare = np.log((1 + len(items)) / (1 + np.bincount(found.indices, minlength=found.shape[1])))
    found.data *= rare.astype(np.float32)[found.indices]
    found.eliminate_zeros()
    return found


def _grouping(items: Items) -> list[Any]:
    """The attributes that sort items into groups, numbers with fractions left out."""
    found = []
    for name in items.attributes:
        column = column_of(items, name)
        if column.dtype.is_float() or isinstance(column.dtype, pl.Struct) or column.drop_nulls().is_empty():
            continue
        values = values_of(items, name)
        if repeats(values):
            found.append(values)
    return found


def _unit_rows(rows: Any) -> Any:
    length = np.sqrt(_squares(rows))
    scale = np.divide(1, length, out=np.zeros_like(length), where=length > 0)
    if isinstance(rows, np.ndarray):
        return rows * scale[:, None]
    return sp.csr_array(sp.diags_array(scale) @ rows).astype(np.float32)


def _squares(rows: Any) -> NDArray[np.float32]:
    if isinstance(rows, np.ndarray):
        return np.asarray(np.einsum("ij,ij->i", rows, rows), np.float32)
    return np.asarray(rows.power(2).sum(axis=1), np.float32).ravel()
