"""Which steps are divided, and which of their shards are done."""

from __future__ import annotations

from dataclasses import dataclass, field

from palate.plan.sharding import shards_of
from palate.plan.steps import Step
from palate.store import Store


@dataclass
class Width:
    """Into how many shards a step is divided, and from which size on; with 1 none is."""

    count: int = 1
    least: int = 1
    _shards: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    _left: dict[str, set[str]] = field(default_factory=dict)
    _wholes: dict[str, Step] = field(default_factory=dict)

    def divide(self, step: Step, store: Store) -> tuple[Step, ...]:
        """The shards of a step whose inputs are in the store, none where it stays whole."""
        shards = shards_of(step, store, self.count, self.least)
        if shards:
            self._shards[step.fingerprint] = shards
            self._left[step.fingerprint] = {shard.fingerprint for shard in shards}
            self._wholes |= {shard.fingerprint: step for shard in shards}
        return shards

    def is_shard(self, step: Step) -> bool:
        return step.fingerprint in self._wholes

    def whole(self, step: Step) -> Step:
        """The step that a shard belongs to; any other step is its own."""
        return self._wholes.get(step.fingerprint, step)

    def done(self, shard: Step) -> tuple[Step, int, tuple[Step, ...]]:
        """The step that a shard belongs to, how many of its shards are done by now, and all of them."""
        whole = self._wholes[shard.fingerprint]
        left, shards = self._left[whole.fingerprint], self._shards[whole.fingerprint]
        left.discard(shard.fingerprint)
        return whole, len(shards) - len(left), shards
