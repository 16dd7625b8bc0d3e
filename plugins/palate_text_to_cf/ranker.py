"""From item vectors to the scores of another ranker."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.arrays.memory import check_memory
from palate.components.contracts import Scores, Vectors
from palate.components.nested import Nested
from palate.data import Query, Training
from palate.errors import ComponentError
from palate_text_to_cf.ridge import KernelMap, linear, radial

BYTES_A_PAIR = 28  # the kernel in float32, its system and the solution in float64, and what is kept


@dataclass
class TextToCF:
    """The scores of another ranker, predicted from item vectors, also for new items.

    A `teacher` is fitted, and for each user a ridge regression goes from item vectors to the
    teacher's scores: with S_w the scores of the items with interactions, an item's prediction is
    S_w (K_ww + l2·I)⁻¹ K_w, where K is `rbf`, exp(-gamma·‖f - f'‖²), or `linear`, f·f'. After Gantner
    et al. (2010), "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", with scores
    in place of factors: of a teacher whose scores are products of factors, mapping the item factors by
    the same regression gives the same, since the regression is linear in its targets. `gamma`
    assumes vectors of length one.

    `warm: teacher` keeps the teacher's scores of items with interactions and ranks the others among
    them: their predictions are shifted and scaled, user by user, by what gives the predictions of known
    items (each made without that item's score) the mean and deviation of the teacher's scores.
    `warm: text` scores every item by its prediction, a known one as if it had no interactions. An item
    without a vector (zeros) has no prediction: NaN unless the teacher scores it.

    The teacher's needs are its own. `rbf` takes 28 bytes for a pair of items while fitting and 4 after;
    `memory` (GiB) is how much that may be. `linear` takes no such matrix.
    """

    name: ClassVar[str] = "text-to-cf"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    needs: ClassVar[frozenset[str]] = frozenset({"vectors"})
    cost: ClassVar[dict[str, float]] = {"items": 2}

    teacher: Annotated[Any, Nested("ranker")]
    kernel: Literal["rbf", "linear"] = "rbf"
    """The similarity of two vectors."""
    gamma: Annotated[float, Gt(0)] = 0.5
    l2: Annotated[float, Gt(0)] = 0.3
    """L2 regularisation of the regression."""
    warm: Literal["teacher", "text"] = "teacher"
    memory: Annotated[float, Gt(0)] = 4.0

    teacher_: Any = field(init=False, repr=False, compare=False)
    left_: Vectors | None = field(init=False, repr=False, compare=False)
    right_: Vectors = field(init=False, repr=False, compare=False)
    own_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    known_: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    met_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    blank_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> TextToCF:
        """Fit the teacher, and the map from the items with interactions to all.

        Raises ComponentError where there are no item vectors, none of an item with interactions, or
        where it would take more than `memory`.
        """
        vectors = training.vectors
        if vectors is None:
            raise ComponentError("ranker 'text-to-cf' needs item vectors; add `encode:` to its branch")
        self.met_ = np.asarray(training.history.popularity > 0)
        self.blank_ = np.count_nonzero(vectors, axis=1) == 0
        self.known_ = np.flatnonzero(self.met_ & ~self.blank_)
        if not len(self.known_):
            raise ComponentError("ranker 'text-to-cf': no item with interactions has a vector")
        if self.kernel == "rbf":
            check_memory(self.name, len(vectors), BYTES_A_PAIR, self.memory, "Use `kernel: linear`")
        self.teacher_ = deepcopy(self.teacher).fit(training)
        if self.kernel == "rbf":
            mapped = radial(vectors, self.known_, self.l2, self.gamma)
        else:
            mapped = linear(vectors, self.known_, self.l2)
        self.left_, self.right_, self.own_ = mapped.left, mapped.right, mapped.own
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items]: NaN where neither teacher nor text gives a score.

        A user without any score of the teacher gets none.
        """
        taught = self.teacher_.score(query)
        known = np.ascontiguousarray(taught[:, self.known_])
        mapped = KernelMap(self.left_, self.right_, self.own_)
        predictions = mapped.predictions(_filled(known), self.known_)
        predictions[:, self.blank_] = np.nan
        if self.warm == "teacher":
            predictions = _calibrated(predictions, known, self.known_)
            predictions[:, self.met_] = taught[:, self.met_]
        predictions[np.isnan(taught).all(axis=1)] = np.nan
        return predictions


def _filled(scores: Scores) -> Scores:
    """The scores with the user's mean for missing ones, and 0 where all are missing."""
    missing = np.isnan(scores)
    if not missing.any():
        return scores
    counts = np.maximum((~missing).sum(axis=1), 1)
    means = (np.where(missing, 0, scores).sum(axis=1) / counts).astype(np.float32)
    return np.where(missing, means[:, None], scores)


def _calibrated(predictions: Scores, taught: Scores, known: NDArray[np.int64]) -> Scores:
    """Each user's predictions, moved so that those of known items have the teacher's mean and deviation."""
    real = _filled(taught)
    own = np.ascontiguousarray(predictions[:, known])
    spread = own.std(axis=1)
    scale = np.divide(real.std(axis=1), spread, out=np.ones_like(spread), where=spread > 0)
    moved = (predictions - own.mean(axis=1)[:, None]) * scale[:, None] + real.mean(axis=1)[:, None]
    return np.asarray(moved, np.float32)
