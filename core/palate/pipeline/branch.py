"""A branch that has been fitted: from a user's history to a score for every item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.read_only import freeze, read_only
from palate.components.calling import apart, calling, checked_array
from palate.components.nested import needs_of
from palate.data import Query
from palate.data.few_scores import FewScores
from palate.pipeline.allowed import Allowed
from palate.pipeline.candidates import found_scores, scored, scores_few, wanted
from palate.pipeline.few import checked_few

TABLED = 4096  # items: up to here similarities are kept for a branch, at most 64 MiB
FEW = 64  # events: so many rows take less time to add up than many users' products with all vectors


@dataclass(frozen=True)
class FittedBranch:
    """A fitted ranker, with the aggregator and item vectors (float32[items, d]) it works on, if any.

    With an `index` only the candidates it finds for a user are scored; all others are NaN.
    """

    name: str
    ranker: Any
    aggregator: Any = None
    vectors: NDArray[np.float32] | None = None
    index: Any = None

    def __post_init__(self) -> None:
        freeze(self, "vectors")

    def score(self, query: Query, allowed: Allowed | None = None) -> NDArray[np.float32]:
        """float32[n, items]; a row of NaN for a user that the ranker cannot serve.

        Read-only where the ranker still holds the array. With `allowed` an index looks for as many
        candidates more as are excluded, and the items that are listed are scored whether it finds them
        or not.
        """
        if self._serves_all(query):
            return self._score(query, allowed)
        served = self.serves(query)
        scores = np.full((len(query), query.history.n_items), np.nan, np.float32)
        if served.any():
            scores[served] = self._score(query.take(np.flatnonzero(served)), allowed)
        return scores

    def score_few(self, query: Query, allowed: Allowed | None = None) -> FewScores | None:
        """What `score` gives for the query's one user, where most items have one score; None where not.

        It is None too where that is not known before all are scored.
        """
        if self.index is not None:
            found = self._found_scores(query, allowed)
            return None if found is None else found[0]
        if not self._tells_few or not self._serves_all(query):
            return None
        interests, who = self.profile(query), self._ranks
        whole = query if interests is None else query.with_interests(interests)
        with calling(who):
            few = self.ranker.score_few(whole)
        return None if few is None else checked_few(few, who, query.history.n_items)

    def score_few_of_each(self, queries: Sequence[Query]) -> list[FewScores | None]:
        """What `score_few` gives for each of some queries that are alike; an index is asked once."""
        found = None if self.index is None else self._found_scores(Query.joined(queries), None)
        return [self.score_few(query) for query in queries] if found is None else [*found]

    def _found_scores(self, query: Query, allowed: Allowed | None) -> list[FewScores] | None:
        """The scores of what the index finds for each user; None where all items are scored."""
        if not scores_few(self.ranker, query, allowed) or not self._serves_all(query):
            return None
        interests, who = self.profile(query), self._ranks
        whole = query if interests is None else query.with_interests(interests)
        with calling(who):
            items = wanted(self.index, whole, allowed)
            return None if items is None else found_scores(self.ranker, whole, items, who)

    @property
    def tells_few(self) -> bool:
        """Whether `score_few` may give anything."""
        return self.index is not None or self._tells_few

    @property
    def _tells_few(self) -> bool:
        return self.index is None and callable(getattr(self.ranker, "score_few", None))

    def serves(self, query: Query) -> NDArray[np.bool_]:
        """bool[n]: whether the ranker's needs are met for each user."""
        needs = self.needs
        served = np.ones(len(query), bool)
        if "history" in needs:
            served &= query.history.counts > 0
        if "known users" in needs:
            served &= query.users >= 0
        return served

    def _serves_all(self, query: Query) -> bool:
        needs, history = self.needs, query.history
        if "history" in needs and not (len(history.items) if len(query) == 1 else history.counts.all()):
            return False
        return "known users" not in needs or bool((query.users >= 0).all())

    @cached_property
    def needs(self) -> frozenset[str]:
        """What the ranker cannot work without."""
        return needs_of(self.ranker)

    def profile(self, query: Query) -> NDArray[np.float32] | None:
        """The interest vectors of each user, float32[n, interests, d], or None without aggregator."""
        if self.aggregator is None or self.vectors is None:
            return None
        who = self._aggregates
        with calling(who):
            interests = self.aggregator.profile(query, self.vectors)
        shape = (len(query), None, self.vectors.shape[1])
        return checked_array(interests, who, shape, "float", "interests")

    @property
    def makes_interests(self) -> bool:
        """Whether `interests` gives anything: the ranker makes vectors of users, or an aggregator does."""
        return self._ranker_makes_them or (self.aggregator is not None and self.vectors is not None)

    def interests(self, query: Query) -> NDArray[np.float32] | None:
        """float32[n, k, d]: the vectors that stand for each user, zeros where nothing is known of them.

        Those the ranker makes itself where it does, else the aggregator's; None where neither does.
        """
        if not self._ranker_makes_them:
            return self.profile(query)
        who, known = self._ranks, self.interest_items()
        with calling(who):
            found = self.ranker.interests(query)
        shape = (len(query), None, None if known is None else known.shape[1])
        return apart(checked_array(found, who, shape, what="interests"), self.ranker)

    def interest_items(self) -> NDArray[np.float32] | None:
        """float32[items, d]: the items' vectors in the space of `interests`; zeros for one that has none."""
        if not self._ranker_makes_them:
            return self.vectors
        who = self._ranks
        found = checked_array(self.ranker.item_vectors(), who, (None, None), what="item vectors")
        return apart(found, self.ranker)

    @property
    def _ranker_makes_them(self) -> bool:
        return all(callable(getattr(self.ranker, name, None)) for name in ("interests", "item_vectors"))

    @cached_property
    def _ranks(self) -> str:
        """The ranker in an error."""
        return f"ranker {self.ranker.name!r} in branch {self.name!r}"

    @cached_property
    def _aggregates(self) -> str:
        """The aggregator in an error."""
        return f"aggregator {self.aggregator.name!r} in branch {self.name!r}"

    @cached_property
    def _similarities(self) -> NDArray[np.float32] | None:
        """float32[items, items], from which users with few items are scored; None where that is not done.

        For a small catalogue the rows of a few items take less time to add up than all vectors to be read.
        """
        known = callable(getattr(self.ranker, "score_shares", None))
        if not known or self.vectors is None or len(self.vectors) > TABLED or self.index is not None:
            return None
        if not callable(getattr(self.aggregator, "shares", None)):
            return None
        found: NDArray[np.float32] = read_only(self.ranker.similarities(self.vectors))
        return found

    def _score(self, query: Query, allowed: Allowed | None) -> NDArray[np.float32]:
        """How many items a user has decides alone how they are scored, not who else is asked for."""
        if self._similarities is None or (len(query) == 1 and len(query.history.items) > FEW):
            return self._score_interests(query, allowed)
        if len(query) == 1:
            return self._score_shares(query)
        few = query.history.counts <= FEW
        if few.all():
            return self._score_shares(query)
        if not few.any():
            return self._score_interests(query, allowed)
        scores = np.empty((len(query), query.history.n_items), np.float32)
        scores[few] = self._score_shares(query.take(np.flatnonzero(few)))
        scores[~few] = self._score_interests(query.take(np.flatnonzero(~few)), allowed)
        return scores

    def _score_shares(self, query: Query) -> NDArray[np.float32]:
        with calling(self._aggregates):
            shares = self.aggregator.shares(query, self.vectors)
        who = self._ranks
        with calling(who):
            scores = self.ranker.score_shares(shares, self.vectors, self._similarities)
        return checked_array(scores, who, (len(query), query.history.n_items))

    def _score_interests(self, query: Query, allowed: Allowed | None) -> NDArray[np.float32]:
        interests = self.profile(query)
        whole = query if interests is None else query.with_interests(interests)
        who = self._ranks
        with calling(who):
            scores = (
                self.ranker.score(whole)
                if self.index is None
                else scored(self.ranker, self.index, whole, allowed)
            )
        return apart(checked_array(scores, who, (len(query), query.history.n_items)), self.ranker)
