"""The strongest entries of each row of a product of sparse matrices, a block of rows at a time."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from palate.arrays.topk import top_k_others

BLOCK_BYTES = 2**26


def strongest(left: sp.csr_array, right: sp.csr_array, k: int) -> sp.csr_array:
    """Sparse float32[m, m]: the k largest entries above 0 of each row of left @ right, without the diagonal.

    `left` is sparse [m, n], `right` [n, m]. Of equal entries those with the lower column stay.
    """
    m = left.shape[0]
    rows = max(1, BLOCK_BYTES // (4 * m))
    counts, columns, values = [], [], []
    for start in range(0, m, rows):
        block = (left[start : start + rows] @ right).toarray()
        near, value = top_k_others(block, np.arange(start, start + len(block)), k)
        there = near >= 0
        counts.append(there.sum(axis=1))
        columns.append(near[there])
        values.append(value[there])
    indptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int32)
    parts = (np.concatenate(values), np.concatenate(columns), indptr)
    weights = sp.csr_array(parts, shape=(m, m))
    weights.sort_indices()
    return weights
