"""Factors of users, items and the features of items, fitted together."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.data import Query, Training
from palate.errors import ComponentError
from palate_lightfm.features import item_features, text_features
from palate_lightfm.negatives import with_negatives

NONE = np.float32(np.nan)


@dataclass
class LightFM:
    """Factors of users, items and the items' attributes, fitted by ranking (LightFM).

    Kula (2015), "Metadata Embeddings for User and Item Cold-start Recommendations". An item is the
    sum of the embeddings of itself and of its features: each value of the attributes in
    `item_features`, such as a genre or a year, and with `text_features` each number of the item's
    vector, at length one. An item without interactions in training is the sum of its features alone, and
    gets NaN where it has none. `loss` is `warp` (best at the top of the list), `bpr`, `warp-kos`, or
    `logistic`, which gets `negatives` random items for each interaction. Only users of the
    training data have scores. More `threads` than 1 (0: all) are faster, but they race, and the same
    seed no longer gives the same result.
    """

    name: ClassVar[str] = "lightfm"
    needs: ClassVar[frozenset[str]] = frozenset({"known users"})
    libraries: ClassVar[tuple[str, ...]] = ("lightfm",)
    extra: ClassVar[str] = "lightfm"
    install_note: ClassVar[str] = "needs a C compiler on Python 3.11"

    loss: Literal["warp", "bpr", "logistic", "warp-kos"] = "warp"
    factors: Annotated[int, Ge(1)] = 64
    """Length of the factors of a user or an item."""
    epochs: Annotated[int, Ge(1)] = 30
    """Passes over the interactions."""
    learning_rate: Annotated[float, Gt(0)] = 0.05
    """Length of the first step."""
    item_alpha: Annotated[float, Ge(0)] = 0.0
    """L2 regularisation of the factors of items."""
    user_alpha: Annotated[float, Ge(0)] = 0.0
    """L2 regularisation of the factors of users."""
    max_sampled: Annotated[int, Ge(1)] = 10
    """How many items WARP samples at most to find one that is ranked wrongly."""
    item_features: list[str] = field(default_factory=list)
    text_features: bool = False
    """Whether the branch's vectors are features; time grows with their dimensions, so reduce these first."""
    negatives: Annotated[int, Ge(1)] = 1
    """With `logistic`: items without an interaction, drawn anew in each epoch, for each interaction."""
    threads: Annotated[int, Ge(0)] = 1

    user_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    item_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> LightFM:
        """Fit float32[n, factors + 2] for users and items; the last two places hold their biases.

        Raises ComponentError for an attribute or vectors that the items do not have, or when the
        training diverges.
        """
        warm = training.history.popularity > 0
        features = item_features(training.items, self.item_features, warm)
        if self.text_features:
            features = sp.csr_array(sp.hstack([features, text_features(training.vectors)]))
        model = self._trained(training, _classic(training.history.matrix[:, warm]), features[warm])
        ones = np.ones(len(warm), np.float32)
        items = [features @ model.item_embeddings, ones[:, None], (features @ model.item_biases)[:, None]]
        described = np.diff(features.indptr)[:, None] > 0
        self.item_factors_ = np.where(described, np.hstack(items), NONE).astype(np.float32)
        known = training.history.counts[:, None] > 0
        users = [model.user_embeddings, model.user_biases[:, None], np.ones((len(known), 1), np.float32)]
        self.user_factors_ = np.where(known, np.hstack(users), NONE).astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: products of factors and both biases; NaN where either is unknown."""
        own = np.where((query.users >= 0)[:, None], self.user_factors_[query.users], NONE)
        return row_product(own, self.item_factors_)

    def wants_vectors(self) -> bool:
        """Whether it cannot do without item vectors."""
        return self.text_features

    def _trained(self, training: Training, interactions: Any, features: Any) -> Any:
        from lightfm import LightFM as Model

        model = Model(
            no_components=self.factors,
            loss=self.loss,
            learning_rate=self.learning_rate,
            item_alpha=self.item_alpha,
            user_alpha=self.user_alpha,
            max_sampled=self.max_sampled,
            random_state=int(training.rng().integers(2**31)),
        )
        threads = self.threads or os.cpu_count() or 1
        interactions, features, rng = interactions.tocoo(), _classic(features), training.rng()
        for epoch in range(self.epochs):
            try:
                shown = (
                    with_negatives(interactions, self.negatives, rng)
                    if self.loss == "logistic"
                    else interactions
                )
                model.fit_partial(shown, item_features=features, num_threads=threads)
            except ValueError as error:
                raise ComponentError(
                    f"ranker 'lightfm' diverged in epoch {epoch + 1}: {error}. Use a lower `learning_rate`."
                ) from error
            training.progress(epoch + 1, self.epochs)
        return model


def _classic(matrix: Any) -> Any:
    """The same as a scipy.sparse.csr_matrix with 32-bit indices, which LightFM takes."""
    from scipy.sparse import csr_matrix

    parts = (matrix.data.copy(), matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return csr_matrix(parts, shape=matrix.shape)
