"""The loss over a whole catalogue, in memory that does not grow with the batch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

CELLS = 2**22  # scores held at a time: 16 MiB in float32
ROWS = 64  # at least so many rows at a time, else a product takes too long


def softmax_loss(hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The mean cross entropy of float32[m, d] against all rows of a table float32[items, d].

    Row i should score `targets[i]` (int64[m]) above all others; scores are inner products. They are computed
    for as many rows at a time as 2**22 cells hold (64 at least), and the gradient with them, so that the
    scores of all rows are never in memory together: beside inputs and gradients it takes 32 MiB, or 512
    bytes an item where that is more. Within `torch.autocast` products are computed in its precision and
    summed in float32.
    """
    import torch

    kind = hidden.device.type
    low = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else torch.float32
    with torch.autocast(kind, enabled=False):
        found: torch.Tensor = _chunked().apply(hidden.float(), table.float(), targets, low)
    return found


@cache
def _chunked() -> Any:
    import torch

    class Chunked(torch.autograd.Function):
        @staticmethod
        def forward(
            ctx: Any, hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, low: torch.dtype
        ) -> torch.Tensor:
            rows, items = max(ROWS, CELLS // max(len(table), 1)), table.to(low)
            total = torch.zeros((), device=hidden.device)
            by_hidden, by_table = torch.empty_like(hidden), torch.zeros_like(table)
            for start in range(0, len(hidden), rows):
                part, wanted = hidden[start : start + rows].to(low), targets[start : start + rows]
                at = torch.arange(len(part), device=part.device)
                scores = part @ items.T
                total += (scores.float().logsumexp(1) - scores[at, wanted].float()).sum()
                slope = torch.softmax(scores, 1)
                slope[at, wanted] -= 1
                by_hidden[start : start + rows] = slope @ items
                by_table += slope.T @ part
            ctx.save_for_backward(by_hidden.div_(len(hidden)), by_table.div_(len(hidden)))
            return total / len(hidden)

        @staticmethod
        def backward(ctx: Any, slope: torch.Tensor) -> tuple[Any, ...]:
            by_hidden, by_table = ctx.saved_tensors
            return slope * by_hidden, slope * by_table, None, None

    return Chunked
