"""The entries of a comparison: recipes are run, finished runs are read."""

from __future__ import annotations

import glob
import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palate.errors import PalateError, Problem, RecipeError
from palate.recipe import Recipe, load_recipe
from palate.recipe.yaml import parse_value
from palate.registry import Registry
from palate.runs import Run
from palate.runs.finished import RESULTS
from palate.runs.together import run_together
from palate_compare.entry import Entry, EvaluatedRanking
from palate_compare.recipe_differences import unique_names

Input = str | Path | Mapping[str, Any] | Run
Vary = Sequence[str] | Mapping[str, Sequence[Any]]


def variants(vary: Vary) -> list[list[str]]:
    """Every combination of the values to try, as settings of a recipe.

    `["branches.content.aggregate=mean,recency-mean"]`, or a mapping from path to values. Raises
    RecipeError for a text without `=` or without values.
    """
    pairs = vary.items() if isinstance(vary, Mapping) else [_varied(text) for text in vary]
    choices = [[f"{path}={json.dumps(value)}" for value in values] for path, values in pairs]
    return [list(combination) for combination in itertools.product(*choices)]


def runs_of(
    what: Sequence[Input],
    settings: Sequence[str],
    vary: Vary,
    seeds: Sequence[int],
    registry: Registry,
    **places: Any,
) -> list[tuple[Input, Run]]:
    """Each input with its runs, in order: folders and globs are read, recipes are run as one plan.

    Raises PalateError where a glob matches no run, or settings are given and no recipe.
    """
    slots: list[tuple[Input, Run | Recipe]] = []
    for each in what:
        found: Sequence[Run | Recipe] | None = _finished(each)
        found = _recipes(each, settings, vary, seeds, registry) if found is None else found
        slots += [(each, one) for one in found]
    recipes = [slot for _, slot in slots if isinstance(slot, Recipe)]
    if (settings or vary or seeds) and not recipes:
        raise PalateError(
            "only finished runs were given; settings, variants and seeds need a recipe to run with them"
        )
    made = iter(run_together(recipes, registry=registry, **places)) if recipes else iter(())
    return [(each, slot if isinstance(slot, Run) else next(made)) for each, slot in slots]


def entries_of(runs: Sequence[Run], branches: bool) -> list[Entry]:
    """One entry a pipeline, and popularity; runs that differ in seed or fold alone are one entry."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        same = groups.setdefault(_identity(run), [])
        if all(run.folder.resolve() != other.folder.resolve() for other in same):
            same.append(run)
    first = [group[0] for group in groups.values()]
    titles = unique_names([run.name for run in first], [run.recipe for run in first])
    entries = []
    for title, group in zip(titles, groups.values(), strict=True):
        final = str(group[0].results["final"])
        entries.append(_entry(title, group, final))
        if branches:
            others = [line["name"] for line in group[0].results["rows"] if line["name"] != final]
            own = [row for row in others if row in group[0].recipe["branches"]]
            entries += [_entry(f"{title}: {row}", group, row) for row in own]
    return _with_popularity(entries, list(groups.values()))


def _with_popularity(entries: list[Entry], groups: Sequence[Sequence[Run]]) -> list[Entry]:
    """The entries, and popularity from the first run that has it, unless an entry is just that."""
    if any(entry.is_popularity for entry in entries):
        return entries
    for group in groups:
        row = group[0].results["popularity"]
        if row is not None:
            taken = {entry.name for entry in entries}
            free = ("popularity", "most popular", *(f"popularity ({at})" for at in range(2, len(taken) + 3)))
            name = next(name for name in free if name not in taken)
            return [*entries, _entry(name, group, row)]
    return entries


def _entry(name: str, group: Sequence[Run], row: str) -> Entry:
    return Entry(name, tuple(EvaluatedRanking.of(fold, row) for run in group for fold in run.folds))


def _identity(run: Run) -> str:
    """A run's recipe without its seed and without which of several folds it took."""
    recipe = {key: value for key, value in run.recipe.items() if key != "seed"}
    split = recipe["data"]["split"]
    if isinstance(split, dict):
        split = {key: value for key, value in split.items() if key not in ("fold", "seed")}
    return json.dumps(recipe | {"data": recipe["data"] | {"split": split}}, sort_keys=True, default=str)


def _finished(each: Input) -> list[Run] | None:
    """The runs that a folder or a glob holds, or None for a recipe."""
    if isinstance(each, Run):
        return [each]
    if isinstance(each, Mapping):
        return None
    path = Path(each).expanduser()
    if path.is_dir():
        return [Run(path)]
    if not glob.has_magic(str(each)):
        return None
    found = [Path(match) for match in sorted(glob.glob(str(path)))]
    runs = [Run(match) for match in found if (match / RESULTS).is_file()]
    if not runs:
        raise PalateError(f"{each} matches {len(found)} files or folders, and none of them is a run")
    return runs


def _recipes(
    each: Any, settings: Sequence[str], vary: Vary, seeds: Sequence[int], registry: Registry
) -> list[Recipe]:
    turns: list[list[str]] = [[f"seed={seed}"] for seed in seeds] or [[]]
    return [
        load_recipe(each, [*settings, *variant, *turn], registry)
        for variant in variants(vary)
        for turn in turns
    ]


def _varied(text: str) -> tuple[str, list[Any]]:
    path, equals, values = text.partition("=")
    found = parse_value(f"[{values}]", "--vary").plain() if equals and path.strip() else []
    if not found:
        raise RecipeError([Problem("--vary", "", f"must look like a.b.c=value,value; got {text!r}")])
    return path.strip(), list(found)
