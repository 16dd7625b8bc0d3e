"""A random order of the items for each user, which decides between equal scores.

One order for all users would give a ranker whose scores are all equal the same items to every user:
its values would hang on one draw, and their interval would not show it.

No order is written out. `places` mixes the bits of an item's number with a key of the user's, in
steps that can each be undone, so that the place of an item is computed where it is needed, no two items
share one, and `items_at` finds the way back. The steps are those of `lowbias32` by C. Wellons (Hash
function prospector, 2018) within 31 bits; keys are mixed as in splitmix64 (Steele, Lea and Flood, Fast
splittable pseudorandom number generators, OOPSLA 2014).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = 31
_MASK = np.uint32(2**BITS - 1)
_FIRST, _SECOND = np.uint32(0x7FEB352D), np.uint32(0x046CA68B)
_FIRST_BACK = np.uint32(pow(int(_FIRST), -1, 2**BITS))
_SECOND_BACK = np.uint32(pow(int(_SECOND), -1, 2**BITS))
_STEP, _ONCE, _TWICE = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_WHOLE = 2**64 - 1

Keys = NDArray[np.uint32]


def tie_keys(numbers: NDArray[Any], seed: int) -> Keys:
    """A key below 2^31 for each whole number, the same for the same number and seed."""
    start = mixed(np.array([seed], np.int64).view(np.uint64))
    return (mixed(numbers.astype(np.uint64) ^ start) >> np.uint64(64 - BITS)).astype(np.uint32)


def history_numbers(items: NDArray[np.int32], indptr: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each row of events that depends on its items alone, in whatever order they are."""
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed(items.astype(np.uint64)))])
    found: NDArray[np.uint64] = mixed(total[indptr[1:]] - total[indptr[:-1]])  # wraps around, as meant
    return found


def tie_key(number: int, seed: int) -> int:
    """What `tie_keys` has for one number."""
    return _mixed(number ^ _start(seed)) >> 64 - BITS


def history_number(items: NDArray[np.int32]) -> int:
    """What `history_numbers` has for one row of events."""
    return _mixed(int(mixed(items.astype(np.uint64)).sum()))


@lru_cache(maxsize=64)
def _start(seed: int) -> int:
    return int(mixed(np.array([seed], np.int64).view(np.uint64))[0])


def _mixed(number: int) -> int:
    """What `mixed` has for one number."""
    bits = (number + _STEP) & _WHOLE
    bits = ((bits ^ (bits >> 30)) * _ONCE) & _WHOLE
    bits = ((bits ^ (bits >> 27)) * _TWICE) & _WHOLE
    return bits ^ (bits >> 31)


def places(items: NDArray[Any], keys: Keys) -> NDArray[np.int64]:
    """The place of each item in the order of the key beside it, from 0 to 2^31 - 1; lower wins a tie."""
    bits = items.astype(np.uint32) ^ keys
    bits ^= bits >> np.uint32(16)
    bits = (bits * _FIRST) & _MASK
    bits ^= bits >> np.uint32(15)
    bits = (bits * _SECOND) & _MASK
    bits ^= bits >> np.uint32(16)
    return bits.astype(np.int64)


def items_at(at: NDArray[np.int64], keys: Keys) -> NDArray[np.int64]:
    """The items that have these places: `items_at(places(items, keys), keys)` are the items."""
    bits = at.astype(np.uint32)
    bits ^= bits >> np.uint32(16)
    bits = (bits * _SECOND_BACK) & _MASK
    bits ^= (bits >> np.uint32(15)) ^ (bits >> np.uint32(30))
    bits = (bits * _FIRST_BACK) & _MASK
    bits ^= bits >> np.uint32(16)
    return (bits ^ keys).astype(np.int64)


def mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number as another that looks random, no two alike."""
    bits = numbers + np.uint64(_STEP)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_ONCE)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_TWICE)
    return bits ^ (bits >> np.uint64(31))
