"""Factorisations of the interactions, without another library."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_factors.biased_mf import BiasedMF
    from palate_factors.ials import Ials
    from palate_factors.pure_svd import PureSvd

    return [BiasedMF, Ials, PureSvd]
