"""Making one score of several branches: weighted sums, votes, switching and cascades."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_fusers() -> list[type]:
    from palate_fusion.cascade import Cascade
    from palate_fusion.combmnz import CombMNZ
    from palate_fusion.reciprocal_rank import ReciprocalRankFusion
    from palate_fusion.stack import Stack
    from palate_fusion.switch import Switch
    from palate_fusion.weighted import Weighted

    return [Weighted, ReciprocalRankFusion, CombMNZ, Switch, Cascade, Stack]
