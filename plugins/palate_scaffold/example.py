"""Small data and a recipe with which a new plugin is tried at once."""

from __future__ import annotations

from palate_scaffold.names import Names

USERS, ITEMS = 16, 12
_KINDS = ("sweet fruit", "loud tool")
_USUAL = {
    "source": "{use: files, interactions: example/events.csv, items: example/items.csv}",
    "splitter": "{use: temporal, test: 0.25, validation: 0}",
    "preprocessor": '{use: template, template: "{title}, a {kind}"}',
    "encoder": "hash",
    "transform": "center",
    "aggregator": "mean",
    "ranker": "popularity",
}
_TRAINED = {"finetuner": "transformers", "objective": "contrastive"}
"""What trains a language model beside a new part of that."""


def events() -> str:
    """A table of who saw what: two tastes, each user without a quarter of their half."""
    lines = ["user_id,item_id,rating,timestamp"]
    for user in range(USERS):
        half = range(user % 2, ITEMS, 2)
        seen = [item for item in half if (item // 2 + user // 2) % 4]
        when = 1_700_000_000 + 3600 * user
        lines += [f"u{user:02},{item},{3 + item % 3},{when + 86400 * day}" for day, item in enumerate(seen)]
    return "\n".join(lines) + "\n"


def items() -> str:
    """A table of the items."""
    lines = [f"{number},item {number},{_KINDS[number % 2]}" for number in range(ITEMS)]
    return "\n".join(["item_id,title,kind", *lines]) + "\n"


def recipe(names: Names) -> str:
    """A recipe in which the component has its place, and everything else is palate's own."""
    name, kind = names.name, names.kind
    own = {**_USUAL, **({kind: name} if kind in _USUAL else {})}
    branches = [_branch(names, own)]
    rest = ["top: 5", f"evaluate: [{f'{name}@5' if kind == 'metric' else 'ndcg@5'}, recall@5]"]
    if kind == "fuser":
        branches.append("  popular: {rank: popularity}")
        rest.insert(0, f"fuse: {name}")
    if kind == "reranker":
        rest.insert(0, f"rerank: {name}")
    clean = [f"  clean: [{name}]"] if kind == "cleaner" else []
    clean += [f"  feedback: {name}"] if kind == "feedback" else []
    return "\n".join(
        [
            f"# For trying {name} on the small files beside this one.",
            "# yaml-language-server: $schema=recipe.schema.json",
            "recipe: 1", f"name: {name}", "seed: 1", "data:", f"  source: {own['source']}", *clean,
            f"  split: {own['splitter']}", "branches:", *branches, *rest, "",
        ]
    )  # fmt: skip


def use(names: Names) -> str:
    """The line of the recipe in which the component stands."""
    if names.kind == "engine":
        return f"# no line of a recipe: palate run R --engine {names.name}"
    lines = recipe(names).splitlines()[6:]
    return next(line.strip() for line in lines if names.name in line)


def _branch(names: Names, own: dict[str, str]) -> str:
    if names.kind not in ("preprocessor", "encoder", "transform", "aggregator", "index", *_TRAINED):
        return f"  mine: {{rank: {own['ranker']}}}"
    text, encode = own["preprocessor"], own["encoder"]
    if names.kind in _TRAINED:
        trained = {**_TRAINED, names.kind: names.name}
        encode = "{use: transformers, model: all-MiniLM-L6-v2}"
        encode += f"\n    finetune: {trained['finetuner']}\n    objectives: [{trained['objective']}]"
    rest = f"    transform: {own['transform']}\n    aggregate: {own['aggregator']}\n    rank: cosine"
    retrieve = f"    retrieve: {names.name}\n" if names.kind == "index" else ""
    return f"  mine:\n    text: {text}\n    encode: {encode}\n{retrieve}{rest}"
