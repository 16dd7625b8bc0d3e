"""Plugins that misbehave in each hook and method: they are named, and the values of others stay."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import Any

from reliability_world import Found, World, recipes, write

_BAD = {
    "raises": "raise ValueError('no luck')",
    "raises without words": "raise Silent()",
    "gives None": "return None",
    "gives text": "return 'x'",
    "exits": "sys.exit(0)",
    "gives another shape": "return np.zeros((1, 1, 7), np.float32)",
    "gives NaN": "return nan(*given)",
    "changes what it is given": "spoil(*given); return good(self, *given)",
}
_HEAD = """
import sys
from dataclasses import dataclass, field
from typing import ClassVar
import numpy as np
from palate import hookimpl

class Silent(Exception):
    def __str__(self): raise RuntimeError

def nan(first, *rest):
    return np.full((len(first), 30), np.nan, np.float32)

def spoil(*given):
    for each in given:
        names = ("items", "scores", "users", "vectors", "times")
        for value in [each, *(getattr(each, name, None) for name in names)]:
            if isinstance(value, np.ndarray): value[...] = 0
        for name in ("history", "seen"):
            matrix = getattr(getattr(each, name, None), "matrix", None)
            if matrix is not None: matrix.data[:] = 0
"""
_METHODS: dict[str, tuple[str, str, str]] = {
    "ranker.fit": ("ranker", "fit", "return self"),
    "ranker.score": ("ranker", "score", "return np.ones((len(given[0]), 1)) * np.arange(30, dtype='f4')"),
    "fuser.fuse": ("fuser", "fuse", "return sum(given[0].values())"),
    "reranker.rerank": ("reranker", "rerank", "return given[1]"),
    "metric.score": ("metric", "score", "return np.ones(len(given[0]))"),
    "transform.fit": ("transform", "fit", "return self"),
    "transform.apply": ("transform", "apply", "return given[0]"),
    "aggregator.profile": (
        "aggregator", "profile", "return np.ones((len(given[0]), 1, given[1].shape[1]), np.float32)"
    ),
    "encoder.encode": ("encoder", "encode", "return np.ones((len(given[0]), 4), np.float32)"),
    "preprocessor.apply": ("preprocessor", "apply", "return given[0]"),
    "cleaner.apply": ("cleaner", "apply", "return given[0]"),
    "feedback.mark": ("feedback", "mark", "return given[0]"),
    "splitter.split": ("splitter", "split", "return iter(())"),
    "source.load": ("source", "load", "return None"),
}  # fmt: skip
_REST = {
    "ranker": {"fit": "return self", "score": _METHODS["ranker.score"][2]},
    "transform": {"fit": "return self", "apply": "return given[0]"},
}
_HOOKS = {
    "import raises": "raise ValueError('no luck')",
    "import exits": "import sys; sys.exit(0)",
    "import hangs": "import time; time.sleep(600)",
    "import prints": "print('{\"rows\": []}')",
    "hook raises": "from palate import hookimpl\n@hookimpl\ndef register_rankers(): raise Silent",
    "hook gives None": "from palate import hookimpl\n@hookimpl\ndef register_rankers(): return None",
    "hook gives text": "from palate import hookimpl\n@hookimpl\ndef register_metrics(): return 'ndcg'",
    "hook exits": "from palate import hookimpl\n@hookimpl\ndef register_rankers(): raise SystemExit(0)",
    "hook hangs": (
        "from palate import hookimpl\nimport time\n@hookimpl\ndef register_rankers(): time.sleep(600)"
    ),
    "event raises": "from palate import hookimpl\n@hookimpl\ndef on_event(event): raise ValueError('no')",
    "event exits": "from palate import hookimpl\n@hookimpl\ndef on_event(event): raise SystemExit(0)",
}


def plugins(root: Path, count: int, found: Found) -> None:
    """Run a recipe beside `count` plugins that misbehave, one after another."""
    world = write(root / "world")
    recipe = recipes()["hybrid"]
    plain = {"linear": recipe["branches"]["linear"], "content": recipe["branches"]["content"]}
    _write(world, _using(recipe | {"branches": dict(plain)}, ""))
    first = world.run("bad")
    found.ended("without a plugin", first)
    first_rows = {name: first.rows[name] for name in plain}
    for what, source, kind, bad in _cases()[:count]:
        site = _installed(root / "site", source)
        _write(world, _using(recipe | {"branches": dict(plain)}, kind))
        more = {"PYTHONPATH": str(site), "PALATE_PLUGIN_TIMEOUT": "2"}
        done = world.run("bad", env=more)
        found.counts["plugins"] += 1
        codes = (0, 1, 2) if kind else (0,)
        if found.ended(what, done, codes, plugin=True):
            if done.code == 0 and bad in ("gives None", "gives text", "exits", "raises"):
                found.fault("wrong_values", f"{what}: it passed for a run: {done.err[-200:]}")
            if done.code == 0 and kind not in _EVERYWHERE:
                kept = {name: _common(done.rows.get(name), right) for name, right in first_rows.items()}
                found.same(what, kept, {name: _common(right, right) for name, right in first_rows.items()})
            if done.code and not done.err.strip():
                found.fault("not_recovered", f"{what}: exit {done.code} without a word")
        found.clean(what, world.root)
        shutil.rmtree(site)
    _write(world, _using(recipe | {"branches": dict(plain)}, ""))
    shutil.rmtree(world.root / "runs")
    found.same("after all plugins", world.run("bad").rows, first.rows)


_EVERYWHERE = (
    "encoder",
    "transform",
    "aggregator",
    "preprocessor",
    "cleaner",
    "feedback",
    "splitter",
    "source",
)


def _common(row: Any, right: Any) -> Any:
    """The metrics of a row that the table without the plugin has, too."""
    return {label: value for label, value in (row or {}).items() if label in right}


def _cases() -> list[tuple[str, str, str, str]]:
    """What misbehaves, its source, the kind of component (none for a hook) and how; kinds in turn."""
    cases = [
        (f"plugin: {what}", f"class Silent(Exception): ...\n{text}", "", "") for what, text in _HOOKS.items()
    ]
    for bad, code in _BAD.items():
        for place in _METHODS:
            cases.append((f"{place} {bad}", _source(place, code), place.split(".")[0], bad))
    return cases


def _source(place: str, code: str) -> str:
    kind, method, good = _METHODS[place]
    methods = _REST.get(kind, {}) | {method: code}
    body = "".join(
        f"    def {name}(self, *given):\n        good = _good\n        {line}\n"
        for name, line in methods.items()
    )
    extra = "    dimensions: ClassVar[int] = 4\n" if kind == "encoder" else ""
    return (
        f"{_HEAD}\ndef _good(self, *given):\n    {good}\n\n@dataclass\nclass Bad:\n    'Misbehaves.'\n"
        f"    name: ClassVar[str] = 'bad'\n{extra}{body}\n"
        f"@hookimpl\ndef register_{kind}s():\n    return [Bad]\n"
    )


def _using(recipe: dict[str, Any], kind: str) -> dict[str, Any]:
    """The recipe with the component `bad` where its kind stands."""
    branches, content = recipe["branches"], recipe["branches"]["content"]
    own = {"encoder": "encode", "transform": "transform", "aggregator": "aggregate", "preprocessor": "text"}
    if kind in own:
        as_list = own[kind] in ("transform", "text")
        branches["own"] = content | {own[kind]: ["bad"] if as_list else "bad"}
    if kind == "ranker":
        branches["own"] = {"rank": "bad"}
    recipe = recipe | {
        "fuse": "bad" if kind == "fuser" else "weighted",
        "rerank": ["bad"] if kind == "reranker" else [],
    }
    if kind == "metric":
        recipe["evaluate"] = [*recipe["evaluate"], "bad"]
    places = {"cleaner": ("clean", ["bad"]), "feedback": ("feedback", "bad"), "splitter": ("split", "bad")}
    places["source"] = ("source", "bad")
    if kind in places:
        recipe["data"] = recipe["data"] | dict([places[kind]])
    return recipe


def _write(world: World, recipe: dict[str, Any]) -> None:
    import json

    kept = {key: value for key, value in recipe.items() if value not in (None, [])}
    (world.root / "bad.yaml").write_text(json.dumps(kept | {"name": "bad"}, indent=1))


def _installed(site: Path, source: str) -> Path:
    """A folder that Python's path can name, with the plugin as pip would leave it."""
    info = site / "palate_bad-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "palate_bad.py").write_text(textwrap.dedent(source))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: palate-bad\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[palate]\nbad = palate_bad\n")
    return site
