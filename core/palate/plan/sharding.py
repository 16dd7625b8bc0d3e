"""Steps that are wide, as several that can run on as many machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from palate.errors import StoreError
from palate.plan.operations import JOINING
from palate.plan.steps import Step, kept_below, sealed
from palate.store import Store

FIT = 1000
"""Interactions of training that count as one: a fit by sums reads many in little time."""


def shards_of(step: Step, store: Store, count: int, least: int) -> tuple[Step, ...]:
    """The shards of a step whose inputs are in the store; none where it is not wide or cannot be divided.

    Users to rank are divided from `least` interactions of the part that is evaluated on; texts to encode
    from `least` texts, unless the encoder is fitted on them; data to fit on from `least` times 1,000
    interactions in training, for rankers that can be fitted from parts (`fits_in_parts`), which may be only
    the first of several rounds (`rounds_of`). A shard is a step
    with a fingerprint of its own, so that what is lost or stopped costs the shards that were not done.
    `compute(step, ..., shards=...)` puts them together to what the step makes by itself, to the byte.
    """
    width = _WIDTHS.get(step.operation)
    if count < 2 or step.operation not in JOINING or width is None or width(step, store) < least:
        return ()
    return tuple(
        Step(
            f"{step.name}#{number + 1}", f"{step.operation}_shard", step.blocks, step.inputs,
            step.params | {"shard": [number, count]},
        )
        for number in range(count)
    )  # fmt: skip


def rounds_of(step: Step, shards: Sequence[Step]) -> tuple[tuple[Step, ...], ...]:
    """The shards, and those of each further round in which the step's ranker is fitted; none of others.

    A shard of a round stands on its own part of the data, on what was made of that two rounds before, and on
    all shards of the round before. The step is put together of those of the last round.
    """
    if step.operation != "fit" or not shards:
        return (tuple(shards),) if shards else ()
    ranker, found = step.blocks[0].make(), [tuple(shards)]
    count, about = len(shards), {"sources": list(step.sources())}
    for number in range(ranker.rounds() if hasattr(ranker, "fit_round") else 0):
        before = tuple(map(sealed, found[-1])) if number else ()
        own = tuple(map(sealed, found[-2])) if number > 1 else ()
        parts = tuple(map(sealed, shards))
        found.append(
            tuple(
                Step(
                    f"{shard.name}@{number + 1}", "fit_round", step.blocks,
                    (parts[at], *own[at : at + 1], *before),
                    step.params | about | {"shard": [at, count], "round": number},
                )
                for at, shard in enumerate(shards)
            )
        )  # fmt: skip
    return tuple(found)


def _interactions(step: Step, store: Store) -> int:
    """Of the part for whose users it ranks."""
    fold = next((below for below in kept_below(step) if below.operation == "split"), None)
    return 0 if fold is None else _noted(fold, store, step.params.get("part", "test"))


def _fitted(step: Step, store: Store) -> int:
    """A thousandth of the interactions in training, for a ranker that can be fitted from parts."""
    ranker = step.blocks[0]
    if not hasattr(ranker.component.cls, "fit_part") or not ranker.make().fits_in_parts():
        return 0
    fold = next((below for below in step.inputs if below.operation == "split"), None)
    return 0 if fold is None else _noted(fold, store, "train") // FIT


def _texts(step: Step, store: Store) -> int:
    if any(callable(getattr(block.component.cls, "fit", None)) for block in step.blocks):
        return 0
    return _noted(step.inputs[0], store, "items")


def _noted(step: Step, store: Store, name: str) -> int:
    try:
        found = store.meta(step.fingerprint).notes.get(name, 0)
    except StoreError:
        return 0
    return found if isinstance(found, int) else 0


_WIDTHS: dict[str, Callable[[Step, Store], int]] = {
    "recommend": _interactions,
    "encode": _texts,
    "fit": _fitted,
}
