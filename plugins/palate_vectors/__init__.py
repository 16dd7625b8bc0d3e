"""Transforms of item vectors: centring and normalising."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_transforms() -> list[type]:
    from palate_vectors.center import Center
    from palate_vectors.l2 import L2

    return [Center, L2]
