"""Cleaners that belong to the reading of data: what they take out or rename is never stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from palate.recipe.model import Block


def is_at_source(block: Block) -> bool:
    """Whether a cleaner runs within the step that reads, before all others, wherever it stands."""
    return bool(getattr(block.component.cls, "at_source", False))


def with_cleaners(known: str, cleaners: Sequence[Block]) -> str:
    """The fingerprint of the data behind a source, and of what these cleaners read beside their options.

    A checksum: nothing of a key or a list can be told from it. Raises what a cleaner's `fingerprint` does.
    """
    if not cleaners:
        return known
    made = [block.make() for block in cleaners]
    own = [cleaner.fingerprint() if hasattr(cleaner, "fingerprint") else "" for cleaner in made]
    return hashlib.blake2b("\0".join([known, *own]).encode(), digest_size=16).hexdigest()
