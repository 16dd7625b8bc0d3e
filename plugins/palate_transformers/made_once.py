"""A folder of the cache that whichever process is first makes for all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palate.checksums import damage, seal
from palate.leftovers import remove, unfinished


@contextmanager
def made_once(place: Path) -> Iterator[Path]:
    """A new folder to write into, which is sealed and takes the place of what is damaged or missing there.

    One that another process made meanwhile stays. Raises OSError where there is none in the end.
    """
    scratch = unfinished(place)
    try:
        scratch.mkdir()
        yield scratch
        seal(scratch)
        if damage(place):  # no other process was quicker
            remove(place)
        try:
            os.replace(scratch, place)
        except OSError:
            if damage(place):
                raise
    finally:
        remove(scratch)
