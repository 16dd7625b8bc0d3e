"""The cleaner `exclude`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_forget.exclusion_list import ExclusionList
from palate_forget.keys import read_key
from palate_forget.leaving import without


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

        def listed(ids: pl.Series, kind: str) -> np.ndarray:
            marks = found.users if kind == "user" else found.items
            if not marks:
                return np.zeros(len(ids), bool)
            hashes = (key.hashed("user" if kind == "user" else "item", str(each)) for each in ids)
            return np.fromiter((mark in marks for mark in hashes), bool, len(ids))

        left = without(dataset, listed(dataset.users["id"], "user"), listed(dataset.items.ids, "item"))
        if not left.interactions.height:
            raise DataError(
                f"cleaner {self.name!r} leaves none of {dataset.interactions.height:,} interactions"
            )
        return left
