"""From what an item's text says to what another ranker would say of it."""

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
from palate_text_to_cf.ridge import Crossing, linear, radial

BYTES_A_PAIR = 28  # the kernel in float32, its system and the answer in float64, and what is kept


@dataclass
class TextToCF:
    """What another ranker would say of each item, guessed from the item's vector; new items too.

    A `teacher` is fitted, and for each person a ridge regression goes from item vectors to the
    teacher's scores: with S_w the scores of the items met in training, an item's guess is
    S_w (K_ww + l2·I)⁻¹ K_w, where K is `rbf`, exp(-gamma·‖f - f'‖²), or `linear`, f·f'. After Gantner
    et al. (2010), "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", with scores
    in place of factors: of a teacher whose scores are products of factors, mapping the item factors by
    the same regression gives the same, since the regression is linear in what it is taught. `gamma`
    supposes vectors of length one.

    `warm: teacher` leaves items met in training to the teacher and puts the others among them: their
    guesses are shifted and stretched, person by person, as it takes to give the met items' own guesses
    (each made without that item's score) the mean and deviation of the teacher's scores.
    `warm: text` scores every item by its guess, a met one as if nobody had met it. An item without a
    vector (zeros) is not guessed: NaN unless the teacher scores it.

    The teacher's needs are its own. `rbf` takes 28 bytes for a pair of items while fitting and 4 after;
    `memory` (GiB) is how much that may be. `linear` takes no such matrix.
    """

    name: ClassVar[str] = "text-to-cf"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    needs: ClassVar[frozenset[str]] = frozenset({"vectors"})
    cost: ClassVar[dict[str, float]] = {"items": 2}

    teacher: Annotated[Any, Nested("ranker")]
    kernel: Literal["rbf", "linear"] = "rbf"
    """How alike two vectors are taken to be."""
    gamma: Annotated[float, Gt(0)] = 0.5
    l2: Annotated[float, Gt(0)] = 0.3
    """How closely the regression follows its teacher: the higher, the less."""
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
        """Fit the teacher, and the map from the items it has learned of to all.

        Raises ComponentError where there are no item vectors, none of an item met in training, or
        less memory than it would take.
        """
        vectors = training.vectors
        if vectors is None:
            raise ComponentError("ranker 'text-to-cf' needs item vectors; add `encode:` to its branch")
        self.met_ = np.asarray(training.history.popularity > 0)
        self.blank_ = np.count_nonzero(vectors, axis=1) == 0
        self.known_ = np.flatnonzero(self.met_ & ~self.blank_)
        if not len(self.known_):
            raise ComponentError("ranker 'text-to-cf': no item met in training has a vector to learn from")
        if self.kernel == "rbf":
            check_memory(self.name, len(vectors), BYTES_A_PAIR, self.memory, "Use `kernel: linear`")
        self.teacher_ = deepcopy(self.teacher).fit(training)
        if self.kernel == "rbf":
            crossing = radial(vectors, self.known_, self.l2, self.gamma)
        else:
            crossing = linear(vectors, self.known_, self.l2)
        self.left_, self.right_, self.own_ = crossing.left, crossing.right, crossing.own
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items]: NaN where neither teacher nor text says anything.

        Whom the teacher gives NaN for every item gets the same.
        """
        taught = self.teacher_.score(query)
        known = np.ascontiguousarray(taught[:, self.known_])
        crossing = Crossing(self.left_, self.right_, self.own_)
        guesses = crossing.guesses(_filled(known), self.known_)
        guesses[:, self.blank_] = np.nan
        if self.warm == "teacher":
            guesses = _calibrated(guesses, known, self.known_)
            guesses[:, self.met_] = taught[:, self.met_]
        guesses[np.isnan(taught).all(axis=1)] = np.nan
        return guesses


def _filled(scores: Scores) -> Scores:
    """The scores with a person's mean for what there is no opinion on, and 0 where there is none at all."""
    missing = np.isnan(scores)
    if not missing.any():
        return scores
    counts = np.maximum((~missing).sum(axis=1), 1)
    means = (np.where(missing, 0, scores).sum(axis=1) / counts).astype(np.float32)
    return np.where(missing, means[:, None], scores)


def _calibrated(guesses: Scores, taught: Scores, known: NDArray[np.int64]) -> Scores:
    """Guesses moved, for each person, so that the known items' have the mean and deviation taught."""
    real = _filled(taught)
    own = np.ascontiguousarray(guesses[:, known])
    spread = own.std(axis=1)
    scale = np.divide(real.std(axis=1), spread, out=np.ones_like(spread), where=spread > 0)
    moved = (guesses - own.mean(axis=1)[:, None]) * scale[:, None] + real.mean(axis=1)[:, None]
    return np.asarray(moved, np.float32)
