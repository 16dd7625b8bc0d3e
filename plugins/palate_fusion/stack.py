"""A model that is trained on the scores of all branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Query, Training, ValidationScores
from palate.errors import ComponentError
from palate_fusion.branches import common_shape
from palate_fusion.fallback import among_the_best, followed
from palate_fusion.normalisation import z_score
from palate_fusion.weighted_sum import few_rows, weighted_sum

if TYPE_CHECKING:
    from lightgbm import Booster

Blocks = Mapping[str, NDArray[np.float32]]


@dataclass
class Stack:
    """Boosted trees that order each user's best items by the scores of all branches (LambdaMART).

    Trained on the validation part, with branches that have not seen it: the `candidates` best unseen
    items of each user and branch, of which the relevant ones should come first. The features are an
    item's z-score in each branch, its number of users and the user's number of events, so that a
    branch can count more or less for new users and items. Items that are no candidates come after
    them, by the sum of their z-scores.

    `trees` of at most `leaves` leaves, each with at least `min_data_in_leaf` pairs of user and item,
    are added up with the weight `learning_rate`. The model is kept as LightGBM's text.

    Wolpert, Stacked generalization, Neural Networks 1992; Burges, From RankNet to LambdaRank to
    LambdaMART, Microsoft Research 2010; Ke et al., LightGBM, NeurIPS 2017.
    """

    name: ClassVar[str] = "stack"
    libraries: ClassVar[tuple[str, ...]] = ("lightgbm",)
    extra: ClassVar[str] = "lightgbm"

    candidates: Annotated[int, Ge(1)] = 100
    """Items of each user and branch that the trees order."""
    trees: Annotated[int, Ge(1)] = 150
    leaves: Annotated[int, Ge(2)] = 15
    min_data_in_leaf: Annotated[int, Ge(1)] = 100
    learning_rate: Annotated[float, Gt(0)] = 0.05

    popularity_: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    branches_: list[str] = field(init=False, repr=False, compare=False)
    model_: str = field(init=False, repr=False, compare=False)

    def wants_tuning(self) -> bool:
        """Always: it is trained there."""
        return True

    def fit(self, training: Training) -> Stack:
        """Count the users of each item."""
        self.popularity_ = training.history.popularity
        return self

    def tune(self, tuning: ValidationScores) -> Stack:
        """Grow the trees. Raises ComponentError where no candidate of any user is relevant."""
        import lightgbm

        self.branches_ = list(tuning.scores)
        popularity, seen = tuning.truth.popularity, tuning.seen.matrix
        shape = common_shape(self.name, tuning.scores)
        relevant = np.zeros(shape, bool)
        relevant[np.repeat(np.arange(shape[0]), tuning.truth.counts), tuning.truth.relevant] = True
        features, labels, sizes = [], [], []
        for rows in few_rows(*shape):
            blocks = {name: z_score(block[rows]) for name, block in tuning.scores.items()}
            chosen = self._chosen(blocks, seen[rows].toarray() > 0)
            chosen &= (chosen & relevant[rows]).any(axis=1, keepdims=True)
            features.append(_features(blocks, chosen, popularity, tuning.query.history.counts[rows]))
            labels.append(relevant[rows][chosen])
            sizes.append(chosen.sum(axis=1))
        groups = np.concatenate(sizes)
        if not groups.any():
            raise ComponentError(
                f"fuser {self.name!r} cannot be trained: in the validation part, no relevant item is "
                f"among the {self.candidates} best of a branch; set `candidates` higher"
            )
        data = lightgbm.Dataset(
            np.concatenate(features), np.concatenate(labels).astype(np.int32), group=groups[groups > 0]
        )
        self.model_ = lightgbm.train(self._settings(tuning.seed), data, self.trees).model_to_string()
        return self

    def fuse(self, scores: Blocks, query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a user's row does not depend on the others in the query.

        Raises ComponentError where it was not tuned, or not on these branches.
        """
        shape, model = common_shape(self.name, scores), self._model(list(scores))
        history, counts = query.history.matrix, query.history.counts
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            blocks = {name: z_score(scores[name][rows]) for name in self.branches_}
            seen = history[rows].toarray() > 0
            chosen = self._chosen(blocks, seen) | (seen & np.isfinite(next(iter(blocks.values()))))
            found = np.full(chosen.shape, np.nan, np.float32)
            if chosen.any():
                features = _features(blocks, chosen, self.popularity_, counts[rows])
                found[chosen] = np.asarray(model.predict(features, num_threads=1), np.float32)
            result[rows] = followed(found, weighted_sum((1.0, block) for block in blocks.values()))
        return result

    def _chosen(self, blocks: Blocks, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        chosen = np.zeros(seen.shape, bool)
        for block in blocks.values():
            chosen |= among_the_best(block, self.candidates, seen)
        return chosen

    def _settings(self, seed: int) -> dict[str, Any]:
        return {
            "objective": "lambdarank",
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.min_data_in_leaf,
            "learning_rate": self.learning_rate,
            "seed": seed,
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }

    def _model(self, branches: Sequence[str]) -> Booster:
        from lightgbm import Booster

        if not hasattr(self, "model_"):
            raise ComponentError(
                f"fuser {self.name!r} was not tuned: that needs a split with a validation part"
            )
        if sorted(branches) != sorted(self.branches_):
            raise ComponentError(
                f"fuser {self.name!r} was tuned on the branches {sorted(self.branches_)}, "
                f"and got scores of {sorted(branches)}"
            )
        return Booster(model_str=self.model_)


def _features(
    blocks: Blocks, chosen: NDArray[np.bool_], popularity: NDArray[np.int64], events: NDArray[np.integer]
) -> NDArray[np.float64]:
    """float64[chosen, branches + 2], in row order: z-scores (NaN where missing), popularity, events."""
    row, item = np.nonzero(chosen)

    def columns() -> Iterator[NDArray[np.float64]]:
        for block in blocks.values():
            yield block[row, item].astype(np.float64)
        yield np.log1p(popularity[item])
        yield np.log1p(events[row])

    return np.column_stack(list(columns()))
