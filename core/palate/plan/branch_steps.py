"""The steps of one branch: from texts to item vectors, and a ranker fitted on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from palate.components.trainable import is_trainable
from palate.data.fold import Part
from palate.plan.steps import Step
from palate.recipe.model import Block, Branch, Encoding, View


@dataclass(frozen=True)
class BranchSteps:
    """The steps of a branch, for models that are evaluated on one part.

    `data` and `fold` are the steps it stands on, `path` where it stands in the recipe. Where components of it
    are trainable, the step `trained` trains them together: it reads the vectors before the first trainable
    transform, and what stands behind reads `features`, those after the last.
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
        vectors = (self.features,) if branch.has_vectors else ()
        index = (self.step("retrieve", "index", (branch.retrieve,), vectors),) if branch.retrieve else ()
        return (self.ranker(vectors), *vectors, *index)

    def ranker(self, vectors: tuple[Step, ...]) -> Step:
        """The fitted ranker with its aggregator."""
        branch = self.branch
        if self.trains and is_trainable(branch.rank.component.cls):
            return self.step("fit", "trained", (), (self.trained,))
        if self.trains:
            inputs = (self.data, self.fold, *vectors, self.trained)
            return self.step("fit", "fit_behind", (branch.rank,), inputs, self.params)
        blocks = (branch.rank, *((branch.aggregate,) if branch.aggregate else ()))
        more, read = self.reading
        return self.step("fit", "fit", (*blocks, *more), (self.data, self.fold, *vectors, *read), self.params)

    @property
    def trains(self) -> bool:
        """Whether any of its components is trainable."""
        some = (*self.branch.transform, self.branch.aggregate, self.branch.rank)
        return any(block is not None and is_trainable(block.component.cls) for block in some)

    @cached_property
    def trained(self) -> Step:
        """All trainable components of the branch, trained together, and its aggregator."""
        branch = self.branch
        places: list[tuple[str, Block]] = [("transform", block) for block in _split(branch.transform)[1]]
        if is_trainable(branch.rank.component.cls):
            places.insert(0, ("rank", branch.rank))
        if branch.aggregate is not None:
            places.append(("aggregate", branch.aggregate))
        more, read = self.reading
        params = self.params | {"places": [place for place, _ in places]}
        blocks = tuple(block for _, block in places)
        inputs = (self.data, self.fold, self.vectors, *read)
        return self.step("train", "train", (*blocks, *more), inputs, params)

    @cached_property
    def features(self) -> Step:
        """The item vectors after all transforms, trainable ones too."""
        if not _split(self.branch.transform)[1]:
            return self.vectors
        return self.step("features", "features", (), (self.trained, self.vectors))

    @cached_property
    def vectors(self) -> Step:
        """The item vectors, of one encoder or of several views, before the trainable transforms."""
        branch, path = self.branch, self.path
        fixed = replace(branch, blocks={**branch.blocks, "transform": _split(branch.transform)[0]})
        if branch.encode:
            return self.transformed(fixed, path, self.encoded(branch, path))
        views = []
        for at, view in enumerate(branch.views):
            own = replace(view, blocks={"text": branch.text, **view.blocks})
            where = f"{path}.encode[{at}]"
            views.append(self.transformed(own, where, self.encoded(own, where)))
        weights = {"weights": [view.weight for view in branch.views]}
        return self.transformed(fixed, path, self.step("join", "join", (), tuple(views), weights))

    def transformed(self, branch: Branch | View, path: str, vectors: Step) -> Step:
        """Vectors after the transforms, fitted on the training data."""
        if not branch.transform:
            return vectors
        inputs, params = (self.data, self.fold, vectors), {"part": self.part}
        return Step(f"{path}.transform{behind(self.part)}", "transform", branch.transform, inputs, params)

    def encoded(self, part: Branch | View, path: str) -> Step:
        """The vectors of one text by one encoder, as it gives them, its model finetuned where that is
        said.
        """
        text = Step(f"{path}.text", "text", part.text, (self.data,))
        blocks = (part.encode,) if part.encode else ()
        models = [str(model.identity()) for model in (b.make() for b in blocks) if hasattr(model, "identity")]
        if part.finetune is None:
            return Step(f"{path}.encode", "encode", blocks, (text,), {"models": models})
        taught = self.finetuned(part, path, text, models)
        return Step(f"{path}.encode{behind(self.part)}", "encode", blocks, (text, taught))

    def finetuned(self, part: Encoding, path: str, text: Step, models: list[str]) -> Step:
        """The folder of the encoder's model, trained on what models evaluated on this part may know."""
        blocks = (*part.all("finetune"), *part.all("encode"), *part.objectives)
        inputs, params = (self.data, self.fold, text), self.params | {"models": models}
        return Step(f"{path}.finetune{behind(self.part)}", "finetune", blocks, inputs, params)

    @property
    def reading(self) -> tuple[tuple[Block, ...], tuple[Step, ...]]:
        """The blocks and inputs of an aggregator that reads texts of its own; none for others."""
        branch = self.branch
        if not (branch.encode and branch.aggregate and "encoder" in branch.aggregate.component.needs):
            return (), ()
        read = self.encoded(branch, self.path)
        return (branch.encode, *branch.transform), (read.inputs[0], read, *read.inputs[1:])

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


def behind(part: Part) -> str:
    """What stands behind the name of a step for models that are evaluated on another part than the test's."""
    return "" if part == "test" else f"@{part}"


def _split(transforms: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Those that are fitted by themselves, and those that are trained, which stand behind them."""
    first = next((at for at, b in enumerate(transforms) if is_trainable(b.component.cls)), len(transforms))
    return transforms[:first], transforms[first:]
