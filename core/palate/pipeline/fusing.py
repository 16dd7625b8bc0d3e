"""One block of scores from those of several branches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.read_only import read_only
from palate.components.calling import apart, calling, checked_array
from palate.data import Query


def fused(fuser: Any, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
    """float32[n, items], read-only where it is memory that others hold.

    Raises ComponentError where the fuser gives anything else, or changes what it is given.
    """
    who = f"fuser {fuser.name!r}"
    with calling(who):
        block = fuser.fuse({name: read_only(own) for name, own in scores.items()}, query)
    return apart(checked_array(block, who, (len(query), query.history.n_items)), fuser)
