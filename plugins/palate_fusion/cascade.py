"""One branch selects candidates, another orders them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query
from palate.errors import ComponentError
from palate_fusion.branches import common_shape
from palate_fusion.fallback import among_the_best, followed
from palate_fusion.weighted_sum import few_rows


@dataclass
class Cascade:
    """The best items of one branch, in the order of another.

    Branch `propose` selects its `candidates` best unseen items of a user, and branch `order` scores
    them; below these come the candidates that `order` has no score for, and then all other items, in
    the order of `propose`. Where one of the two has no scores for a user, the other is used alone. The
    scores of the candidates are those of `order`.

    A cascade hybrid: Burke, Hybrid recommender systems, User Modeling and User-Adapted Interaction 2002.
    """

    name: ClassVar[str] = "cascade"

    propose: str
    order: str
    candidates: Annotated[int, Gt(0)] = 100

    def check_branches(self, names: Iterable[str]) -> None:
        """Raises ComponentError where the two are not branches, or the same one."""
        known = sorted(names)
        wrong = [name for name in (self.propose, self.order) if name not in known]
        if wrong or self.propose == self.order:
            raise ComponentError(
                f"fuser {self.name!r} needs two different branches; the branches are {known}, it has "
                f"propose: {self.propose}, order: {self.order}"
            )

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a user's row does not depend on the others in the query.

        Seen items are ordered with the candidates. Raises ComponentError for branches
        that are missing, or blocks whose shapes differ.
        """
        self.check_branches(scores)
        chosen = {name: scores[name] for name in (self.propose, self.order)}
        shape = common_shape(self.name, chosen)
        history = query.history.matrix
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            result[rows] = self._fused(
                _finite(scores[self.propose][rows]),
                _finite(scores[self.order][rows]),
                history[rows].toarray() > 0,
            )
        return result

    def _fused(
        self, proposed: NDArray[np.float32], ordered: NDArray[np.float32], seen: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        unserved = np.isnan(proposed).all(axis=1, keepdims=True)
        candidate = among_the_best(proposed, self.candidates, seen) | (seen & ~np.isnan(proposed)) | unserved
        nothing = np.float32(np.nan)
        first = followed(np.where(candidate, ordered, nothing), np.where(candidate, proposed, nothing))
        return followed(first, proposed)


def _finite(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(np.isfinite(scores), scores, np.float32(np.nan))
