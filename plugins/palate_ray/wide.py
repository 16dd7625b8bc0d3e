"""Which steps are divided, and which of their shards are done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from palate.plan.sharding import rounds_of, shards_of
from palate.plan.steps import Step, kept_below
from palate.store import Store


@dataclass
class Width:
    """Into how many shards a step is divided, and from which size on; with 1 none is.

    A step that is fitted in rounds has shards in each, of which those of one round are at work.
    """

    count: int = 1
    least: int = 1
    _rounds: dict[str, tuple[tuple[Step, ...], ...]] = field(default_factory=dict)
    _at: dict[str, int] = field(default_factory=dict)
    _left: dict[str, set[str]] = field(default_factory=dict)
    _wholes: dict[str, Step] = field(default_factory=dict)

    def divide(self, step: Step, store: Store) -> tuple[Step, ...]:
        """The shards of a step whose inputs are in the store, none where it stays whole.

        Of a fit that was stopped in a later round those of that round.
        """
        rounds = rounds_of(step, shards_of(step, store, self.count, self.least))
        if not rounds:
            return ()
        self._rounds[step.fingerprint] = rounds
        self._wholes |= {shard.fingerprint: step for shards in rounds for shard in shards}
        later = (at for at in range(len(rounds) - 1, 0, -1) if _can_begin(rounds[at], store))
        return self._begin(step, next(later, 0))

    def is_shard(self, step: Step) -> bool:
        return step.fingerprint in self._wholes

    def whole(self, step: Step) -> Step:
        """The step that a shard belongs to; any other step is its own."""
        return self._wholes.get(step.fingerprint, step)

    def done(self, shard: Step) -> Progress:
        """How far the step is that a shard belongs to, which is done now."""
        whole = self._wholes[shard.fingerprint]
        rounds, at, left = (known[whole.fingerprint] for known in (self._rounds, self._at, self._left))
        left.discard(shard.fingerprint)
        count = len(rounds[0])
        progress = Progress(whole, (at + 1) * count - len(left), len(rounds) * count)
        if left:
            return progress
        if at + 1 < len(rounds):  # which needs what this round and the one before it made
            over = rounds[at - 2] if at > 2 else ()
            return replace(progress, ready=self._begin(whole, at + 1), over=over)
        return replace(progress, parts=rounds[at])

    def rest(self, step: Step) -> tuple[Step, ...]:
        """The shards that may be in the store still once the step itself is."""
        rounds = self._rounds.get(step.fingerprint, ())
        return tuple(shard for shards in {*rounds[:1], *rounds[-3:]} for shard in shards)

    def _begin(self, step: Step, at: int) -> tuple[Step, ...]:
        shards = self._rounds[step.fingerprint][at]
        self._at[step.fingerprint] = at
        self._left[step.fingerprint] = {shard.fingerprint for shard in shards}
        return shards


@dataclass(frozen=True)
class Progress:
    """How far a wide step is: shards `done` of `total`.

    `ready` may begin now, `over` nothing needs any more, and of `parts`, if any, the step is put together.
    """

    whole: Step
    done: int
    total: int
    ready: tuple[Step, ...] = ()
    over: tuple[Step, ...] = ()
    parts: tuple[Step, ...] = ()


def _can_begin(shards: tuple[Step, ...], store: Store) -> bool:
    """Whether all that the shards of a round stand on is in the store."""
    below = {each.fingerprint for shard in shards for each in kept_below(shard)}
    return all(map(store.has, below))
