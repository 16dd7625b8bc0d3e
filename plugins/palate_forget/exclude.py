"""The cleaner `exclude`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_forget.exclusion_list import ExclusionList
from palate_forget.keys import Key, read_key
from palate_forget.leaving import Mask, without


@dataclass
class Exclude:
    """Leave out the users and items on a list of keyed hashes, before anything is stored.

    `file` is the list, as `palate forget` writes it; `key_file` has the key of its hashes (default:
    `$PALATE_KEY_FILE`, or the key itself in `$PALATE_KEY`). Behind `pseudonyms` it goes by pseudonyms. An
    item that only they interacted with, and of which the catalogue says nothing, goes too: the data are
    as if they had never been in the source.
    """

    name: ClassVar[str] = "exclude"
    at_source: ClassVar[bool] = True
    only_speed: ClassVar[frozenset[str]] = frozenset({"file", "key_file"})  # what is in them counts

    file: str
    key_file: str | None = None

    def fingerprint(self) -> str:
        """A checksum of the list, wherever it lies."""
        found = ExclusionList.read(Path(self.file).expanduser())
        text = "\n".join([found.key, *sorted(found.users), "", *sorted(found.items)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError where the list or its key cannot be had, or no interaction is left."""
        key = read_key(self.key_file)
        found = ExclusionList.read(Path(self.file).expanduser()).checked(key)

        def listed(ids: pl.Series, marks: frozenset[str], has: Callable[[Key, str], bool]) -> Mask:
            return np.fromiter((bool(marks) and has(key, str(each)) for each in ids), bool, len(ids))

        users = listed(dataset.users["id"], found.users, found.has)
        left = without(dataset, users, listed(dataset.items.ids, found.items, found.has_item))
        if not left.interactions.height:
            raise DataError(
                f"cleaner {self.name!r} leaves none of {dataset.interactions.height:,} interactions"
            )
        return left
