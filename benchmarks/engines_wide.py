"""What else is divided: fits in rounds, trials of `tune`, recipes and seeds of `compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engines_recipes import artifacts, plan_of, ranking

WAYS = {
    "als": {"use": "als", "factors": 32, "iterations": 5},
    "ials": {"use": "ials", "factors": 32, "iterations": 3},
}


def rounds(folder: Path, room: Path, engine: Any) -> dict[str, Any]:
    """Alternating least squares: the users and the items in turn, each in shards."""
    from palate.registry import installed
    from palate.runs.engines import engine_of

    found = []
    given = ranking(folder, WAYS) | {"fuse": {"use": "weighted", "weights": {"als": 0.5, "ials": 0.5}}}
    for name, choice in (("rounds-local", "local"), ("rounds-ray", engine)):
        engine_of(choice, installed()).run(plan_of(given, room / name), lambda event: None)
        found.append(artifacts(room / name))
    return {"rounds_equal": found[0] == found[1]}


def trials(folder: Path, room: Path, engine: Any) -> dict[str, Any]:
    """Four trials, on the cluster two at a time."""
    from palate_tune import tune

    space = {"search": "int", "low": 20, "high": 300, "step": 20}
    given = ranking(folder, {"near": {"use": "item-knn", "neighbours": space}})
    found = []
    for name, more in (("trials-local", {}), ("trials-ray", {"engine": engine, "processes": 2})):
        tuned = tune(
            given, trials=4, sampler="random", store=room / name, output=room / f"{name}.yaml", **more
        )
        found.append((tuned.trials.drop("seconds", "steps", strict=False).rows(), tuned.values))
    return {"trials_equal": found[0] == found[1]}


def comparison(folder: Path, room: Path, engine: Any) -> dict[str, Any]:
    """Two recipes with two seeds each, as one plan."""
    from palate_compare import compare

    given = ranking(folder, {"near": {"use": "item-knn", "neighbours": 100}})
    found = []
    for name, choice in (("compare-local", "local"), ("compare-ray", engine)):
        places = {"folder": room / f"{name}-runs", "store": room / name, "engine": choice}
        compared = compare(given, vary=["branches.near.rank.neighbours=50,100"], seeds=[1, 2], **places)
        found.append((compared.pairs.rows(), artifacts(room / name)))
    return {"compare_equal": found[0] == found[1]}
