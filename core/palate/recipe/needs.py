"""Whether each component of a recipe gets what it needs."""

from __future__ import annotations

from collections.abc import Iterator

from palate.components.component import Component
from palate.components.needs import NEEDS
from palate.errors import PalateError, Problem
from palate.recipe.draft import Draft
from palate.recipe.finetune import unteachable
from palate.recipe.grammar import BRANCH, VIEW, VIEWS, below, join, place_of
from palate.recipe.model import Block
from palate.recipe.trainable import untrainable
from palate.recipe.yaml import Node

_FROM_SOURCE = frozenset({"timestamps", "ratings", "text"})


def unmet(tree: Node, root: Draft, branches: tuple[Draft, ...]) -> list[Problem]:
    """Every need that the recipe leaves unmet, in words, as far as its parts are known."""
    source = root.one("data.source")
    given, found = _gives(tree, source)
    for draft, text in _parts(root, branches):
        for path, block in _placed(draft):
            timed = {"timestamps"} if _says(block, "wants_timestamps") else set()
            for need in sorted((block.needs & _FROM_SOURCE | timed) - given - text):
                found.append(_problem(tree, path, _missing(block.component, need, source)))
    for branch in branches:
        wrong = (*_inside(branch), *untrainable(branch), *unteachable(branch))
        found += [_problem(tree, join(branch.path, key), said) for key, said in wrong]
    found += [_problem(tree, path, said) for path, said in _around(root, branches)]
    asks = tree.mapping.get("ask")
    if asks is not None and asks.value == "each-event":
        found += [_problem(tree, "ask", said) for said in unasked(root, given)]
    return found


def _parts(root: Draft, branches: tuple[Draft, ...]) -> Iterator[tuple[Draft, frozenset[str]]]:
    """Everything outside branches, each branch and each view, with `text` where its items have one."""
    for draft in (root, *branches):
        text = frozenset({"text"} if draft.gives("text") else ())
        yield draft, text
        for view in draft.views:
            yield view, text | ({"text"} if view.gives("text") else frozenset())


def _placed(draft: Draft) -> Iterator[tuple[str, Block]]:
    """Every block without a problem, with where it stands."""
    for key, blocks in draft.blocks.items():
        place = draft.path if draft.row == VIEW and key == "encode" else join(draft.path, key)
        for at, block in enumerate(blocks):
            if block is not None:
                yield (f"{place}[{at}]" if len(blocks) > 1 else place), block


def _gives(tree: Node, source: Block | None) -> tuple[frozenset[str], list[Problem]]:
    """What the source has to give: all, where that is not known."""
    if source is None or source.component.missing or not hasattr(source.component.cls, "gives"):
        return _FROM_SOURCE, []
    try:
        return frozenset(source.make().gives()), []
    except PalateError as error:
        option, _, said = str(error).partition(": ")
        if option in source.options:
            return _FROM_SOURCE, [_problem(tree, f"data.source.{option}", said)]
        return _FROM_SOURCE, [_problem(tree, "data.source", str(error))]


def _inside(branch: Draft) -> Iterator[tuple[str, str]]:
    """What a branch's places need from one another and do not get, each need once, where it comes first."""
    missing: set[str] = set()
    for place in below(BRANCH, components=True):
        if not branch.states(place.key) or (place.path == VIEWS and branch.views):
            continue
        block = branch.one(place.key)
        wanted = {place.takes: place.without} if place.takes else {}
        for need, said in (wanted | _wants(block) if block else wanted).items():
            if not branch.gives(need) and need not in missing:
                missing.add(need)
                yield place.key, said
    for at, view in enumerate(branch.views):
        if not (view.gives("text") or branch.gives("text")):
            yield f"encode[{at}]", place_of(VIEWS).without
    aggregate = branch.one("aggregate")
    if aggregate and branch.views and "encoder" in aggregate.component.needs:
        reads = f"aggregator {aggregate.name!r} reads with one encoder"
        yield "aggregate", f"{reads}, and the branch has several views"


