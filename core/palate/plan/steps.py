"""Steps with fingerprints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from palate.plan.code import core_code
from palate.recipe.model import Block, Recipe
from palate.store import Store

FORMAT = 1
TRANSIENT = frozenset({"assemble", "make", "trained"})
SEALED = "sealed"
"""The operation of a step of which only the fingerprint is known: it is read, and never made."""


@dataclass(frozen=True)
class Step:
    """One thing to compute: an operation of the core, on components and on what other steps made.

    Two steps with one fingerprint make the same artifact, whichever recipe they come from.
    """

    name: str
    operation: str
    blocks: tuple[Block, ...] = ()
    inputs: tuple[Step, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    fleeting: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the operation, the components with code and options, and the inputs' hashes.

        The core's own code that changes numbers is part of it.
        """
        if self.operation == SEALED:
            return str(self.params["fingerprint"])
        made_of = [
            FORMAT,
            core_code(),
            self.operation,
            [block.identity() for block in self.blocks],
            self.params,
            [step.fingerprint for step in self.inputs],
        ]
        return _digest(made_of)

    @property
    def kept(self) -> bool:
        """Whether the store keeps what it makes.

        Putting parts together again costs nothing, and a `fleeting` artifact is not asked for twice.
        """
        return self.operation not in TRANSIENT and not self.fleeting

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def sources(self) -> tuple[str, ...]:
        """The fingerprints of the steps that read data for it, those of an earlier run that it goes on from
        too.
        """
        steps = self.walk()
        read = (step.fingerprint for step in steps if step.operation == "source")
        earlier = (name for step in steps for name in step.params.get("sources", ()))
        return tuple(dict.fromkeys([*read, *earlier]))

    def walk(self) -> tuple[Step, ...]:
        """The step with all it stands on, each once, inputs first."""
        return in_order([self])


RowKind = Literal["branch", "hybrid", "reranked", "baseline", "validation"]


@dataclass(frozen=True)
class Row:
    """One line of the results table: what was recommended, and how it was evaluated.

    `name` is the only one of its plan: a branch keeps its own, and what the core adds gives way.
    """

    name: str
    ranking: Step
    evaluation: Step
    kind: RowKind = "branch"


@dataclass(frozen=True)
class Plan:
    """All steps of a recipe in an order in which they can run, each once.

    With several `folds` each is a plan of its own. Then `rows` have the values of all together, and `fold`
    and `pipeline` are those of the last.
    """

    recipe: Recipe
    store: Store
    data: Step
    fold: Step
    rows: tuple[Row, ...]
    pipeline: Step
    folds: tuple[Plan, ...] = ()

    @property
    def name(self) -> str:
        return self.recipe.name

    @property
    def final(self) -> Row:
        """The row of the whole pipeline: after fusing and reordering, where the recipe does either."""
        whole = [row for row in self.rows if row.kind in ("hybrid", "reranked")]
        return whole[-1] if whole else self.rows[0]

    @property
    def popularity(self) -> str | None:
        """The name of the row that recommends the most popular items, if there is one."""
        own = (
            row.name
            for row, branch in zip(self.rows, self.recipe.branches, strict=False)
            if branch.rank.name == "popularity"
        )
        return next(own, next((row.name for row in self.rows if row.kind == "baseline"), None))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return in_order(self.targets)

    @property
    def targets(self) -> tuple[Step, ...]:
        """What the plan is for: the rankings, their evaluations and what the pipeline is made of."""
        wanted = [step for row in self.rows for step in (row.ranking, row.evaluation)]
        by_fold = [  # one fold after the other, so that one fold's models at a time are in memory
            step for plan in self.folds for row in plan.rows for step in (row.ranking, row.evaluation)
        ]
        return (*by_fold, *wanted, *self.pipeline.inputs)

    @cached_property
    def fingerprint(self) -> str:
        plain = self.recipe.plain()
        if not self.recipe.asks_each_event:  # recipes without the key keep the runs that they have
            plain.pop("ask", None)
        return _digest([plain, *(step.fingerprint for step in self.targets)])

    def missing(self) -> tuple[Step, ...]:
        """The steps that have to run: those not in the store that something wanted stands on."""
        return lacking(self.targets, self.steps, self.store)

    def owner(self, step: Step) -> str:
        """Whose step it is, in words."""
        return f"recipe {self.name!r}"


def in_order(targets: Iterable[Step]) -> tuple[Step, ...]:
    """All steps that the targets stand on and the targets, each once, inputs first."""
    ordered: dict[str, Step] = {}

    def visit(step: Step) -> None:
        if step.fingerprint not in ordered:
            for below in step.inputs:
                visit(below)
            ordered[step.fingerprint] = step

    for target in targets:
        visit(target)
    return tuple(ordered.values())


def sealed(step: Step) -> Step:
    """The same artifact without what it was made of, for a step that stands on a long row of others."""
    return Step(step.name, SEALED, params={"fingerprint": step.fingerprint})


def kept_below(step: Step) -> tuple[Step, ...]:
    """What a step reads from the store: its inputs, and those of inputs that are put together for it."""
    found: dict[str, Step] = {}
    for below in step.inputs:
        for each in (below,) if below.kept else kept_below(below):
            found[each.fingerprint] = each
    return tuple(found.values())


def rewritten(rows: Iterable[Row], change: Callable[[Step, tuple[Step, ...]], Step]) -> tuple[Row, ...]:
    """The rows, each step that they stand on replaced by `change(step, changed inputs)`, once a step."""
    done: dict[str, Step] = {}

    def visit(step: Step) -> Step:
        if step.fingerprint not in done:
            done[step.fingerprint] = change(step, tuple(visit(below) for below in step.inputs))
        return done[step.fingerprint]

    return tuple(replace(row, ranking=visit(row.ranking), evaluation=visit(row.evaluation)) for row in rows)


def lacking(targets: Iterable[Step], steps: Sequence[Step], store: Store) -> tuple[Step, ...]:
    """Those of the steps without which the targets cannot be had from the store, in their order."""
    needed: set[str] = set()

    def need(step: Step) -> None:
        if step.fingerprint in needed or (step.kept and store.has(step.fingerprint)):
            return
        needed.add(step.fingerprint)
        for below in step.inputs:
            need(below)

    for target in targets:
        need(target)
    return tuple(step for step in steps if step.fingerprint in needed)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
