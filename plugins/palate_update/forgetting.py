"""Users and items taken out of what came to the data of runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from palate.errors import StoreError, unwritten
from palate.forgetting import Forgetting, Removal
from palate.paths import whole_folder
from palate_update.additions import ADDITIONS
from palate_update.tables import Tables


def forget(forgetting: Forgetting) -> None:
    """Take them out of every folder of additions beside the runs; its name, by which runs know it, stays.

    Raises StoreError.
    """
    places = dict.fromkeys(run.absolute().parent / ADDITIONS for run in forgetting.runs)
    for folder in (each for place in places for each in sorted(place.glob("*")) if each.is_dir()):
        had = Tables.load(folder)
        left = _without(had, forgetting)
        count = had.height - left.height
        if count:
            forgetting.removals.append(Removal("table", str(folder), count))
            if not forgetting.dry:
                _write(left, folder)


def _without(tables: Tables, forgetting: Forgetting) -> Tables:
    def apart(frame: pl.DataFrame, column: str, ids: tuple[str, ...]) -> pl.DataFrame:
        return frame.filter(~pl.col(column).cast(pl.String).is_in(list(ids)))

    events = apart(tables.interactions, "user", forgetting.users)
    return replace(
        tables,
        interactions=apart(events, "item", forgetting.items),
        items=apart(tables.items, "id", forgetting.items),
        users=apart(tables.users, "id", forgetting.users),
    )


def _write(tables: Tables, folder: Path) -> None:
    try:
        with whole_folder(folder) as scratch:
            tables.save(scratch)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {unwritten(error)}") from error