def _wants(block: Block) -> dict[str, str]:
    """What a component needs from other places of its branch, and how to say that it is not there."""
    who, needs = f"{block.component.kind} {block.name!r}", block.needs
    found = {}
    if "vectors" in needs or _says(block, "wants_vectors"):
        found["vectors"] = f"{who} needs {NEEDS['vectors']}; add `encode:`"
    if "interests" in needs:
        found["interests"] = f"{who} needs {NEEDS['interests']}; add `aggregate:`"
    return found


def _around(root: Draft, branches: tuple[Draft, ...]) -> Iterator[tuple[str, str]]:
    """What the places outside branches miss from the branches and from one another."""
    fallback = root.one("fallback")
    if fallback and _wants(fallback):
        need = next(iter(_wants(fallback)))
        yield "fallback", f"ranker {fallback.name!r} needs {NEEDS[need]}, and a fallback has no branch"
    if not any(branch.gives("vectors") for branch in branches):
        for at, block in enumerate(root.blocks.get("rerank", ())):
            if block and _says(block, "wants_vectors"):
                yield f"rerank[{at}]", _no_vectors(block)
    predict = any(_predicts(branch.one("rank")) for branch in branches)
    for at, block in enumerate(root.blocks.get("evaluate", ())):
        if block and "predictions" in block.needs and not predict:
            said = f"metric {block.name!r} needs {NEEDS['predictions']}, and no branch has one"
            yield f"evaluate[{at}]", f"{said}; use 'biased-mf', or metrics of rankings such as 'ndcg'"
    fuse, split = root.one("fuse"), root.one("data.split")
    if fuse and split and split.options.get("validation") == 0 and _says(fuse, "wants_tuning"):
        yield "fuse", "tuning needs a validation part; give data.split a `validation` share"


def unasked(root: Draft, given: frozenset[str]) -> Iterator[str]:
    """Why not each event can be asked for after all before it."""
    source, split = root.one("data.source"), root.one("data.split")
    right = "use 'temporal', 'user-temporal', 'leave-one-out' or 'rolling', or `ask: each-user`"
    if "timestamps" not in given and source:
        yield (
            f"each-event needs {NEEDS['timestamps']}, so that it is known what came before; source "
            f"{source.name!r} has none: name the column of times, or `ask: each-user`"
        )
    if split and _says(split, "ignores_time"):
        yield (
            f"each-event needs a split in time; splitter {split.name!r} tests events of a user before others "
            f"that it fits on: {right}"
        )
    for block in root.blocks.get("evaluate", ()):
        if block and "predictions" in block.needs:
            yield (
                f"metric {block.name!r} compares every rating with one prediction and asks nothing in "
                "between: leave it out, or `ask: each-user`"
            )


def _says(block: Block, ability: str) -> bool:
    """What a component answers that says by a method whether its options ask for something."""
    if block.component.missing or not hasattr(block.component.cls, ability):
        return False
    return bool(getattr(block.make(), ability)())


def _predicts(block: Block | None) -> bool:
    """Whether a ranker's scores are ratings; of one that is not known, perhaps."""
    return block is None or bool(getattr(block.component.cls, "predicts_ratings", False))


def _no_vectors(block: Block) -> str:
    other = "; or give its option `attribute`" if "attribute" in block.options else ""
    return f"reranker {block.name!r} needs {NEEDS['vectors']}; add `encode:` to a branch{other}"


def _missing(component: Component, need: str, source: Block | None) -> str:
    where = f"source {source.name!r}" if source else "the source"
    return f"{component.kind} {component.name!r} needs {need}; {where} has none"


def _problem(tree: Node, path: str, message: str) -> Problem:
    """A problem at the place that is written nearest to a path."""
    node = tree
    for part in path.split("."):
        key, _, at = part.partition("[")
        node = node.mapping.get(key, node)
        node = node.value[int(at[:-1])] if at and isinstance(node.value, list) else node
    return Problem(str(node.origin), path, message)
