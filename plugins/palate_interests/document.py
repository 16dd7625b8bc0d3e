"""A user's history, encoded as one text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
import polars as pl
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.components.nested import Nested
from palate.data import Items, Query, Training
from palate.errors import ComponentError
from palate.store.answers import OF_USERS, answers_beside
from palate_interests.padded import last_different


@dataclass
class Document:
    """The vector that the branch's encoder gives to a user's history, written as one text.

    The texts of the items follow one another, newest first, so that the model's window cuts off the
    oldest. The text goes through the same encoder and fitted transforms as the items and is kept by the
    same store: a history that was encoded before is not encoded again.

    A model tends to put texts of many items close together, away from texts of one. So the mean of the
    histories in training is moved to the mean of the items before any transform, as centring does for
    items.
    """

    name: ClassVar[str] = "document"
    needs: ClassVar[frozenset[str]] = frozenset({"text", "encoder"})

    template: str = "{history}"
    """The text around the history, such as `Somebody who likes {history}`."""
    between: str = "\n"
    """The text between two items."""
    latest: Annotated[int, Ge(1)] = 50
    """How many of a user's last different items are written into the text at most."""

    rewrite: Annotated[Any, Nested("preprocessor")] | None = None
    """A preprocessor that makes another text of it, such as `generate`, which has a language model write what
    the user likes."""

    align: Annotated[int, Ge(0)] = 300
    """How many users' histories are encoded in training to find their mean; 0 moves nothing."""

    texts_: pl.Series = field(init=False, repr=False, compare=False)
    reader_: Any = field(init=False, repr=False, compare=False)
    shift_: NDArray[np.float32] | None = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Document:
        """Keep the items' texts and the reader. Raises ComponentError where there are none."""
        if "{history}" not in self.template:
            raise ComponentError(
                "aggregator 'document': the template must contain {history}, as in "
                f"'Somebody who likes {{history}}'; got {self.template!r}"
            )
        if training.reader is None or training.text is None:
            raise ComponentError(
                "aggregator 'document' needs the texts of the items and one encoder in its branch, not "
                "several views; add `text:` and `encode:`"
            )
        self.texts_ = training.text.fill_null("").str.strip_chars()
        self.reader_ = training.reader
        self.shift_ = self._shift(training)
        return self

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d]; zeros for a user none of whose items has a text.

        Raises ComponentError where the reader gives vectors of another width than the items'.
        """
        users, texts = self.documents(query)
        out = np.zeros((len(query), 1, vectors.shape[-1]), np.float32)
        if not len(users):
            return out
        read = self._placed(self.reader_.encoded(self._rewritten(texts)))
        if read.shape != (len(users), vectors.shape[-1]):
            raise ComponentError(
                f"aggregator 'document' got vectors of shape {read.shape} for {len(users)} texts; the "
                f"items' vectors have {vectors.shape[-1]} dimensions"
            )
        out[users, 0] = read
        return out

    def documents(self, query: Query) -> tuple[NDArray[np.int32], pl.Series]:
        """The users (int32[m] rows of the query) whose history has a text, and the text of each."""
        written = (self.texts_ != "").to_numpy()
        owners, items = last_different(query.history, lambda rows: written[rows], self.latest)
        frame = pl.DataFrame({"owner": owners[::-1], "text": self.texts_.gather(items[::-1])})
        joined = frame.group_by("owner", maintain_order=True).agg(pl.col("text").str.join(self.between))
        before, after = self.template.split("{history}", 1)
        joined = joined.sort("owner").with_columns(
            (pl.lit(before) + pl.col("text") + pl.lit(after)).alias("text")
        )
        return joined["owner"].to_numpy(), joined.get_column("text")

    def remarks(self) -> dict[str, str]:
        """What the preprocessor has to say of the histories it was given while this was fitted."""
        said = getattr(self.rewrite, "remarks", dict)()
        return {f"histories {name}": f"of users' histories: {words}" for name, words in said.items()}

    def _rewritten(self, texts: pl.Series) -> pl.Series:
        """What the preprocessor makes of the texts; without one, the texts."""
        if self.rewrite is None:
            return texts
        if hasattr(self.rewrite, "keep_in"):
            self.rewrite.keep_in(answers_beside(self.reader_.kept, OF_USERS))
        frame = pl.DataFrame({"id": range(len(texts)), "text": texts})
        written: pl.Series = self.rewrite.apply(Items(frame)).text
        return written

    def _shift(self, training: Training) -> NDArray[np.float32] | None:
        """float32[w]: from the mean of some users' histories to the mean of the items."""
        users = np.flatnonzero(training.history.counts)
        if len(users) > self.align:
            users = np.sort(training.rng().choice(users, self.align, replace=False))
        _, texts = self.documents(Query(users.astype(np.int32), training.history.take(users)))
        if not len(texts):
            return None
        read = self.reader_.encoded(self._rewritten(texts))
        shift: NDArray[np.float32] = self.reader_.middle - read.mean(axis=0, dtype=np.float64)
        return shift.astype(np.float32)

    def _placed(self, read: Vectors) -> Vectors:
        """The vectors moved by the shift and transformed like the items'; zeros stay zeros."""
        moved = (
            read if self.shift_ is None else np.where(read.any(axis=1, keepdims=True), read + self.shift_, 0)
        )
        placed: Vectors = self.reader_.placed(np.asarray(moved, np.float32))
        return placed
