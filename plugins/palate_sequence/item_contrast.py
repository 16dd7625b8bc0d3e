"""An encoder of texts that learns which items the same users like."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

from palate.arrays.memory import check_memory
from palate.arrays.products import row_product
from palate.arrays.rows import entry_rows
from palate.components.nested import Nested
from palate.data import Query, Training
from palate.data.contributions import Contributions
from palate.data.left_out import left_out
from palate.errors import ComponentError

if TYPE_CHECKING:
    from palate.training import Trained
    from palate_sequence.base import Base
    from palate_sequence.contrast import Contrast
    from palate_sequence.engagement import NewItems

BYTES_A_PAIR = 8  # the base's scores in float32, and those of the items that train


@dataclass
class ItemContrast:
    """Scores items by their texts alone, from an encoder trained on which items the same users like.

    A small network on the item vectors, which stay as they are, learns from the text of one item which
    others go with it: a softmax over all items with events is to meet what `teacher`, fitted on the same
    events, recommends to a user with that item alone, the `neighbours` highest scores above 0. After SEMCo
    (arXiv 2604.12990), which trains on counts of co-occurrence; a teacher such as `ease` takes out of these
    what is there through other items. A user is the mean of their items; a score is an inner product, and
    every item is scored by its text, a known one as if it had no events.

    With a `base`, a ranker that scores new items itself, such as `text-to-cf` with `warm: text`, the network
    learns what is to be added to it: its scores, divided by the number of items of the history, are added as
    many times as fits best, and of what the network learned only a `share` counts. That is meant for bases
    whose scores are sums over the history.

    A tenth of the items is held out first, as if they were new, to find the number of epochs by their NDCG@10
    among themselves; then all items train for that long.
    """

    name: ClassVar[str] = "item-contrast"
    needs: ClassVar[frozenset[str]] = frozenset({"vectors", "history"})
    libraries: ClassVar[tuple[str, ...]] = ("torch", "safetensors")
    extra: ClassVar[str] = "sequence"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    cost: ClassVar[dict[str, float]] = {"items": 2}

    teacher: Annotated[Any, Nested("ranker")]
    base: Annotated[Any, Nested("ranker")] | None = None
    """A ranker whose scores the network adds to; it must score items without events."""
    share: Annotated[float, Gt(0), Le(1)] = 0.5
    """Of a `base`: how much counts of what the network adds, which is learned on items with events."""
    neighbours: Annotated[int, Ge(1)] = 1000
    """How many items go with each, at most."""
    power: Annotated[float, Gt(0)] = 0.5
    """The teacher's scores count to this power: below 1 the targets are softer."""
    dimensions: Annotated[int, Ge(1)] = 128
    """How many numbers an encoded item has."""
    hidden: Annotated[int, Ge(1)] = 256
    """The width of the hidden layer."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.3
    """The share of inputs and hidden activations that is dropped in training."""
    batch: Annotated[int, Ge(1)] = 512
    """How many items a step takes."""
    epochs: Annotated[int, Ge(1)] = 50
    """The largest number of passes over the items."""
    patience: Annotated[int, Ge(0)] = 5
    """After how many epochs without a rise of the value of held-out items training ends; 0: never."""
    minutes: Annotated[float, Gt(0)] | None = None
    """The longest time that training may take."""
    memory: Annotated[float, Gt(0)] = 4.0
    """Of a `base`: how much memory (GiB) its scores of each item after each may take while fitting."""
    learning_rate: Annotated[float, Gt(0)] = 1e-3
    """The step size of Adam."""
    weight_decay: Annotated[float, Ge(0)] = 0.01
    """How much the weights shrink."""

    asked_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    offered_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    base_: Any = field(init=False, repr=False, compare=False)
    deviation_: float = field(init=False, repr=False, compare=False)
    times_: float = field(init=False, repr=False, compare=False)
    text_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    remarks_: dict[str, Any] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> ItemContrast:
        """Fit the teacher, and the encoder on what it says.

        Raises ComponentError where there are no item vectors, where fewer than two items with events have
        one, where no user has events with two items, where the teacher recommends nothing, and where a base
        would take more than `memory`.
        """
        from palate_sequence.base import Base
        from palate_sequence.engagement import engagement, hold_out_items

        vectors = training.vectors
        if vectors is None:
            raise ComponentError("ranker 'item-contrast' needs item vectors; add `encode:` to its branch")
        self.text_ = np.any(vectors, axis=1)
        items = np.flatnonzero((training.history.popularity > 0) & self.text_)
        if len(items) < 2:
            raise ComponentError("ranker 'item-contrast': fewer than two items with events have a vector")
        if np.diff(training.history.matrix.indptr).max(initial=0) < 2:
            raise ComponentError(
                "there is nothing to train on: no user has events with two items in the training data"
            )
        teacher = deepcopy(self.teacher).fit(training)
        engaged = engagement(teacher, items, len(vectors), self.neighbours, self.power)
        if not engaged.nnz:
            raise ComponentError(
                f"ranker 'item-contrast': its teacher {teacher.name!r} gives no score above 0 for a history "
                "of one item; take one that does, such as `ease` or `item-knn`"
            )
        if self.base is not None:
            check_memory(self.name, len(items), BYTES_A_PAIR, self.memory, "Leave `base` out")
        self.base_ = None if self.base is None else deepcopy(self.base).fit(training)
        added = None if self.base_ is None else Base.of(self.base_, items, len(vectors))
        self.deviation_ = 1.0 if added is None else added[0].deviation
        held = hold_out_items(training.history, items, training.rng())
        epochs, self.remarks_ = self.epochs, {}
        if held is not None:
            found = self._trained(training, self._task(vectors, engaged, items, held, added), self.epochs)
            epochs, self.remarks_ = found.best, found.remarks | {"held-out items": len(held.items)}
        task = self._task(vectors, engaged, items, None, added)
        whole = self._trained(training, task, epochs)
        self.remarks_ = self.remarks_ or whole.remarks
        self._encode(task, whole)
        return self

    def remarks(self) -> dict[str, Any]:
        return self.remarks_

    def interests(self, query: Query) -> NDArray[np.float32]:
        """float32[n, 1, dimensions]: the mean of each user's items; zeros where none has a text."""
        return np.ascontiguousarray(self._asked(query)[:, None, :-1])

    def item_vectors(self) -> NDArray[np.float32]:
        """float32[items, dimensions]: what `interests` are compared with; zeros without a text.

        A score is their inner product, and how much the item's text is liked whatever the history, and what
        a base says.
        """
        return self.offered_[:, :-1].copy()

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: NaN for an item without a text, and for a user none of whose items has one."""
        from palate_sequence.base import Base

        asked = self._asked(query)
        scores = row_product(asked, self.offered_)
        if self.base_ is not None:
            scores *= np.float32(self.share)
            scores += np.float32(self.times_) * Base(self.base_, self.deviation_).scores(query)
        scores[:, ~self.text_] = np.nan
        scores[asked[:, -1] == 0] = np.nan
        return scores

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history adds to the score of one item a user, which is their sum.

        With a base that is by how much the score falls without it.
        """
        if self.base_ is not None:
            return left_out(query, items, lambda asked, of: self.score(asked)[np.arange(len(of)), of])
        matrix = query.history.matrix
        rows, there = entry_rows(matrix), self.text_[matrix.indices]
        number = np.maximum(np.bincount(rows[there], minlength=len(query)), 1)
        offered = self.offered_[items].astype(np.float64)
        past = np.einsum("ed,ed->e", self.asked_[matrix.indices, :-1].astype(np.float64), offered[rows, :-1])
        return Contributions(offered[:, -1], np.where(there, past / number[rows], 0.0))

    def _asked(self, query: Query) -> NDArray[np.float32]:
        """float32[n, dimensions + 1]: each user's vector and 1; zeros where no item has a text."""
        from palate_sequence.contrast import mean_of

        with_text = query.history.only(self.text_[query.history.items])
        return mean_of(with_text.matrix, self.asked_)

    def _task(
        self,
        vectors: NDArray[np.float32],
        engaged: Any,
        items: NDArray[np.int64],
        held: NewItems | None,
        added: tuple[Base, NDArray[np.float32]] | None,
    ) -> Contrast:
        from palate_sequence.contrast import Contrast

        kept = np.ones(len(items), bool) if held is None else ~np.isin(items, held.items)
        base, alone = added or (None, None)
        return Contrast(
            vectors, engaged, items[kept], held, self.dimensions, self.hidden, self.dropout, self.batch,
            base, None if alone is None else alone[np.ix_(kept, kept)],
        )  # fmt: skip

    def _trained(self, training: Training, task: Contrast, epochs: int) -> Trained:
        from palate.training import Schedule, train

        minutes = None if self.minutes is None else self.minutes / 2
        patience = self.patience if task.held is not None else 0
        return train(
            task,
            Schedule(epochs, patience, minutes, self.learning_rate, weight_decay=self.weight_decay),
            seed=training.seed,
            checkpoints=training.checkpoints,
            identity=task.digest([(f.name, repr(getattr(self, f.name))) for f in fields(self) if f.init]),
            report=training.progress,
        )

    def _encode(self, task: Contrast, trained: Trained) -> None:
        """Keep every item as it is read in a history, and as it is offered."""
        import torch

        network: Any = task.network()
        network.load_state_dict({name: torch.from_numpy(value) for name, value in trained.weights.items()})
        with torch.no_grad():
            inputs = task.inputs.cpu()
            network.eval()
            self.times_ = float(network.times())
            both = (network.asked(inputs).float().numpy(), network.offered(inputs).float().numpy())
        self.asked_, self.offered_ = (np.where(self.text_[:, None], part, np.float32(0)) for part in both)
