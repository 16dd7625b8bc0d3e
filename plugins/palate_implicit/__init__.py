"""Matrix factorisation by the library implicit."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_implicit.als import ALS
    from palate_implicit.bpr import BPR
    from palate_implicit.lmf import LMF

    return [ALS, BPR, LMF]
