"""palate: a toolkit for recommender systems, in which everything that a recipe names is a plugin."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate.data import PARTS as PARTS
    from palate.data import Dataset as Dataset
    from palate.data import Fold as Fold
    from palate.data import History as History
    from palate.data import Items as Items
    from palate.data import Query as Query
    from palate.data import Ranking as Ranking
    from palate.data import Training as Training
    from palate.data import Truth as Truth
    from palate.errors import PalateError as PalateError
    from palate.events import Event as Event
    from palate.pipeline import Pipeline as Pipeline
    from palate.recipe import load_recipe as load_recipe
    from palate.registry.hookspecs import hookimpl as hookimpl
    from palate.runs import Run as Run
    from palate.runs import fit as fit
    from palate.runs import run as run
    from palate_compare import Comparison as Comparison
    from palate_compare import compare as compare
    from palate_tune import TuningResult as TuningResult
    from palate_tune import tune as tune
    from palate_update import update as update

_HOMES = {
    **dict.fromkeys(
        ("PARTS", "Dataset", "Fold", "History", "Items", "Query", "Ranking", "Training", "Truth"),
        "palate.data",
    ),
    **dict.fromkeys(("Run", "fit", "run"), "palate.runs"),
    "Pipeline": "palate.pipeline",
    "load_recipe": "palate.recipe",
    "PalateError": "palate.errors",
    "Event": "palate.events",
    "hookimpl": "palate.registry.hookspecs",
}

_TOOLS = {
    "Comparison": "compare",
    "compare": "compare",
    "TuningResult": "tune",
    "tune": "tune",
    "update": "update",
}
"""What a plugin gives to this facade: the name of the plugin's entry point."""

__version__ = "0.1.0"
__all__ = ["__version__", *_HOMES, *_TOOLS, "serve"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that `palate --help` imports no numpy."""
    if name in _TOOLS:
        from palate.registry.entry_points import load_tool

        return getattr(load_tool(_TOOLS[name]), name)
    if name == "serve":
        return import_module("palate.serve")
    if name not in _HOMES:
        raise AttributeError(f"module 'palate' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
