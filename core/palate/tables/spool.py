"""Rows that are fetched once, when they are first wanted, and kept on disk while something uses them."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import polars as pl

from palate.leftovers import unfinished
from palate.paths import cache_folder


class Spool:
    """A frame that `fetch` makes in a folder of its own; the folder goes when nothing refers to this."""

    def __init__(self, fetch: Callable[[Path], pl.LazyFrame]) -> None:
        self._fetch = fetch

    @cached_property
    def frame(self) -> pl.LazyFrame:
        """The rows. Whatever `fetch` raises comes through."""
        self._scratch = Scratch()
        return self._fetch(self._scratch.path)


class Scratch:
    """A new folder in the cache folder, which goes when nothing refers to this any more."""

    def __init__(self) -> None:
        self.path = _new_folder()
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def _new_folder() -> Path:
    """A new folder in the cache folder that only its user can look into."""
    folder = unfinished(cache_folder() / "spool" / "table")
    folder.mkdir(mode=0o700)
    return folder
