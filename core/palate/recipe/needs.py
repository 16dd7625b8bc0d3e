"""Whether each component of a recipe gets what it needs."""

from __future__ import annotations

from palate.components.component import Component
from palate.components.contracts import NEEDS
from palate.errors import PalateError, Problem
from palate.recipe.model import Block, Branch
from palate.recipe.yaml import Node

_FROM_SOURCE = frozenset({"timestamps", "ratings", "text"})


def unmet(
    tree: Node,
    source: Block | None,
    split: Block | None,
    branches: tuple[Branch, ...],
    fuse: Block | None,
    metrics: tuple[Block, ...] = (),
    rerank: tuple[Block, ...] = (),
) -> list[Problem]:
    """Every need that the recipe leaves unmet, in words, as far as its parts are known."""
    given, found = _gives(tree, source)

    def demand(block: Block | None, path: str, extra: frozenset[str] = frozenset()) -> None:
        if block is None:
            return
        for need in sorted((block.needs & _FROM_SOURCE) - given - extra):
            found.append(_problem(tree, path, _lacks(block.component, need, source)))

    demand(split, "data.split")
    for metric in metrics:
        demand(metric, "evaluate")
    for branch in branches:
        path = f"branches.{branch.name}"
        text = frozenset({"text"} if branch.text else ())
        for block, part in (
            (branch.encode, "encode"), (branch.aggregate, "aggregate"), (branch.rank, "rank"),
        ):  # fmt: skip
            demand(block, f"{path}.{part}", text)
        for at, view in enumerate(branch.views):
            demand(view.encode, f"{path}.encode[{at}]", frozenset({"text"} if view.text else text))
        found += [_problem(tree, f"{path}.{part}", said) for part, said in _inside(branch)]
    if not any(branch.has_vectors for branch in branches):
        found += [_problem(tree, "rerank", _no_vectors(block)) for block in rerank if _wants_vectors(block)]
    if _tunes(fuse) and split and split.options.get("validation") == 0:
        found.append(
            _problem(tree, "fuse", "tuning needs a validation part; give data.split a `validation` share")
        )
    return found


def _gives(tree: Node, source: Block | None) -> tuple[frozenset[str], list[Problem]]:
    """What the source has to give: all, where that is not known."""
    if source is None or source.component.missing or not hasattr(source.component.cls, "gives"):
        return _FROM_SOURCE, []
    try:
        return frozenset(source.make().gives()), []
    except PalateError as error:
        return _FROM_SOURCE, [_problem(tree, "data.source", str(error))]


def _inside(branch: Branch) -> list[tuple[str, str]]:
    """What one part of a branch lacks from another."""
    found = []
    mute = ["encode"] if branch.encode and not branch.text else []
    mute += [f"encode[{at}]" for at, view in enumerate(branch.views) if not (view.text or branch.text)]
    said = "an encoder needs a text; add one under `text:`, such as {use: template, template: ...}"
    found += [(part, said) for part in mute]
    for part in ("transform", "aggregate"):
        if getattr(branch, part) and not branch.has_vectors:
            found.append((part, f"there are no vectors to {part}; add `encode:` to the branch"))
    if branch.aggregate and branch.views and "encoder" in branch.aggregate.component.needs:
        reads = f"aggregator {branch.aggregate.name!r} reads with one encoder"
        found.append(("aggregate", f"{reads}, and the branch has several views"))
    needs = branch.rank.needs
    if ("vectors" in needs or _wants_vectors(branch.rank)) and not branch.has_vectors:
        found.append(("rank", f"ranker {branch.rank.name!r} needs {NEEDS['vectors']}; add `encode:`"))
    elif "interests" in needs and not branch.aggregate:
        found.append(("rank", f"ranker {branch.rank.name!r} needs {NEEDS['interests']}; add `aggregate:`"))
    if branch.retrieve and not branch.aggregate:
        found.append(("retrieve", "an index is searched with interest vectors; add `aggregate:`"))
    return found


def _tunes(fuse: Block | None) -> bool:
    if fuse is None or fuse.component.missing:
        return False
    component = fuse.make()
    return bool(hasattr(component, "wants_tuning") and component.wants_tuning())


def _wants_vectors(block: Block) -> bool:
    if block.component.missing or not hasattr(block.component.cls, "wants_vectors"):
        return False
    return bool(block.make().wants_vectors())


def _no_vectors(block: Block) -> str:
    other = "; or give its option `attribute`" if "attribute" in block.options else ""
    return f"reranker {block.name!r} needs {NEEDS['vectors']}; add `encode:` to a branch{other}"


def _lacks(component: Component, need: str, source: Block | None) -> str:
    where = f"source {source.name!r}" if source else "the source"
    return f"{component.kind} {component.name!r} needs {need}; {where} has none"


def _problem(tree: Node, path: str, message: str) -> Problem:
    node = tree
    for part in path.split("."):
        key, _, at = part.partition("[")
        node = node.mapping.get(key, node)
        node = node.value[int(at[:-1])] if at and isinstance(node.value, list) else node
    return Problem(str(node.origin), path, message)
