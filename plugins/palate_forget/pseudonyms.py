"""The cleaner `pseudonyms`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import polars as pl

from palate.data import Dataset
from palate_forget.keys import Key, read_key


@dataclass
class Pseudonyms:
    """Give every user another id, made from theirs with a secret key, before anything is stored.

    A pseudonym is 32 hexadecimal digits: keyed BLAKE2b of the id as text. It is the same in every run with
    the same key, and cannot be undone or tried out without it. `key_file` has the key (default:
    `$PALATE_KEY_FILE`, or the key itself in `$PALATE_KEY`); `palate pseudonym` makes keys, and says the
    pseudonym of an id. Users' attributes stay.
    """

    name: ClassVar[str] = "pseudonyms"
    at_source: ClassVar[bool] = True
    renames_users: ClassVar[bool] = True
    only_speed: ClassVar[frozenset[str]] = frozenset({"key_file"})  # the key counts, wherever it lies

    key_file: str | None = None

    def fingerprint(self) -> str:
        """Changes with the key, which cannot be told from it."""
        return read_key(self.key_file).check

    def apply(self, dataset: Dataset) -> Dataset:
        """The same events under other ids, in their order. Raises DataError where the key cannot be had."""
        key = read_key(self.key_file)
        ids = pl.Series("id", [pseudonym(key, each) for each in dataset.users["id"]], dtype=pl.String)
        events = dataset.interactions.with_columns(
            ids.gather(dataset.interactions["user"]).alias("user"),
            dataset.items.ids.gather(dataset.interactions["item"]).alias("item"),
        )
        renamed = Dataset.from_frames(events, dataset.items.frame, dataset.users.with_columns(ids))
        return replace(renamed, pairs=dataset.pairs)


def pseudonym(key: Key, user: object) -> str:
    """What a user is called in place of their id, which counts as text: 42 and "42" are one."""
    return key.hashed("pseudonym", str(user))
