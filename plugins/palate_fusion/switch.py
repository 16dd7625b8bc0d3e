"""Other weights for new users and new items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Query, Training, ValidationScores
from palate.data.contributions import Affine
from palate.errors import ComponentError
from palate_fusion.branches import check_weights, common_shape
from palate_fusion.calibration import matched
from palate_fusion.contributions import chosen, moved, parts_of
from palate_fusion.normalisation import METHODS, Method
from palate_fusion.support import Part
from palate_fusion.tuning import Tuned, remarked, tuned_weights
from palate_fusion.weighted_sum import few_rows, weighted_sum

Weights = dict[str, float]
LENGTHS = (1, 2, 3, 5, 10)
USUAL_EVENTS = 3
USER_LIMITS = (0, 1, 2, 5, 10, 20)


@dataclass
class Switch:
    """A weighted sum with other weights for new users and for new items.

    Each user's scores are normalised in each branch and summed, as by `weighted`. A branch that is
    missing from weights has the weight 0.

    - A user with fewer than `events` events gets the weights `new_users`, such as `{popularity: 1}`,
      as far as those branches have scores.
    - An item with fewer than `users` users gets the weights `new_items`, such as `{content: 1}`; the
      sum is brought to the mean and variance of the user's other scores, so that all items are in one
      ranking: the two are matched on the items that are not new.

    Both are optional. `weights` and `new_users` may be `tune`d like those of `weighted`, the latter on
    users with histories cut to few events, and so may the thresholds `events` and `users`: the value
    with the best ranking, the lowest of equals.

    A switching hybrid: Burke, Hybrid recommender systems, User Modeling and User-Adapted Interaction 2002.
    """

    name: ClassVar[str] = "switch"

    normalize: Method = "z-score"
    """How the scores of each user and branch are made comparable."""
    weights: Weights | Literal["equal", "tune"] = "equal"
    new_users: Weights | Literal["tune"] | None = None
    events: Annotated[int, Ge(0)] | Literal["tune"] = USUAL_EVENTS
    """A user with fewer events is new."""
    new_items: Weights | None = None
    users: Annotated[int, Ge(0)] | Literal["tune"] = 1
    """An item with fewer users is new."""
    trials: Annotated[int, Gt(0)] = 40
    """How many combinations of weights are tried to tune them."""
    caution: Annotated[float, Ge(0)] = 1.5
    """Branches that alone are at most so many standard errors below the best count as good, by `tune`; 0
    takes the weights as they are found."""

    popularity_: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    weights_: Weights = field(init=False, repr=False, compare=False)
    parts_: dict[str, Part] = field(init=False, repr=False, compare=False)
    equal_: list[str] = field(init=False, repr=False, compare=False)
    new_users_: Weights = field(init=False, repr=False, compare=False)
    events_: int = field(init=False, repr=False, compare=False)
    users_: int = field(init=False, repr=False, compare=False)

    def wants_tuning(self) -> bool:
        """Whether `tune` must be called before `fuse`."""
        thresholds = (self.new_users is not None and self.events == "tune") or (
            self.new_items is not None and self.users == "tune"
        )
        return "tune" in (self.weights, self.new_users) or thresholds

    def lengths(self) -> tuple[int, ...]:
        """The lengths, in events, of the histories that it is tuned on besides whole ones."""
        cut = self.new_users == "tune" or (self.new_users is not None and self.events == "tune")
        return LENGTHS if cut else ()

    def check_branches(self, names: Iterable[str]) -> None:
        """Raises ComponentError for weights of unknown branches, or where all are 0."""
        known = list(names)
        for weights in (self.weights, self.new_users, self.new_items):
            if isinstance(weights, dict):
                check_weights(self.name, dict.fromkeys(known, 0.0) | weights, known)

    def fit(self, training: Training) -> Switch:
        """Count the users of each item."""
        self.popularity_ = training.history.popularity
        return self

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a user's row does not depend on the others in the query.

        Raises ComponentError where branches and weights, or the shapes of the blocks, differ, or
        where it should have been tuned and was not.
        """
        shape = common_shape(self.name, scores)
        self.check_branches(scores)
        new = self.is_new_item(shape[1])
        few = query.history.counts < self.threshold("events") if self.new_users else np.zeros(shape[0], bool)
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            blocks = {name: METHODS[self.normalize](block[rows]) for name, block in scores.items()}
            fused = self.weighted(blocks, few[rows])
            result[rows] = fused if new is None else self.with_new_items(fused, blocks, new)
        return result

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """What each branch contributes to the score of one item a user; not for `normalize: rank`."""
        blocks = {name: METHODS[self.normalize](block) for name, block in scores.items()}
        few = (
            query.history.counts < self.threshold("events") if self.new_users else np.zeros(len(query), bool)
        )
        parts = parts_of(scores, self.weights_for("weights", scores), self.normalize, items)
        if few.any():
            unserved = np.isnan(total(blocks, self.weights_for("new_users", scores))).all(axis=1)
            others = parts_of(scores, self.weights_for("new_users", scores), self.normalize, items)
            parts = chosen(few & ~unserved, others, parts)
        new = self.is_new_item(next(iter(blocks.values())).shape[1])
        if new is None or not new[items].any():
            return parts
        fused, weights = self.weighted(blocks, few), self.new_items or {}
        mine = total(blocks, weights)
        slope, shift = (each[:, 0] for each in matched(fused, mine, ~new))
        known = new[items] & np.isfinite(mine[np.arange(len(items)), items]) & np.isfinite(slope)
        calibrated = moved(parts_of(scores, weights, self.normalize, items), slope, shift)
        return chosen(known, calibrated, parts)

    def weighted(
        self, blocks: Mapping[str, NDArray[np.float32]], few: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """The weighted sum of normalised blocks, float32[n, items]: other weights for the `few` (bool[n])."""
        fused = total(blocks, self.weights_for("weights", blocks))
        if few.any():
            some = {name: block[few] for name, block in blocks.items()}
            others = total(some, self.weights_for("new_users", blocks))
            unserved = np.isnan(others).all(axis=1, keepdims=True)
            fused[few] = np.where(unserved, fused[few], others)
        return fused

    def with_new_items(
        self, fused: NDArray[np.float32], blocks: Mapping[str, NDArray[np.float32]], new: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """`fused` with the scores of new items (bool[items]) in their place, on the same scale."""
        others = total(blocks, self.new_items or {})
        slope, shift = matched(fused, others, ~new)
        known = np.isfinite(others) & np.isfinite(slope) & new
        return np.where(known, slope * others + shift, fused).astype(np.float32)

    def is_new_item(self, n_items: int) -> NDArray[np.bool_] | None:
        """bool[items]; None without weights for new items."""
        if self.new_items is None:
            return None
        if len(getattr(self, "popularity_", ())) != n_items:
            raise ComponentError(f"fuser {self.name!r} has to be fitted before it knows which items are new")
        new: NDArray[np.bool_] = self.popularity_ < self.threshold("users")
        return new

    def tune(self, tuning: ValidationScores) -> Switch:
        """Find the weights and thresholds that its options set to `tune`."""
        common_shape(self.name, tuning.scores)
        lengths = tuning.query.history.counts
        cut = np.zeros(len(lengths), bool) if tuning.shortened is None else tuning.shortened
        whole, short = np.flatnonzero(~cut), np.flatnonzero(cut)
        if self.weights == "tune":
            found = self._tuned(tuning, whole)
            self.weights_, self.parts_, self.equal_ = found.weights, found.parts, list(found.equal)
        if self.new_users == "tune":
            limit = USUAL_EVENTS if self.events == "tune" else self.events
            some = short[lengths[short] < limit]
            self.new_users_ = self._tuned(tuning, some if len(some) else whole).weights
        if self.new_users is not None and self.events == "tune":
            self.events_ = self._best_events(tuning, short)
        if self.new_items is not None and self.users == "tune":
            self.users_ = self._best_users(tuning, whole)
        return self

    def weights_for(self, what: Literal["weights", "new_users"], branches: Iterable[str]) -> Weights:
        """The weights given or tuned. Raises ComponentError where they should have been tuned."""
        given = getattr(self, what)
        if given == "equal":
            return dict.fromkeys(branches, 1.0)
        found: Weights = self._when_tuned(what) if given == "tune" else given
        return found

    def threshold(self, what: Literal["events", "users"]) -> int:
        """The threshold given or tuned."""
        given = getattr(self, what)
        return int(self._when_tuned(what) if given == "tune" else given)

    def _when_tuned(self, what: str) -> Any:
        found = getattr(self, f"{what}_", None)
        if found is None:
            raise ComponentError(
                f"fuser {self.name!r} has `{what}: tune` and was not tuned: that needs a split with a "
                f"validation part; or give `{what}`"
            )
        return found

    def remarks(self) -> dict[str, Any]:
        """The tuned weights, what each branch adds, and in words what was done with each."""
        return remarked(self)

    def _tuned(self, tuning: ValidationScores, rows: NDArray[np.intp]) -> Tuned:
        scores = {name: block[rows] for name, block in tuning.scores.items()}

        def values(fused: NDArray[np.float32]) -> NDArray[np.float64]:
            return tuning.evaluate(fused, rows)

        return tuned_weights(scores, self.normalize, values, self.trials, self.caution, tuning.rng())

    def _best_events(self, tuning: ValidationScores, rows: NDArray[np.intp]) -> int:
        """The threshold of events: below it the weights for new users give better rankings."""
        if not len(rows):
            return USUAL_EVENTS
        blocks = {name: METHODS[self.normalize](block[rows]) for name, block in tuning.scores.items()}
        every_user = np.ones(len(rows), bool)
        as_few = tuning.evaluate(self.weighted(blocks, every_user), rows)
        as_usual = tuning.evaluate(self.weighted(blocks, ~every_user), rows)
        lengths = tuning.query.history.counts[rows]
        limits = (1, *(length + 1 for length in LENGTHS))
        values = [float(np.nanmean(np.where(lengths < limit, as_few, as_usual))) for limit in limits]
        return limits[int(np.argmax(values))]

    def _best_users(self, tuning: ValidationScores, rows: NDArray[np.intp]) -> int:
        blocks = {name: METHODS[self.normalize](block[rows]) for name, block in tuning.scores.items()}
        fused = self.weighted(blocks, np.zeros(len(rows), bool))
        values = [
            tuning.objective(self.with_new_items(fused, blocks, tuning.truth.popularity < limit), rows)
            for limit in USER_LIMITS
        ]
        return USER_LIMITS[int(np.argmax(values))]


def total(blocks: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float]) -> NDArray[np.float32]:
    """The weighted sum of normalised blocks, float32[n, items]; branches without a weight have 0."""
    return weighted_sum((weight, blocks[name]) for name, weight in weights.items() if weight)
