"""Arrays that several components share, and none may change."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


def read_only(array: Any) -> Any:
    """The same array through a view that cannot be written to; None and other values as they are.

    The array itself stays writeable for whoever holds it.
    """
    if not isinstance(array, np.ndarray) or not array.flags.writeable:
        return array
    view = array.view()
    view.setflags(write=False)
    return view


def read_only_csr(matrix: sp.csr_array) -> sp.csr_array:
    """The matrix, whose arrays cannot be written to from now on."""
    matrix.has_sorted_indices, matrix.has_canonical_format  # noqa: B018  remembered, while it can be
    matrix.data = read_only(matrix.data)
    matrix.indices, matrix.indptr = read_only(matrix.indices), read_only(matrix.indptr)
    return matrix


def freeze(owner: Any, *names: str) -> None:
    """Put read-only views into these fields of a frozen dataclass; from its `__post_init__`."""
    fields = owner.__dict__  # quicker than by attributes, which a frozen dataclass looks after
    for name in names:
        value = fields[name]
        if value is not None:
            fields[name] = read_only(value)
