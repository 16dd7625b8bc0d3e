"""Many small shards made one larger."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from palate.store.shards import Shard, paths, remove, whole_shards, write_shard

MANY = 32
"""So many small shards may stand in a folder before they are merged."""

SMALL = 2**23
"""Bytes; a shard as large is left alone."""


def merge_small(folder: Path) -> int:
    """Merge the shards smaller than 8 MB where there are more than 32. How many were merged.

    The new shard is there whole before the old ones go. Who reads meanwhile finds either; two
    processes that merge at once leave texts twice, which the next merging puts right.
    """
    small = [path for path in paths(folder) if _size(path) < SMALL]
    if len(small) <= MANY:
        return 0
    merged = 0
    for group in _groups(small):
        found = dict(whole_shards(group))
        widths = {shard.vectors.shape[1] for shard in found.values()}
        if len(found) < 2 or len(widths) != 1:
            continue
        digests = np.concatenate([shard.digests for shard in found.values()])
        digests, rows = np.unique(digests, return_index=True)
        vectors = np.concatenate([shard.vectors for shard in found.values()])[rows]
        write_shard(folder, Shard(digests, vectors))
        for path in found:
            remove(path)
        merged += len(found)
    return merged


def _groups(small: list[Path]) -> list[list[Path]]:
    """Neighbours that together hold 8 MB or a little more."""
    groups: list[list[Path]] = [[]]
    held = 0
    for path in small:
        if held >= SMALL:
            groups.append([])
            held = 0
        groups[-1].append(path)
        held += _size(path)
    return groups


def _size(path: Path) -> int:
    try:
        return sum(file.stat().st_size for file in path.iterdir())
    except OSError:
        return 0
