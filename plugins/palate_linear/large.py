"""What is known of a fit before it begins: whether it is dense, and whether it fits in memory."""

from __future__ import annotations

from typing import Literal

from palate.arrays.memory import GIB
from palate.data.size import Size
from palate.errors import ComponentError
from palate_linear.blocked import BLOCK
from palate_linear.neighbourhood import sparse_bytes

OnLarge = Literal["refuse", "sparse"]
BYTES_A_PAIR = 12  # the float64 inverse, and the Gram matrix or the weights in float32
BYTES_AN_ITEM = 3 * 8 * BLOCK  # blocks of columns while inverting
BYTES_AN_EVENT = 20  # the matrix with its columns in another order, and turned


def dense_bytes(size: Size) -> int:
    """What a dense fit takes at its peak, beside the events themselves; within 15% of what is measured."""
    return BYTES_A_PAIR * size.items**2 + BYTES_AN_ITEM * size.items + BYTES_AN_EVENT * size.events


def is_dense(size: Size, memory: float) -> bool:
    """Whether weights between all pairs of items can be fitted in so many GiB."""
    return dense_bytes(size) <= memory * GIB


def size_checked(ranker: str, size: Size, memory: float, on_large: OnLarge, neighbours: int) -> str | None:
    """That it is fitted sparsely, in words, or None where it is dense.

    Raises ComponentError where it takes more than `memory` (GiB) and may not be sparse, or also sparse.
    """
    if is_dense(size, memory):
        return None
    dense = dense_bytes(size) / GIB
    if on_large == "refuse":
        raise ComponentError(
            f"ranker {ranker!r} would take {dense:.1f} GiB for {size.items:,} items, more than the "
            f"{memory:g} GiB that its option `memory` allows. Use `on_large: sparse` or 'item-knn', which "
            "keep only the nearest items, take rare items out with the cleaner 'min-interactions', or raise "
            "`memory`."
        )
    sparse = sparse_bytes(size.items, size.events, neighbours) / GIB
    if sparse > memory:
        raise ComponentError(
            f"ranker {ranker!r} would take {sparse:.1f} GiB with `on_large: sparse` and {neighbours} "
            f"`neighbours`, more than the {memory:g} GiB that its option `memory` allows. Take fewer "
            "neighbours, remove rare items with the cleaner 'min-interactions', or raise `memory`."
        )
    return (
        f"ranker {ranker!r}: {size.items:,} items take {dense:.1f} GiB, more than the {memory:g} GiB of "
        f"`memory`, so each is predicted from its {neighbours} nearest items alone, in {sparse:.1f} GiB"
    )
