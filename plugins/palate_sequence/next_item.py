"""Training a network to predict the next item at every place of a history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from palate.data import History
from palate.errors import ComponentError
from palate.training import HeldOut, batches_by_length, padded, windows
from palate.training.device import device
from palate.training.in_batch import in_batch_loss
from palate.training.shared_negatives import gbce_loss, sampled_softmax_loss
from palate.training.softmax import softmax_loss

if TYPE_CHECKING:
    import torch

Loss = Literal["softmax", "sampled-softmax", "gbce", "in-batch"]
BLOCK = 64
WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)


@dataclass
class NextItem:
    """The task: stretches of at most `length` events, each event to be predicted from those before it.

    `make` gives the network. A stretch of a long history repeats a share `overlap` of the one before it.
    `loss` is over all items (`softmax`), over `negatives` that a batch shares, or over its other targets
    (`in-batch`). `known` is bool[items], which have an event; `vectors` those of the items, where the network
    reads them.
    """

    make: Callable[[], torch.nn.Module]
    held: HeldOut
    length: int
    batch: int
    loss_over: Loss
    negatives: int
    calibration: float
    known: NDArray[np.bool_]
    vectors: NDArray[np.float32] | None
    overlap: float = 0.0

    @cached_property
    def stretches(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and ends in the items of the history. Raises ComponentError where there are none."""
        found = windows(self.held.history, self.length, overlap=self.overlap)
        if not len(found[0]):
            raise ComponentError("there is nothing to train on: no user has two events in the training data")
        return found

    @cached_property
    def with_text(self) -> NDArray[np.bool_]:
        """bool[items]: which items have a vector other than zeros."""
        if self.vectors is None:
            return np.zeros(len(self.known), bool)
        found: NDArray[np.bool_] = np.any(self.vectors, axis=1)
        return found

    def digest(self, options: object) -> str:
        """A hash of options and of all that is trained on, which tells this fit from others."""
        found = hashlib.blake2b(repr(options).encode(), digest_size=16)
        history = self.held.history
        for array in (history.indptr, history.items, self.held.users, self.held.target, self.vectors):
            found.update(b"" if array is None else np.ascontiguousarray(array).data)
        return found.hexdigest()

    def network(self) -> torch.nn.Module:
        return self.make()

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], int]]:
        starts, ends = self.stretches
        for rows in batches_by_length(ends - starts, self.batch, rng):
            yield rows, int(rng.integers(2**62))

    def loss(self, network: Any, batch: tuple[NDArray[np.int64], int]) -> torch.Tensor:
        import torch

        rows, seed = batch
        starts, ends = (bounds[rows] for bounds in self.stretches)
        items = torch.from_numpy(padded(self.held.history.items, starts, ends, -1)).to(device())
        table = network.table()
        there = items[:, 1:] >= 0
        hidden = network(items[:, :-1].clamp_min(0), table)[there]
        targets = items[:, 1:][there]
        if self.loss_over == "softmax":
            return softmax_loss(hidden, table, targets)
        rng, counts = np.random.default_rng(seed), self.held.history.popularity
        if self.loss_over == "in-batch":
            return in_batch_loss(hidden, table, targets, counts)
        if self.loss_over == "gbce":
            return gbce_loss(hidden, table, targets, self.negatives, rng, self.calibration)
        return sampled_softmax_loss(hidden, table, targets, counts, self.negatives, rng)

    def evaluate(self, network: Any) -> float | None:
        """NDCG@10 of the held-out events."""
        if not len(self.held.users):
            return None
        table = network.table()
        last = last_hidden(network, table, self.held.history.take(self.held.users), self.length)
        values = []
        for start in range(0, len(last), 512):
            rows = slice(start, start + 512)
            values.append(self.held.ndcg((last[rows] @ table.T).float().cpu().numpy(), rows))
        return float(np.concatenate(values).mean())


def last_hidden(network: Any, table: Any, history: History, length: int) -> torch.Tensor:
    """float32[n, d]: what the network makes of each history's last `length` events; zeros for an empty one.

    Rows are taken 64 at a time with others of like length, padded to a width that depends on their own length
    alone, so that what comes out never depends on who else is asked for.
    """
    import torch

    taken = np.minimum(history.counts, length)
    found = torch.zeros(len(history), table.shape[1], device=table.device)
    widths = np.array([width for width in WIDTHS if width < length] + [length])
    width_of = widths[np.searchsorted(widths, taken)]
    for width in np.unique(width_of[taken > 0]):
        rows = np.flatnonzero((width_of == width) & (taken > 0))
        for start in range(0, len(rows), BLOCK):
            some = rows[start : start + BLOCK]
            ends = history.indptr[some + 1]
            block = np.zeros((BLOCK, int(width)), np.int64)
            given = padded(history.items, ends - taken[some], ends, 0)
            block[: len(some), : given.shape[1]] = given
            hidden = network(torch.from_numpy(block).to(table.device), table)
            at = torch.from_numpy(taken[some] - 1).to(table.device)
            found[some] = hidden[torch.arange(len(some), device=table.device), at].float()
    return found
