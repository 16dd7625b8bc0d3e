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
    them by what the teacher's score is expected to be: a straight line through the predictions of known
    items (each made without that item's score) and the teacher's scores, user by user, items with few
    users counting most, since a new item is like them. So a new item comes high only where texts tell the
    teacher's scores well. `warm: text` scores every item by its prediction, a known one as if it had no
    interactions: for a branch of a hybrid, not for a ranking by itself. An item without a vector (zeros)
    has no prediction: NaN unless the teacher scores it.

    Measured, NDCG@10 on the newest fifth of MovieLens-100K with TF-IDF of titles and genres: `ease` .2118,
    as its student .2115 (-.0003 [-.0010, .0000]), with `warm: text` .0829. A line that made the deviations
    equal let new items in by chance: .1745.

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
    """Whether items with interactions keep the teacher's scores, or are scored by their text alone."""
    memory: Annotated[float, Gt(0)] = 4.0

    teacher_: Any = field(init=False, repr=False, compare=False)
    left_: Vectors | None = field(init=False, repr=False, compare=False)
    right_: Vectors = field(init=False, repr=False, compare=False)
    own_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    known_: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    alike_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    """How much each known item counts in what is expected of one without interactions: 1 / its users."""
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
        events = training.history.popularity[self.known_]
        self.alike_ = (1 / events / (1 / events).sum()).astype(np.float32)
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
            predictions = _calibrated(predictions, known, self.known_, self.alike_)
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


def _calibrated(
    predictions: Scores, taught: Scores, known: NDArray[np.int64], alike: NDArray[np.float32]
) -> Scores:
    """What the teacher's score is expected to be for each user's predictions, by those of known items.

    `alike` float32[known], of sum 1, is how much each of these counts.
    """
    real = _filled(taught)
    own = np.ascontiguousarray(predictions[:, known])
    mean, middle = ((each * alike).sum(axis=1)[:, None] for each in (own, real))
    own -= mean
    spread = (own * own * alike).sum(axis=1)
    both = (own * (real - middle) * alike).sum(axis=1)
    slope = np.divide(both, spread, out=np.zeros_like(spread), where=spread > 0)
    moved = (predictions - mean) * np.maximum(slope, 0)[:, None] + middle
    return np.asarray(moved, np.float32)
