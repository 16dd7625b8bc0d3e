"""The steps of a recipe, for one fold."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from palate.data.fold import Part
from palate.plan.at_source import is_at_source, with_cleaners
from palate.plan.branch_steps import BranchSteps
from palate.plan.folds import wants_fold
from palate.plan.steps import Row, RowKind, Step
from palate.recipe.model import Block, Branch, Recipe
from palate.registry import Registry


@dataclass(frozen=True)
class Build:
    """The steps that a recipe asks for, each made when it is asked for; equal ones have one fingerprint."""

    recipe: Recipe
    registry: Registry
    everything: bool = False
    chosen: dict[str, int] = field(default_factory=dict)
    """Which fold it is about, where there are several."""

    @cached_property
    def data(self) -> Step:
        source = self.recipe.source.make()
        known = source.fingerprint() if hasattr(source, "fingerprint") else ""
        at_source = tuple(block for block in self.recipe.clean if is_at_source(block))
        blocks, params = (self.recipe.source, *at_source), {"data": with_cleaners(known, at_source)}
        loaded = Step("data.source", "source", blocks, params=params)
        clean = tuple(block for block in self.recipe.clean if not is_at_source(block))
        feedback = self.recipe.feedback
        cleaned = Step("data.clean", "clean", clean, (loaded,)) if clean else loaded
        return Step("data.feedback", "feedback", (feedback,), (cleaned,)) if feedback else cleaned

    @cached_property
    def fold(self) -> Step:
        blocks = (self.recipe.split, *self.restricting)
        return Step("data.split", "split", blocks, (self.data,), self.seeded(**self.chosen))

    @cached_property
    def restricting(self) -> tuple[Block, ...]:
        """The cleaners that look at what trains, and so come after the split."""
        return tuple(block for block in self.recipe.clean if wants_fold(block))

    @cached_property
    def final(self) -> Step:
        """The fold on which the pipeline is fitted."""
        if not self.everything:
            return self.fold
        return Step("data.all", "everything", self.restricting, (self.data,))

    def fold_for(self, part: Part) -> Step:
        """The fold on which models are fitted that are evaluated on this part."""
        return self.final if part == "test" else self.fold

    def seeded(self, **params: Any) -> dict[str, Any]:
        return {"seed": self.recipe.seed, **params}

    def fitted(self, branch: Branch, part: Part = "test", path: str = "") -> tuple[Step, ...]:
        """The steps that make a branch ready to score: its ranker, and its vectors if it has any."""
        path = path or f"branches.{branch.name}"
        return BranchSteps(branch, path, self.data, self.fold_for(part), part, self.recipe.seed).fitted

    def fallback(self, part: Part = "test") -> tuple[Step, ...]:
        fallback = self.recipe.fallback
        return self.fitted(_alone("fallback", fallback), part, "fallback") if fallback else ()

    @cached_property
    def fuser(self) -> Step | None:
        """The fuser, tuned on the validation part where its options ask for it."""
        fuse = self.recipe.fuse
        if fuse is None:
            return None
        component = fuse.make()
        if not (hasattr(component, "wants_tuning") and component.wants_tuning()):
            return Step("fuse", "make", (fuse,))
        branches = [self.fitted(branch, "validation") for branch in self.recipe.branches]
        inputs = (self.data, self.fold, *(step for steps in branches for step in steps))
        names = [branch.name for branch in self.recipe.branches]
        params = self.seeded(branches=self.layout(branches), names=names)
        return Step("fuse.tune", "tune", (fuse, *self.objective()), inputs, params)

    def objective(self) -> tuple[Block, ...]:
        """The first metric that gives one value for each user."""
        scored = [block for block in self.recipe.evaluate if hasattr(block.component.cls, "score")]
        return tuple(scored[:1])

    def validated(self, metric: Block, shares: tuple[float, ...]) -> tuple[Row, ...]:
        recipe = self.recipe
        pipeline = self.assembled(
            "pipeline@validation", recipe.branches, self.fuser, recipe.rerank, "validation"
        )
        return tuple(
            self.row("validation", recipe.name, pipeline, (metric,), "validation", share, "validation")
            for share in shares
        )

    @cached_property
    def fused(self) -> Step:
        """The pipeline before anything is reordered, so that its cost can be seen."""
        return self.assembled("fused", self.recipe.branches, self.fuser)

    @cached_property
    def pipeline(self) -> Step:
        return self.assembled("pipeline", self.recipe.branches, self.fuser, self.recipe.rerank)

    def assembled(
        self,
        name: str,
        branches: tuple[Branch, ...],
        fuser: Step | None,
        rerank: tuple[Block, ...] = (),
        part: Part = "test",
        path: str = "",
    ) -> Step:
        """A pipeline of fitted branches, with what fuses and reorders them and serves the rest."""
        fitted = [self.fitted(branch, part, path) for branch in branches]
        inputs = (
            self.data,
            self.fold_for(part),
            *(step for steps in fitted for step in steps),
            *self.fallback(part),
        )
        feedback = self.recipe.feedback
        params = self.seeded(
            branches=self.layout(fitted),
            names=[branch.name for branch in branches],
            fuser=fuser is not None,
            feedback=feedback is not None,
        ) | _asked(part)
        blocks = (*rerank, feedback) if feedback else rerank
        return Step(name, "assemble", blocks, (*inputs, *((fuser,) if fuser else ())), params)

    def layout(self, fitted: list[tuple[Step, ...]]) -> list[int]:
        """How many inputs belong to each branch."""
        return [len(steps) for steps in fitted]

    def rows(self) -> tuple[Row, ...]:
        rows = [
            self.row(f"branches.{branch.name}", branch.name, self.single(branch))
            for branch in self.recipe.branches
        ]
        if self.recipe.fuse:
            rows.append(self.row("hybrid", self.label("hybrid", "fused"), self.fused, kind="hybrid"))
        if self.recipe.rerank:
            name = self.label("reranked", "whole pipeline")
            rows.append(self.row("reranked", name, self.pipeline, kind="reranked"))
        baseline = self.baseline()
        if baseline is not None:
            name = self.label("popularity", "baseline")
            pipeline = self.single(baseline, "baseline")
            rows.append(self.row("baseline", name, pipeline, kind="baseline"))
        return tuple(rows)

    def label(self, name: str, what: str) -> str:
        """The name of a row that no branch stands behind; told apart from a branch of that name.

        A branch's name has no brackets, so the longer name is free.
        """
        taken = any(branch.name == name for branch in self.recipe.branches)
        return f"{name} ({what})" if taken else name

    def single(self, branch: Branch, path: str = "") -> Step:
        name = f"{path or f'branches.{branch.name}'}.assemble"
        return self.assembled(name, (branch,), None, path=path)

    def baseline(self) -> Branch | None:
        """Popularity, which stands in every table, unless the recipe has it already or no plugin does."""
        name = "popularity"
        if name not in self.registry.names("ranker") or any(
            b.rank.name == name for b in self.recipe.branches
        ):
            return None
        return _alone(name, Block(self.registry.find("ranker", name), {}))

    def row(
        self,
        path: str,
        name: str,
        pipeline: Step,
        metrics: tuple[Block, ...] = (),
        part: Part = "test",
        share: float = 1.0,
        kind: RowKind = "branch",
    ) -> Row:
        metrics = metrics or self.recipe.evaluate
        inputs = (self.data, self.fold, pipeline)
        behind = "" if share == 1 else f"({share:g})"
        each = {"ask": self.recipe.values["ask"]} if self.recipe.asks_each_event else {}
        params = self.seeded(top=self.depth(metrics)) | _asked(part, share) | each
        ranking = Step(f"{path}.recommend{behind}", "recommend", (), inputs, params)
        predicting = (pipeline,) if any("predictions" in block.needs for block in metrics) else ()
        evaluated = Step(
            f"{path}.evaluate{behind}", "evaluate", metrics, (self.data, self.fold, ranking, *predicting),
            {"labels": [block.label for block in metrics]} | _asked(part) | each,
        )  # fmt: skip
        return Row(name, ranking, evaluated, kind)

    def depth(self, metrics: tuple[Block, ...]) -> int:
        """How long the rankings are: as asked, or as the deepest metric needs."""
        cutoffs: list[int] = [
            block.options["k"] for block in metrics if isinstance(block.options.get("k"), int)
        ]
        return max(self.recipe.top, *cutoffs, 1)


def _alone(name: str, rank: Block) -> Branch:
    """A branch that has nothing but a ranker."""
    return Branch({"rank": (rank,)}, name)


def _asked(part: Part, share: float = 1.0) -> dict[str, Any]:
    """The params of a step that does not rank for all users of the test part."""
    return ({} if part == "test" else {"part": part}) | ({} if share == 1 else {"share": share})
