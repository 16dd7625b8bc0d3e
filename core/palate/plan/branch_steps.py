"""The steps of one branch: from texts to item vectors, and a ranker fitted on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from palate.data.fold import Part
from palate.plan.steps import Step
from palate.recipe.model import Block, Branch, View


@dataclass(frozen=True)
class BranchSteps:
    """The steps of a branch, for models that are evaluated on one part.

    `data` and `fold` are the steps it stands on, `path` where it stands in the recipe.
    """

    branch: Branch
    path: str
    data: Step
    fold: Step
    part: Part
    seed: int

    @cached_property
    def fitted(self) -> tuple[Step, ...]:
        """What makes it ready to score: its ranker, and its vectors and its index if it has any."""
        branch = self.branch
        vectors = (self.vectors,) if branch.has_vectors else ()
        blocks = (branch.rank, *((branch.aggregate,) if branch.aggregate else ()))
        more, read = self.reading
        fit = self.step("fit", "fit", (*blocks, *more), (self.data, self.fold, *vectors, *read), self.params)
        index = (self.step("retrieve", "index", (branch.retrieve,), vectors),) if branch.retrieve else ()
        return (fit, *vectors, *index)

    @cached_property
    def vectors(self) -> Step:
        """The item vectors, of one encoder or of several views, after all transforms."""
        branch, path = self.branch, self.path
        if branch.encode:
            return self.transformed(branch, path, encoded(branch, path, self.data))
        views = []
        for at, view in enumerate(branch.views):
            own = replace(view, blocks={"text": branch.text, **view.blocks})
            where = f"{path}.encode[{at}]"
            views.append(self.transformed(own, where, encoded(own, where, self.data)))
        weights = {"weights": [view.weight for view in branch.views]}
        return self.transformed(branch, path, self.step("join", "join", (), tuple(views), weights))

    def transformed(self, branch: Branch | View, path: str, vectors: Step) -> Step:
        """Vectors after the transforms, fitted on the training data."""
        if not branch.transform:
            return vectors
        inputs, params = (self.data, self.fold, vectors), {"part": self.part}
        return Step(f"{path}.transform{behind(self.part)}", "transform", branch.transform, inputs, params)

    @property
    def reading(self) -> tuple[tuple[Block, ...], tuple[Step, ...]]:
        """The blocks and inputs of an aggregator that reads texts of its own; none for others."""
        branch = self.branch
        if not (branch.encode and branch.aggregate and "encoder" in branch.aggregate.component.needs):
            return (), ()
        read = encoded(branch, self.path, self.data)
        return (branch.encode, *branch.transform), (*read.inputs, read)

    @property
    def params(self) -> dict[str, Any]:
        return {"seed": self.seed, "part": self.part}

    def step(
        self,
        name: str,
        operation: str,
        blocks: tuple[Block, ...],
        inputs: tuple[Step, ...],
        params: dict[str, Any] | None = None,
    ) -> Step:
        """A step of this branch and part."""
        return Step(f"{self.path}.{name}{behind(self.part)}", operation, blocks, inputs, params or {})


def encoded(branch: Branch | View, path: str, data: Step) -> Step:
    """The vectors of one text by one encoder, as it gives them."""
    text = Step(f"{path}.text", "text", branch.text, (data,))
    blocks = (branch.encode,) if branch.encode else ()
    models = [str(model.identity()) for model in (b.make() for b in blocks) if hasattr(model, "identity")]
    return Step(f"{path}.encode", "encode", blocks, (text,), {"models": models})


def behind(part: Part) -> str:
    """What stands behind the name of a step for models that are evaluated on another part than the test's."""
    return "" if part == "test" else f"@{part}"
