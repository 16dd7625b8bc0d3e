"""What the neural rankers of this plugin share: their options, fitting on the next item, scoring."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.data import Added, Query, Training
from palate.data.contributions import Contributions
from palate.data.left_out import left_out
from palate.errors import ComponentError

EPOCHS, PATIENCE = 5, 2
"""How many passes over the data follow a change at most, and after how many without a rise they end."""
FREE = "table.free"
POPULARITY = "held-out value of popularity"

if TYPE_CHECKING:
    import torch

    from palate.training import Schedule
    from palate_sequence.next_item import NextItem


@dataclass
class NextItemRanker(ABC):
    """A network that reads a history in its order and scores each item as the next one."""

    name: ClassVar[str]
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    update_tolerance: ClassVar[float] = math.inf  # it ends elsewhere than from a random start
    reads_order: ClassVar[bool] = True
    libraries: ClassVar[tuple[str, ...]] = ("torch", "safetensors")
    extra: ClassVar[str] = "sequence"

    items: Literal["ids", "vectors", "delta"] = "ids"
    """What represents an item: a free vector each (`ids`); its text vector, projected (`vectors`); or that
    plus a correction of its own (`delta`), so that an item without events is ranked by its text."""
    correction: Annotated[float, Gt(0)] | None = None
    """Of `items: delta`: the longest correction, as a share of the projections' mean length; none: any."""
    dimensions: Annotated[int, Ge(2)] = 64
    """The width of the network."""
    length: Annotated[int, Ge(1)] = 50
    """How many of a user's last events are read."""
    overlap: Annotated[float, Ge(0), Lt(1)] = 0.0
    """Where a history is longer than `length`: the share of a window that the next one repeats. With 0 each
    event is predicted once an epoch, those early in a window from few others."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.3
    """The share of activations that is dropped in training."""
    loss: Literal["softmax", "sampled-softmax", "gbce", "in-batch"] = "softmax"
    """Over all items (`softmax`); over `negatives` that a batch shares: `sampled-softmax`, or the calibrated
    cross entropy of gSASRec (`gbce`); or over the other targets of the batch (`in-batch`)."""
    negatives: Annotated[int, Ge(1)] = 256
    """Of the sampled losses: how many items a batch shares."""
    calibration: Annotated[float, Ge(0), Le(1)] = 0.75
    """Of `gbce`: from 0 (no correction for sampling) to 1 (full)."""
    batch: Annotated[int, Ge(1)] = 128
    """How many histories a step takes."""
    epochs: Annotated[int, Ge(1)] = 100
    """The largest number of passes over the data."""
    patience: Annotated[int, Ge(0)] = 5
    """After how many epochs without a rise of the held-out NDCG@10 training ends; 0: never."""
    minutes: Annotated[float, Gt(0)] | None = None
    """The longest time that training may take."""
    learning_rate: Annotated[float, Gt(0)] = 1e-3
    """The step size of Adam."""

    weights_: dict[str, NDArray[Any]] = field(init=False, repr=False, compare=False)
    table_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    table_weights_: dict[str, NDArray[Any]] = field(init=False, repr=False, compare=False)
    """What the item table is made of, for `partial_fit`; empty where that is `table_` itself."""
    known_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    remarks_: dict[str, Any] = field(init=False, repr=False, compare=False)

    def item_tower(self, table: torch.nn.Module) -> torch.nn.Module:
        """What an item is compared by, `forward() -> float32[items, d]`: the item table as it is."""
        return table

    @abstractmethod
    def layers(self, table: torch.nn.Module) -> torch.nn.Module:
        """The network over an item table: `table()` and `forward(rows int64[n, l], table) -> [n, l, d]`."""

    def wants_vectors(self) -> bool:
        return self.items != "ids"

    def fit(self, training: Training) -> NextItemRanker:
        """Train on each user's events in their order, the last events of some held out to stop in time.

        Raises ComponentError where `items` asks for vectors and the branch, or every item with events, has
        none, where the loss is not finite, and where no user has two events.
        """
        from palate.training import Schedule

        schedule = Schedule(self.epochs, self.patience, self.minutes, self.learning_rate)
        return self._train(training, schedule)

    def partial_fit(self, added: Added, removed: Training) -> NextItemRanker:
        """Train on for a few epochs from the weights there are; users whose data changed tell when to stop.

        The last events of these users were not trained on before, unless they were held out by chance.
        """
        from palate.training import Schedule

        changed = added.history.counts[: len(added.whole.users)] > 0
        patience = min(self.patience, PATIENCE)
        schedule = Schedule(min(self.epochs, EPOCHS), patience, self.minutes, self.learning_rate)
        return self._train(added.whole, schedule, self._start(added), changed)

    def _start(self, added: Added) -> dict[str, NDArray[Any]]:
        """The weights there are, those of items by their rows now; NaN for new items."""
        table = self.table_weights_ or {FREE: self.table_}
        count = len(added.whole.items)
        moved = {
            name: added.by_item(value, np.nan)[:count] if name.endswith("free") else value
            for name, value in table.items()
        }
        return self.weights_ | moved

    def _train(
        self,
        training: Training,
        schedule: Schedule,
        start: dict[str, NDArray[Any]] | None = None,
        watched: NDArray[np.bool_] | None = None,
    ) -> NextItemRanker:
        """Train on a schedule, from these weights; only events of the `watched` users are held out."""
        import torch

        from palate.training import train

        if self.wants_vectors() and training.vectors is None:
            raise ComponentError(
                f"ranker {self.name!r} with `items: {self.items}` needs item vectors; add `encode:` to its "
                "branch, or use `items: ids`"
            )
        task = self._task(training, watched)
        if self.wants_vectors() and not (task.with_text & task.known).any():
            raise ComponentError(
                f"ranker {self.name!r} with `items: {self.items}`: no item with events has a vector; look at "
                "the texts of its branch, or use `items: ids`"
            )
        trained = train(
            task,
            schedule,
            seed=training.seed,
            checkpoints=training.checkpoints,
            identity=task.digest(
                [(item.name, getattr(self, item.name)) for item in fields(self) if item.init]
            ),
            report=training.progress,
            start=start,
        )
        made: Any = task.network()
        made.load_state_dict({name: torch.from_numpy(value) for name, value in trained.weights.items()})
        made.eval()  # a tower of items has dropout
        with torch.no_grad():
            self.table_ = np.ascontiguousarray(made.table().float().numpy())
        self.weights_ = {name: w for name, w in trained.weights.items() if not name.startswith("table.")}
        table = {name: w for name, w in trained.weights.items() if name.startswith("table.")}
        self.table_weights_ = {} if list(table) == [FREE] else table
        ids, text = task.known, task.with_text
        self.known_ = {"ids": ids, "vectors": text, "delta": ids | text}[self.items]
        control = {POPULARITY: task.held.popularity()} if len(task.held.users) else {}
        self.remarks_ = trained.remarks | control
        self.__dict__.pop("_network", None)
        return self

    def remarks(self) -> dict[str, Any]:
        return self.remarks_

    def interests(self, query: Query) -> NDArray[np.float32]:
        """float32[n, 1, dimensions]: what the network makes of each history; zeros for an empty one."""
        import torch

        from palate_sequence.next_item import last_hidden

        network, table = self._network
        with torch.inference_mode():
            hidden = last_hidden(network, table, query.history, self.length)
        return hidden.numpy()[:, None, :]

    def item_vectors(self) -> NDArray[np.float32]:
        """float32[items, dimensions]: what `interests` are compared with; zeros without event and text."""
        return np.where(self.known_[:, None], self.table_, np.float32(0))

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: inner products of interest and item; NaN for an item without event and text."""
        scores = row_product(self.interests(query)[:, 0], self.table_)
        scores[:, ~self.known_] = np.nan
        return scores

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """By how much each user's score of one item falls without each item of the history."""
        return left_out(query, items, self._pairs)

    def _pairs(self, query: Query, items: NDArray[np.int32]) -> NDArray[np.float32]:
        """float32[n]: each user's score of one item."""
        return np.einsum("nd,nd->n", self.interests(query)[:, 0], self.item_vectors()[items])

    def _task(self, training: Training, watched: NDArray[np.bool_] | None = None) -> NextItem:
        from palate.training import hold_out
        from palate_sequence.item_table import item_table
        from palate_sequence.next_item import NextItem

        vectors = training.vectors if self.wants_vectors() else None
        known = training.history.popularity > 0

        def network() -> torch.nn.Module:
            table = item_table(self.items, len(known), self.dimensions, vectors, known, self.correction)
            return self.layers(self.item_tower(table))

        held = hold_out(training.history, training.rng(), among=watched)
        return NextItem(
            network, held, self.length, self.batch, self.loss, self.negatives, self.calibration,
            known, vectors, self.overlap,
        )  # fmt: skip

    @cached_property
    def _network(self) -> tuple[Any, torch.Tensor]:
        """The trained network, made again from its weights, and the item table."""
        import torch

        network = self.layers(torch.nn.Identity())
        network.load_state_dict({name: torch.tensor(value) for name, value in self.weights_.items()})
        return network.eval(), torch.tensor(self.table_)
