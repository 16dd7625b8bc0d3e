"""Other weights where little is known."""

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
from palate_fusion.calibrating import matched
from palate_fusion.combining import few_rows, weighted_sum
from palate_fusion.contributions import chosen, moved, parts_of
from palate_fusion.normalising import METHODS, Method
from palate_fusion.tuning import tuned_weights

Weights = dict[str, float]
LENGTHS = (1, 2, 3, 5, 10)
USUAL_EVENTS = 3
PEOPLE = (0, 1, 2, 5, 10, 20)


@dataclass
class Switch:
    """A weighted sum with other weights for people and for items of whom little is known.

    Each person's scores are normalised in each branch and summed, as by `weighted`. Weights that
    leave out a branch give it 0.

    - A person with fewer than `events` events is served with the weights `newcomers`, such as
      `{popularity: 1}`, as far as those branches can.
    - An item that fewer than `people` people met is scored with the weights `new_items`, such as
      `{content: 1}`, brought to the mean and variance of the person's other scores, so that all
      items stand in one ranking: the two are matched on the items that many have met.

    Either is left out unless given. `weights` and `newcomers` may be `tune`d like those of
    `weighted`, the latter on people who ask with few of their events, and so may the thresholds
    `events` and `people`: the value whose ranking is judged best, the lowest of equals.

    A switching hybrid: Burke, Hybrid recommender systems, User Modeling and User-Adapted Interaction 2002.
    """

    name: ClassVar[str] = "switch"

    normalize: Method = "z-score"
    """How the scores of each person and branch are made comparable."""
    weights: Weights | Literal["equal", "tune"] = "equal"
    newcomers: Weights | Literal["tune"] | None = None
    events: Annotated[int, Ge(0)] | Literal["tune"] = USUAL_EVENTS
    new_items: Weights | None = None
    people: Annotated[int, Ge(0)] | Literal["tune"] = 1
    trials: Annotated[int, Gt(0)] = 40
    """Combinations of weights that are tried where they are tuned."""

    popularity_: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    weights_: Weights = field(init=False, repr=False, compare=False)
    newcomers_: Weights = field(init=False, repr=False, compare=False)
    events_: int = field(init=False, repr=False, compare=False)
    people_: int = field(init=False, repr=False, compare=False)

    def wants_tuning(self) -> bool:
        """Whether `tune` must be called before `fuse`."""
        thresholds = (self.newcomers is not None and self.events == "tune") or (
            self.new_items is not None and self.people == "tune"
        )
        return "tune" in (self.weights, self.newcomers) or thresholds

    def lengths(self) -> tuple[int, ...]:
        """Of how many events the histories are that it wants to be tuned on besides whole ones."""
        asked = self.newcomers == "tune" or (self.newcomers is not None and self.events == "tune")
        return LENGTHS if asked else ()

    def check_branches(self, names: Iterable[str]) -> None:
        """Raises ComponentError for weights of branches that are not there, or of nothing."""
        known = list(names)
        for weights in (self.weights, self.newcomers, self.new_items):
            if isinstance(weights, dict):
                check_weights(self.name, dict.fromkeys(known, 0.0) | weights, known)

    def fit(self, training: Training) -> Switch:
        """Count the people of each item."""
        self.popularity_ = training.history.popularity
        return self

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items], the same for a person whoever else is asked for.

        Raises ComponentError where branches and weights, or the shapes of the blocks, differ, or
        where it should have been tuned and was not.
        """
        shape = common_shape(self.name, scores)
        self.check_branches(scores)
        new = self.is_new_item(shape[1])
        few = query.history.counts < self.threshold("events") if self.newcomers else np.zeros(shape[0], bool)
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            blocks = {name: METHODS[self.normalize](block[rows]) for name, block in scores.items()}
            fused = self.served(blocks, few[rows])
            result[rows] = fused if new is None else self.with_new_items(fused, blocks, new)
        return result

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """How each person's score of one item is made of the branches'; not for `normalize: rank`."""
        blocks = {name: METHODS[self.normalize](block) for name, block in scores.items()}
        few = (
            query.history.counts < self.threshold("events") if self.newcomers else np.zeros(len(query), bool)
        )
        parts = parts_of(scores, self.learned("weights", scores), self.normalize, items)
        if few.any():
            unserved = np.isnan(total(blocks, self.learned("newcomers", scores))).all(axis=1)
            theirs = parts_of(scores, self.learned("newcomers", scores), self.normalize, items)
            parts = chosen(few & ~unserved, theirs, parts)
        new = self.is_new_item(next(iter(blocks.values())).shape[1])
        if new is None or not new[items].any():
            return parts
        fused, weights = self.served(blocks, few), self.new_items or {}
        mine = total(blocks, weights)
        slope, shift = (each[:, 0] for each in matched(fused, mine, ~new))
        known = new[items] & np.isfinite(mine[np.arange(len(items)), items]) & np.isfinite(slope)
        calibrated = moved(parts_of(scores, weights, self.normalize, items), slope, shift)
        return chosen(known, calibrated, parts)

    def served(
        self, blocks: Mapping[str, NDArray[np.float32]], few: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """The weighted sum of normalised blocks, float32[n, items]: other weights for the `few` (bool[n])."""
        fused = total(blocks, self.learned("weights", blocks))
        if few.any():
            some = {name: block[few] for name, block in blocks.items()}
            theirs = total(some, self.learned("newcomers", blocks))
            unserved = np.isnan(theirs).all(axis=1, keepdims=True)
            fused[few] = np.where(unserved, fused[few], theirs)
        return fused

    def with_new_items(
        self, fused: NDArray[np.float32], blocks: Mapping[str, NDArray[np.float32]], new: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """`fused` with the scores of new items (bool[items]) in their place, on the same scale."""
        theirs = total(blocks, self.new_items or {})
        slope, shift = matched(fused, theirs, ~new)
        known = np.isfinite(theirs) & np.isfinite(slope) & new
        return np.where(known, slope * theirs + shift, fused).astype(np.float32)

    def is_new_item(self, n_items: int) -> NDArray[np.bool_] | None:
        """bool[items]; None where items are not told apart."""
        if self.new_items is None:
            return None
        if len(getattr(self, "popularity_", ())) != n_items:
            raise ComponentError(f"fuser {self.name!r} has to be fitted before it tells new items apart")
        new: NDArray[np.bool_] = self.popularity_ < self.threshold("people")
        return new

    def tune(self, tuning: ValidationScores) -> Switch:
        """Learn the weights and thresholds that its options ask for."""
        common_shape(self.name, tuning.scores)
        lengths, seen = tuning.query.history.counts, tuning.seen.counts
        whole, short = np.flatnonzero(lengths == seen), np.flatnonzero(lengths < seen)
        if self.weights == "tune":
            self.weights_ = self._tuned(tuning, whole)
        if self.newcomers == "tune":
            limit = USUAL_EVENTS if self.events == "tune" else self.events
            some = short[lengths[short] < limit]
            self.newcomers_ = self._tuned(tuning, some if len(some) else whole)
        if self.newcomers is not None and self.events == "tune":
            self.events_ = self._best_events(tuning, short)
        if self.new_items is not None and self.people == "tune":
            self.people_ = self._best_people(tuning, whole)
        return self

    def learned(self, what: Literal["weights", "newcomers"], branches: Iterable[str]) -> Weights:
        """The weights given or tuned. Raises ComponentError where they should have been tuned."""
        given = getattr(self, what)
        if given == "equal":
            return dict.fromkeys(branches, 1.0)
        found: Weights = self._when_tuned(what) if given == "tune" else given
        return found

    def threshold(self, what: Literal["events", "people"]) -> int:
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

    def _tuned(self, tuning: ValidationScores, rows: NDArray[np.intp]) -> Weights:
        scores = {name: block[rows] for name, block in tuning.scores.items()}
        return tuned_weights(scores, self.normalize, lambda fused: tuning.objective(fused, rows), self.trials)

    def _best_events(self, tuning: ValidationScores, rows: NDArray[np.intp]) -> int:
        """The threshold for people: those with fewer events fare better with the weights for newcomers."""
        if not len(rows):
            return USUAL_EVENTS
        blocks = {name: METHODS[self.normalize](block[rows]) for name, block in tuning.scores.items()}
        everybody = np.ones(len(rows), bool)
        as_few = tuning.figures(self.served(blocks, everybody), rows)
        as_usual = tuning.figures(self.served(blocks, ~everybody), rows)
        lengths = tuning.query.history.counts[rows]
        limits = (1, *(length + 1 for length in LENGTHS))
        values = [float(np.nanmean(np.where(lengths < limit, as_few, as_usual))) for limit in limits]
        return limits[int(np.argmax(values))]

    def _best_people(self, tuning: ValidationScores, rows: NDArray[np.intp]) -> int:
        blocks = {name: METHODS[self.normalize](block[rows]) for name, block in tuning.scores.items()}
        fused = self.served(blocks, np.zeros(len(rows), bool))
        values = [
            tuning.objective(self.with_new_items(fused, blocks, tuning.truth.popularity < limit), rows)
            for limit in PEOPLE
        ]
        return PEOPLE[int(np.argmax(values))]


def total(blocks: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float]) -> NDArray[np.float32]:
    """The weighted sum of normalised blocks, float32[n, items]; branches without a weight have 0."""
    return weighted_sum((weight, blocks[name]) for name, weight in weights.items() if weight)
