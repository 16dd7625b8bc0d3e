"""From a tree to a checked recipe: every problem found, each with its place, before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from palate.errors import PalateError, Problem, RecipeError
from palate.recipe import grammar
from palate.recipe.blocks import BROKEN, BlockReader, Found
from palate.recipe.draft import Draft
from palate.recipe.grammar import BRANCH, VIEW, Place, join
from palate.recipe.model import Branch, Recipe, View
from palate.recipe.needs import unmet
from palate.recipe.search import refusal, spaces
from palate.recipe.values import fits, value
from palate.recipe.yaml import Node
from palate.registry import Registry


def check(tree: Node, registry: Registry) -> Recipe:
    """The recipe, or RecipeError with all that is wrong with it; search spaces are for tuning only."""
    searched = [space for space, _ in spaces(tree)]
    if searched:
        raise RecipeError([refusal(searched)])
    return _Check(tree, BlockReader(registry)).recipe()


@dataclass
class _Check:
    tree: Node
    read: BlockReader
    values: dict[str, Any] = field(default_factory=dict)

    def recipe(self) -> Recipe:
        meant = self.read.keys(self.tree, "", grammar.keys(""))
        root, branches = self.root(meant), self.branches(quiet="branches" in meant)
        self.fusing(root, branches)
        problems = self.read.problems + unmet(self.tree, root, branches)
        if problems:
            raise RecipeError(sorted(problems, key=_place))
        return Recipe(root.valid, self.values, tuple(_branch(draft) for draft in branches), self.tree)

    def root(self, meant: frozenset[str]) -> Draft:
        """Everything outside branches."""
        blocks = self.places("", self.tree, "", meant)
        for place in grammar.below(""):
            node = self.tree.mapping.get(place.key)
            if place.schema:
                self.values[place.key] = self.value(place, node, place.key, quiet=place.key in meant)
            elif not place.kind and place.path != "branches":
                inside = self.group(place, quiet=place.key in meant)
                blocks |= {f"{place.key}.{key}": found for key, found in inside.items()}
        labels = [block.label for block in blocks.get("evaluate", ()) if block]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            self.read.say(self.tree.mapping["evaluate"], "evaluate", f"{label} stands twice")
        return Draft("", "", blocks)

    def places(self, row: str, node: Node, path: str, meant: frozenset[str]) -> dict[str, Found]:
        """The blocks at all places of a mapping; of a key that is misspelt nothing more is asked."""
        return {
            place.key: BROKEN
            if place.key in meant
            else self.read.place(place, node.mapping.get(place.key), node, join(path, place.key))
            for place in grammar.below(row, components=True)
        }

    def group(self, place: Place, quiet: bool) -> dict[str, Found]:
        """The blocks of a mapping of places, such as `data`; with `quiet` it may be missing."""
        node = self.part(place, quiet)
        if node is None:
            return {each.key: BROKEN for each in grammar.below(place.path)}
        meant = self.read.keys(node, place.path, grammar.keys(place.path))
        return self.places(place.path, node, place.path, meant)

    def part(self, place: Place, quiet: bool) -> Node | None:
        """The mapping at a place; None, and a problem, where there is none."""
        found = self.tree.mapping.get(place.key)
        if found is not None and isinstance(found.value, dict):
            return found
        if found is not None and found.value is not None:
            self.read.say(found, place.path, f"must be a mapping: {place.about}; got {found.shown}")
        elif not quiet:
            self.read.say(found or self.tree, place.path, f"is required: {place.about}")
        return None

    def value(self, place: Place, node: Node | None, path: str, quiet: bool = False) -> Any:
        found, wrong = value(place, node)
        if wrong and not quiet:
            self.read.say(node or self.tree, path, wrong)
        return found

    def branches(self, quiet: bool) -> tuple[Draft, ...]:
        parts = self.part(grammar.place_of("branches"), quiet)
        if parts is not None and not parts.mapping:
            self.read.say(parts, "branches", "needs at least one branch")
        return tuple(self.branch(name, node) for name, node in (parts.mapping if parts else {}).items())

    def branch(self, name: str, node: Node) -> Draft:
        path = f"branches.{name}"
        if not fits(name, grammar.place_of("name").schema):
            self.read.say(node, path, "a branch's name has at most 100 letters, digits, - and _")
        if not isinstance(node.value, dict):
            self.read.say(node, path, f"must be a mapping with at least `rank`; got {node.shown}")
            keys = (place.key for place in grammar.below(BRANCH))
            return Draft(path, BRANCH, dict.fromkeys(keys, BROKEN), name=name)
        meant = self.read.keys(node, path, grammar.keys(BRANCH))
        encode = node.mapping.get("encode")
        if encode is None or not isinstance(encode.value, list):
            return Draft(path, BRANCH, self.places(BRANCH, node, path, meant), name=name)
        views = tuple(self.view(child, f"{path}.encode[{at}]") for at, child in enumerate(encode.value))
        if not views:
            self.read.say(encode, f"{path}.encode", "needs an encoder, or at least one view")
            meant |= {"encode"}
        rest = {key: child for key, child in node.mapping.items() if key != "encode"}
        blocks = self.places(BRANCH, replace(node, value=rest), path, meant)
        return Draft(path, BRANCH, blocks, views, name=name)

    def view(self, node: Node, path: str) -> Draft:
        """An encoder with its options, and beside them the places of a view."""
        own = {key: child for key, child in node.mapping.items() if key not in grammar.keys(VIEW)}
        encode = self.read.block(replace(node, value=own) if node.mapping else node, "encoder", path)
        blocks = self.places(VIEW, node, path, frozenset())
        weight = grammar.place_of(f"{VIEW}.weight")
        share = self.value(weight, node.mapping.get("weight"), f"{path}.weight")
        return Draft(path, VIEW, {"encode": (encode,), **blocks}, weight=float(share))

    def fusing(self, root: Draft, branches: tuple[Draft, ...]) -> None:
        node = self.tree.mapping.get("fuse", self.tree)
        if len(branches) > 1 and not root.states("fuse"):
            some = ", ".join(self.read.registry.names("fuser"))
            said = f"{len(branches)} branches need one way to be fused, one of {some}"
            self.read.say(self.tree, "fuse", said)
        fuse = root.one("fuse")
        if fuse is None or fuse.component.missing:
            return
        try:
            component = fuse.make()
            if hasattr(component, "check_branches"):
                component.check_branches([branch.name for branch in branches])
        except PalateError as error:
            self.read.say(node, "fuse", str(error))


def _branch(draft: Draft) -> Branch:
    views = tuple(View(view.valid, view.weight) for view in draft.views)
    return Branch(draft.valid, draft.name, views)


def _place(problem: Problem) -> tuple[str, list[int]]:
    file, *numbers = problem.where.rsplit(":", 2)
    return file, [int(number) for number in numbers if number.isdigit()]
