"""How much memory a step is likely to take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from palate.errors import StoreError
from palate.plan.steps import Step
from palate.store import Store

LEAST = 300 * 2**20
"""What a worker takes that has loaded palate and its libraries (bytes)."""
TIMES = 4
"""How many times the size of its inputs on disk a step is thought to take beside that."""
ROOM = 1.2
"""How much more is asked for than the step took before."""


def wanted(step: Step, inputs: Sequence[Step], store: Store) -> int:
    """Bytes to ask for: what the step took before, by the store's notes, else by the size of its inputs."""
    before = store.noted(f"memory-{key(step)}").get("peak_bytes")
    if isinstance(before, int) and before > 0:
        return int(before * ROOM)
    return LEAST + TIMES * sum(_size(below, store) for below in inputs)


def note(step: Step, peak_bytes: int, store: Store) -> None:
    """Note what a step took, for the next time."""
    store.note(f"memory-{key(step)}", {"step": step.name, "peak_bytes": peak_bytes})


def key(step: Step) -> str:
    """What a step has in common with one with other options: its name, its components and its source.

    Of a fit in rounds every other one is alike; these know their sources by fingerprint alone.
    """
    source = next((each for each in step.walk() if each.operation == "source"), None)
    known = source.blocks[0].plain() if source else step.params.get("sources")
    name = step.name
    if step.operation == "fit_round":
        name = f"{name.rpartition('@')[0]}@{step.params['round'] % 2}"
    made_of = [name, [block.name for block in step.blocks], known]
    return hashlib.blake2b(json.dumps(made_of, default=str).encode(), digest_size=12).hexdigest()


def _size(step: Step, store: Store) -> int:
    try:
        return sum(size for size, _ in store.meta(step.fingerprint).files.values())
    except StoreError:
        return 0
