"""EASE: each item's score is a linear function of the user's other items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.cooccurrence import gram
from palate.arrays.products import SparseWeights, history_product
from palate.data import Added, Query, Training
from palate.data.ageing import aged, check_times
from palate.data.contributions import Contributions, summed
from palate.data.side_information import Side, SideInformation
from palate.data.size import Size
from palate_linear.inverse import inverse
from palate_linear.large import OnLarge, is_dense, size_checked
from palate_linear.low_rank import UPDATES, changed_inverse, is_quicker, set_apart
from palate_linear.neighbourhood import neighbourhood_weights
from palate_linear.penalty import penalty


@dataclass
class Ease:
    """A linear model between all pairs of items, in closed form (EASE).

    Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data": with G = XᵀX of the 0/1
    matrix of users and items, P = (G + l2·I)⁻¹ and B = -P / diag(P) with a diagonal of 0; scores
    are X·B. Time grows with the cube of the number of items and memory with its square, 12 bytes a
    pair while fitting and 4 after: `memory` (GiB) is how much fitting may take.

    Where it would take more, `on_large: sparse` predicts each item from its `neighbours` nearest items
    alone (`palate_linear.neighbourhood`), in a memory that grows with items times neighbours, and says so;
    `refuse` is an error. Both are known before anything is fitted.

    Side information (`side`) stands below the users as more rows, G = XᵀX + FFᵀ with F the vectors or
    attributes of the items at length one times the square root of `side_weight`, attributes by how rare
    they are: collective EASE, Jeunen, Van Balen and Goethals (2020), "Closed-Form Models for Collaborative
    Filtering with Side-Information". Items without users are then scored too, lower than others; `switch`
    with `new_items` brings them among the others. Measured on the event before the last of Beauty: with
    categories and brands at a twentieth, a tenth and a fifth of an item's events .0588, .0608 and .0626,
    without .0564; on MovieLens-1M with genres .0534, as without, and .0529 at a fifth.

    Measured, NDCG@10, on the last event of each user of Beauty (12,101 items, 9 events a user): dense with
    l2 of 20, 100 and 300 .0442, .0434, .0409, sparse with 100 neighbours and 20, 100 .0459, .0440; on
    MovieLens-1M, a random fifth, with l2 500 and 1320 .4271, .4297.
    """

    name: ClassVar[str] = "ease"
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    l2: Annotated[float, Gt(0)] | Literal["auto"] = "auto"
    """L2 regularisation of the weights; `auto`: about three times the mean number of events of an item."""
    memory: Annotated[float, Gt(0)] = 4.0
    """How many GiB fitting may take."""
    on_large: OnLarge = "sparse"
    """What to do with a catalogue that takes more than `memory`."""
    neighbours: Annotated[int, Ge(1)] = 100
    """How many items predict each item where weights are sparse."""
    strength: bool = True
    """Whether likes count by their strength, where the feedback gives one, in what a user is scored from."""
    disliked: Annotated[float, Ge(0)] = 0.0
    """How much of what an item says is taken away where the user dislikes it; 0 leaves dislikes out."""
    half_life: Annotated[float, Gt(0)] | None = None
    """After how many days an event counts half, counted back from the user's last; none: all count alike."""
    side: Side = "none"
    """What is known of items beside their users: the item `vectors` of the branch, or `attributes`."""
    side_weight: Annotated[float, Ge(0)] | Literal["auto"] = "auto"
    """How many events the side information of an item counts; `auto`: a fifth of the mean of an item's."""
    side_attributes: list[str] = field(default_factory=list)
    """Which attributes; none named: all whose values several items share, and that are no fractions."""

    weights_: NDArray[np.float32] | SparseWeights = field(init=False, repr=False, compare=False)
    diagonal_: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    """That of P, by which the weights are divided; none where they are sparse."""
    l2_: float = field(init=False, repr=False, compare=False)
    updates_: int = field(init=False, repr=False, compare=False)

    def wants_timestamps(self) -> bool:
        return self.half_life is not None

    def wants_vectors(self) -> bool:
        return self.side == "vectors"

    def check_size(self, size: Size) -> str | None:
        """How it is fitted on so many items, where that is not densely. Raises ComponentError."""
        return size_checked(self.name, size, self.memory, self.on_large, self.neighbours)

    def fit(self, training: Training) -> Ease:
        """Solve for the weights, float32[items, items]; row i is what item i adds to each score.

        Sparse where `on_large` says so. Raises ComponentError before computing anything if it would take
        more than `memory`, or if `half_life` is set and there are no times.
        """
        check_times(self.name, training.history, self.half_life)
        size = Size.of(training.history)
        self.check_size(size)
        met, l2 = aged(training.history, self.half_life), penalty(self.l2, training.history)
        side = SideInformation.of(self.name, training, self.side, self.side_weight, self.side_attributes)
        if is_dense(size, self.memory):
            self._solve(lambda: gram(met) if side is None else side.added_to(gram(met)), l2)
        else:
            self.weights_ = SparseWeights(
                neighbourhood_weights(met, l2, self.neighbours, training.progress, side=side)
            )
            self.diagonal_, self.l2_, self.updates_ = np.zeros(0), l2, 0
        return self

    def fits_in_parts(self) -> bool:
        """Whether sums over parts of the users are all: not of weights by age, nor with side information."""
        return self.half_life is None and self.side == "none"

    def fit_part(self, training: Training, number: int, count: int) -> NDArray[np.float32] | None:
        """XᵀX of one of so many parts of the users, float32[items, items]; None for a sparse fit."""
        if not is_dense(Size.of(training.history), self.memory):
            return None
        rows = np.array_split(np.arange(len(training.history)), count)[number]
        return gram(training.history.take(rows).matrix)

    def fit_from(self, training: Training, parts: Sequence[NDArray[np.float32] | None]) -> Ease:
        """What `fit` gives, from what `fit_part` gave for all users, part by part."""
        counts = [part for part in parts if part is not None]
        if not counts:
            return self.fit(training)
        self.check_size(Size.of(training.history))
        self._solve(lambda: _sum(counts), penalty(self.l2, training.history))
        return self

    def _solve(self, counts: Callable[[], NDArray[np.float32]], l2: float) -> None:
        self._keep(inverse(counts, l2, self.name))
        self.l2_, self.updates_ = l2, 0

    def can_update(self) -> bool:
        return self.side == "none"

    def partial_fit(self, added: Added, removed: Training) -> Ease:
        """The weights after a change, by a low-rank update of the inverse, or by `fit` where that is quicker.

        Within 1e-5 of `fit`: the weights are kept in float32, so each update adds its rounding, and after
        `UPDATES` of them all is computed afresh, as it is with `l2: auto`, which the data change, and with
        side information.
        """
        now, before = (aged(part.history, self.half_life) for part in (added, removed))
        known = len(self.diagonal_) and self.updates_ < UPDATES
        same = self.l2_ == penalty(self.l2, added.whole.history)
        if self.side != "none" or not (known and same and is_quicker(now, before)):
            return self.fit(added.whole)
        count = len(added.whole.items)
        inverted = added.by_pair(_inverse_of(self.weights_, self.diagonal_))
        new = np.ones(len(inverted), bool)
        new[added.item_rows] = False
        inverted[new, new] = 1 / self.l2_
        changed = changed_inverse(inverted, now, before)
        if changed is None:
            return self.fit(added.whole)
        set_apart(changed[:count, :count], added.whole.history.popularity, 1 / self.l2_)
        self._keep(changed[:count, :count])
        self.updates_ += 1
        return self

    def _keep(self, inverted: NDArray[np.floating]) -> None:
        self.weights_ = without_self(inverted)
        self.diagonal_ = np.diagonal(inverted).astype(np.float64)

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of the user's items; 0 without history."""
        return history_product(query.opinions(self.strength, self.disliked, self.half_life), self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        return summed(query, self.weights_, items, self.strength, self.disliked, self.half_life)


def without_self(inverted: NDArray[np.floating]) -> NDArray[np.float32]:
    """-P / diag(P) with a diagonal of 0, in the C order that scoring reads."""
    out = np.empty(inverted.shape, np.float32)
    np.divide(inverted.T, -np.diagonal(inverted), out=out, casting="same_kind")  # P is symmetric
    np.fill_diagonal(out, 0.0)
    return out


def _sum(parts: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def _inverse_of(weights: Any, diagonal: NDArray[np.float64]) -> NDArray[np.float32]:
    """P, symmetric, from -P / diag(P) and its diagonal."""
    out = np.multiply(weights, -diagonal.astype(np.float32))
    out[np.diag_indices_from(out)] = diagonal
    return out
