"""Refusing a catalogue that would not fit in memory, before it is taken."""

from __future__ import annotations

from palate.errors import ComponentError

GIB = 2**30


def fits(n_items: int, bytes_a_pair: int, allowed: float) -> bool:
    """Whether a square matrix of all items takes no more than `allowed` GiB."""
    return bytes_a_pair * n_items**2 <= allowed * GIB


def check_memory(ranker: str, n_items: int, bytes_a_pair: int, allowed: float, instead: str) -> None:
    """Raises ComponentError if a square matrix of all items would take more than `allowed` GiB.

    `bytes_a_pair` is what fitting holds for a pair of items, `instead` what to use in its place.
    """
    if not fits(n_items, bytes_a_pair, allowed):
        needed = bytes_a_pair * n_items**2 / GIB
        raise ComponentError(
            f"ranker {ranker!r} would take {needed:.1f} GiB for {n_items:,} items, more than the "
            f"{allowed:g} GiB that its option `memory` allows. {instead}, take rare items out with the "
            "cleaner 'min-interactions', or raise `memory`."
        )
