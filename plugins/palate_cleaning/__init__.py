"""Cleaners: invalid rows, duplicates, missing ratings, low ratings, users and items with too little."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_cleaners() -> list[type]:
    from palate_cleaning.duplicates import DropDuplicates
    from palate_cleaning.invalid import DropInvalid
    from palate_cleaning.minimum import MinInteractions, MinRating
    from palate_cleaning.missing import FillMissing

    return [DropInvalid, DropDuplicates, FillMissing, MinInteractions, MinRating]
