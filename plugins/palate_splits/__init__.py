"""Splitters: interactions divided into training, validation and test parts."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_splitters() -> list[type]:
    from palate_splits.cold import ColdItems, ColdUsers
    from palate_splits.column import Column
    from palate_splits.k_fold import KFold
    from palate_splits.rolling import Rolling
    from palate_splits.shuffled import Random, Repeated
    from palate_splits.temporal import LeaveOneOut, Temporal, UserTemporal

    return [
        Temporal,
        UserTemporal,
        LeaveOneOut,
        Random,
        ColdItems,
        ColdUsers,
        Column,
        KFold,
        Rolling,
        Repeated,
    ]
