"""Transforms of item vectors: centring, scaling, whitening, projecting and selecting."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_transforms() -> list[type]:
    from palate_vectors.center import Center
    from palate_vectors.l2 import L2
    from palate_vectors.pca import Pca
    from palate_vectors.random_projection import RandomProjection
    from palate_vectors.select_information import SelectInformation
    from palate_vectors.select_variance import SelectVariance
    from palate_vectors.standardise import Standardise
    from palate_vectors.whiten import Whiten

    return [Center, L2, Pca, RandomProjection, SelectInformation, SelectVariance, Standardise, Whiten]
