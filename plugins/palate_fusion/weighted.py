"""A weighted sum of scores made comparable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Query, ValidationScores
from palate.data.contributions import Affine
from palate.data.few_scores import FewScores, wide
from palate.errors import ComponentError
from palate_fusion.branches import check_weights, common_shape
from palate_fusion.contributions import parts_of
from palate_fusion.normalisation import METHODS, Method, z_score_of_few
from palate_fusion.support import Part
from palate_fusion.tuning import remarked, tuned_weights
from palate_fusion.weighted_sum import few_sum, fused, weighted_row


@dataclass
class Weighted:
    """Weighted sum of the branches' scores, normalised for each user.

    `normalize` makes the scores of one user comparable across branches, see
    `palate_fusion.normalisation`. An item that a branch has no score for gets 0 from it: average
    under `z-score` and `rank`, lowest under `min-max`, and under `none` whatever 0 means there. An
    item without a score in any branch of a weight other than 0 stays NaN: a user that one branch
    cannot serve is served by the others, and one that none can serve gets no scores.

    `weights` are given by branch, `equal`, or `tune`d on validation data, for which `trials`
    weightings are tried besides each branch alone.

    A linear combination after Vogt and Cottrell, Fusion via a linear combination of scores,
    Information Retrieval 1999; better than ranks where weights can be tuned: Bruch, Gai and Ingber,
    An analysis of fusion functions for hybrid retrieval, TOIS 2023.
    """

    name: ClassVar[str] = "weighted"

    normalize: Method = "z-score"
    weights: dict[str, float] | Literal["equal", "tune"] = "equal"
    trials: Annotated[int, Gt(0)] = 40
    caution: Annotated[float, Ge(0)] = 1.5
    """Branches that alone are at most so many standard errors below the best count as good, by `tune`; 0
    takes the weights as they are found."""

    weights_: dict[str, float] = field(init=False, repr=False, compare=False)
    parts_: dict[str, Part] = field(init=False, repr=False, compare=False)
    equal_: list[str] = field(init=False, repr=False, compare=False)

    def wants_tuning(self) -> bool:
        """Whether `tune` must be called before `fuse`."""
        return self.weights == "tune"

    def check_branches(self, names: Iterable[str]) -> None:
        """Raises ComponentError where the weights are not for just these branches."""
        if isinstance(self.weights, dict):
            check_weights(self.name, self.weights, names)

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a user's row does not depend on the others in the query.

        Raises ComponentError where branches and weights, or the shapes of the blocks, differ, or
        where the weights should have been tuned and were not.
        """
        shape = common_shape(self.name, scores)
        self.weights_ = self._weights(scores)
        normalise = METHODS[self.normalize]
        if shape[0] == 1:  # no row depends on another, so that those of all branches are normalised at once
            return weighted_row(scores, self.weights_, normalise)
        return fused(shape, self.weights_, lambda name, rows: normalise(scores[name][rows]))

    def fuse_few(self, scores: Mapping[str, FewScores], query: Query) -> FewScores | None:
        """What `fuse` gives for one user, from the few items that stand out in each branch, if they do."""
        known = all(few.rest == 0 or isnan(few.rest) for few in scores.values())
        if self.normalize != "z-score" or not known or not wide(query.history.n_items):
            return None
        weights = self._weights(scores)
        return few_sum([(weight, z_score_of_few(scores[name])) for name, weight in weights.items() if weight])

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """What each branch contributes to the score of one item a user; not for `normalize: rank`."""
        return parts_of(scores, self._weights(scores), self.normalize, items)

    def tune(self, tuning: ValidationScores) -> Weighted:
        """Find weights with a high objective that does not owe itself to these very users.

        See `palate_fusion.steadying`. It is never under that of the best branch alone. The scores are
        normalised once, into a copy as large as they are. The branch that is best alone has the weight 1, if
        it has any, the others 0 or more.
        """
        common_shape(self.name, tuning.scores)
        found = tuned_weights(
            tuning.scores, self.normalize, tuning.evaluate, self.trials, self.caution, tuning.rng()
        )
        self.weights_, self.parts_, self.equal_ = found.weights, found.parts, list(found.equal)
        return self

    def remarks(self) -> dict[str, Any]:
        """The tuned weights, what each branch adds, and in words what was done with each."""
        return remarked(self)

    def _weights(self, branches: Iterable[str]) -> dict[str, float]:
        if self.weights == "equal":
            return dict.fromkeys(branches, 1.0)
        if self.weights == "tune":
            found: dict[str, float] | None = getattr(self, "weights_", None)
            if found is None:
                raise ComponentError(
                    f"fuser {self.name!r} has `weights: tune` and was not tuned: that needs a split with a "
                    "validation part; or give the weights, or `weights: equal`"
                )
        else:
            found = self.weights
        check_weights(self.name, found, branches)
        return {name: float(found[name]) for name in branches}
