"""The loss over a whole catalogue, in memory that does not grow with the batch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

CELLS = {"cpu": 2**20, "cuda": 2**27}  # scores held at a time: a processor's cache keeps them
ROWS = 64  # at least so many rows at a time, else a product takes too long
SAFE = 60.0  # scores of this size can be exponentiated and summed without overflow


def softmax_loss(hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean cross entropy of float32[m, d] against all rows of a table float32[items, d].

    Row i should score `targets[i]` (int64[m]) above all others; scores are inner products. They are computed
    for as many rows at a time as 2**20 cells hold (64 at least; 2**27 cells on a graphics card), and the
    gradient with them, so that the scores of all rows are never in memory together: beside inputs and
    gradients it takes 8 MiB (1 GiB on a card), or 512 bytes an item where that is more. Within
    `torch.autocast` products are computed in its precision and summed in float32.
    """
    import torch

    kind = hidden.device.type
    low = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else torch.float32
    with torch.autocast(kind, enabled=False):
        found: torch.Tensor = _chunked().apply(hidden.float(), table.float(), targets, low)
    return found


def _may_overflow(hidden: torch.Tensor, table: torch.Tensor) -> bool:
    """Whether a score may be too large to exponentiate as it is; else a pass over all scores is saved."""
    longest = hidden.detach().norm(dim=1).amax() * table.detach().norm(dim=1).amax()
    return not bool(longest < SAFE)  # also where it is not a number


@cache
def _chunked() -> Any:
    import torch

    class Chunked(torch.autograd.Function):
        @staticmethod
        def forward(
            ctx: Any, hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, low: torch.dtype
        ) -> torch.Tensor:
            cells = CELLS.get(hidden.device.type, CELLS["cpu"])
            rows, items = max(ROWS, cells // max(len(table), 1)), table.to(low)
            total = torch.zeros((), device=hidden.device)
            by_hidden, by_table = torch.empty_like(hidden), torch.zeros_like(table)
            shifted = _may_overflow(hidden, table)
            for start in range(0, len(hidden), rows):
                at = slice(start, start + rows)
                part, wanted = hidden[at].to(low), targets[at]
                scores = part @ items.T
                own = scores.gather(1, wanted[:, None]).float()
                if shifted:
                    largest = scores.amax(1, keepdim=True)
                    scores, own = scores.sub_(largest), own - largest.float()
                each = scores.exp_().sum(1, keepdim=True, dtype=torch.float32)
                total += (each.log() - own).sum()
                by_hidden[at] = (scores @ items) / each - items[wanted]
                by_table += scores.T @ (part / each).to(low)
                by_table.index_add_(0, wanted, part.float(), alpha=-1)
            ctx.save_for_backward(by_hidden.div_(len(hidden)), by_table.div_(len(hidden)))
            return total / len(hidden)

        @staticmethod
        def backward(ctx: Any, slope: torch.Tensor) -> tuple[Any, ...]:
            by_hidden, by_table = ctx.saved_tensors
            return slope * by_hidden, slope * by_table, None, None

    return Chunked
