"""The source `grown` does what every source must."""

import tempfile
from pathlib import Path

import polars as pl

from palate.testing import conforms
from palate_update.additions import kept
from palate_update.grown import Grown
from palate_update.tables import Tables

_ROOM = tempfile.TemporaryDirectory()
_EVENTS = Path(_ROOM.name, "events.csv")
pl.DataFrame({"user": ["a", "a", "b"], "item": ["x", "y", "x"], "time": [1, 2, 3]}).write_csv(_EVENTS)
_NONE = pl.DataFrame({"id": []}, schema={"id": pl.String})
_CAME = pl.DataFrame({"user": ["b"], "item": ["z"], "time": [4]})

TestGrown = conforms(
    Grown,
    source={"use": "files", "interactions": str(_EVENTS)},
    added=str(kept(Tables(_CAME, _NONE, _NONE), Path(_ROOM.name))),
)
