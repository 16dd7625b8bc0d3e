"""Whether the trainable components of a branch can be trained together."""

from __future__ import annotations

from collections.abc import Iterator

from palate.components.trainable import gives_shares, is_trainable
from palate.recipe.draft import Draft
from palate.recipe.model import Block

Placed = tuple[str, Block]
"""A block with the key it stands at."""


def untrainable(branch: Draft) -> Iterator[tuple[str, str]]:
    """What keeps the trainable components of a branch from being trained, by the key where it stands."""
    transforms = [block for block in branch.blocks.get("transform", ()) if block]
    last = [block for block in map(branch.one, ("aggregate", "rank")) if block]
    yield from _out_of_order(transforms)
    yield from _in_views(branch)
    yield from _held(branch)
    trained = any(is_trainable(block.component.cls) for block in transforms)
    aggregate, rank = branch.one("aggregate"), branch.one("rank")
    if trained and aggregate is not None:
        yield from _through(aggregate, rank)
    placed = [("transform", block) for block in transforms]
    placed += [("aggregate" if block is aggregate else "rank", block) for block in last]
    yield from _said_twice([each for each in placed if is_trainable(each[1].component.cls)])


def _out_of_order(transforms: list[Block]) -> Iterator[tuple[str, str]]:
    """A transform that is fitted by itself behind one that is trained."""
    behind = None
    for block in transforms:
        if is_trainable(block.component.cls):
            behind = block
        elif behind is not None:
            said = f"{_who(behind)} is trained with what stands behind the transforms, so it must come last"
            yield "transform", f"{said}; put {block.name!r} before it"
            return


def _in_views(branch: Draft) -> Iterator[tuple[str, str]]:
    for at, view in enumerate(branch.views):
        for block in view.blocks.get("transform", ()):
            if block is not None and is_trainable(block.component.cls):
                said = "is trained with the whole branch; put it under the branch's `transform:`"
                yield f"encode[{at}]", f"{_who(block)} {said}"


def _held(branch: Draft) -> Iterator[tuple[str, str]]:
    """A trainable component in an option of another, where nothing would train it."""
    for key, blocks in branch.blocks.items():
        for block in blocks:
            inside = list(block.component.whole(block.options))[1:] if block else []
            for component in inside:
                if block is not None and is_trainable(component.cls):
                    said = f"{component.kind} {component.name!r} is trained with the branch it stands in"
                    yield key, f"{said}, so {_who(block)} cannot hold it"


def _through(aggregate: Block, rank: Block | None) -> Iterator[tuple[str, str]]:
    """An aggregator that nothing can be trained through, between a transform and a ranker that are."""
    cls = aggregate.component.cls
    if is_trainable(cls):
        return
    if "encoder" in aggregate.needs:
        said = "reads texts with the transforms of its branch, none of which may then be trained"
        yield "aggregate", f"{_who(aggregate)} {said}"
    elif rank is not None and is_trainable(rank.component.cls) and not gives_shares(cls):
        said = (
            "stands between a transform and a ranker that are trained together; take one that is a weighted "
            "mean, such as 'mean' or 'recency-mean', or trained with them, such as 'lstm'"
        )
        yield "aggregate", f"{_who(aggregate)} {said}"


def _said_twice(placed: list[Placed]) -> Iterator[tuple[str, str]]:
    """Two components that say differently how the branch is trained."""
    said = [(key, block) for key, block in placed if block.options.get("train") is not None]
    for key, block in said[1:]:
        if block.options["train"] != said[0][1].options["train"]:
            first = f"{_who(said[0][1])} says how the branch is trained, all of which is trained together"
            yield key, f"{first}; take `train` out of one of the two"
            return


def _who(block: Block) -> str:
    return f"{block.component.kind} {block.name!r}"
