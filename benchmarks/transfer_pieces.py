"""The pieces of `transfer.py`, each of which can be measured in a process of its own."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from peer_env import measured
from sequence_recipes import SEED
from sequences import Values, difference
from transfer_recipes import FUSE, SPACES, Options, Place, alone, hybrid

import palate

HERE = Path(__file__).resolve().parent
METRIC = "ndcg@10"
Found = dict[str, Any]


@contextmanager
def emptied(place: Place) -> Iterator[Path]:
    """A folder for a store and runs, gone afterwards: weights of EASE take half a gigabyte a trial."""
    folder = Path(tempfile.mkdtemp(dir=place.scratch))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tested(place: Place, folder: Path, name: str, branches: Options, fuse: Options | None) -> Values:
    """The values of a recipe on the test part."""
    recipe = place.recipe(name, branches, fuse)
    return Values(palate.run(recipe, folder=folder / "runs", store=folder / "store"))


def defaults(place: Place, ranker: str) -> Found:
    """A ranker with nothing set, and popularity, on the test part."""
    with emptied(place) as folder:
        return _tested_default(place, folder, ranker)[0]


def _tested_default(place: Place, folder: Path, ranker: str) -> tuple[Found, Values]:
    values = tested(place, folder, f"{ranker}-default", alone(ranker, {}), None)
    found = {"default": values.means[ranker][METRIC], "popularity": values.means["popularity"][METRIC]}
    return found, values


def tuned(place: Place, ranker: str, trials: int) -> Found:
    """A ranker with nothing set, and with the best options of the search, on the test part.

    The default is a trial beside those of the search, so that a search which ends below it takes it.
    """
    with emptied(place) as folder:
        best = _searched(place, folder, ranker, trials)
        found, default = _tested_default(place, folder, ranker)
        if best["options"]:
            values = tested(place, folder, f"{ranker}-tuned", alone(ranker, best["options"]), None)
        else:
            values = default
        shift = difference(default.ndcg(ranker), values.ndcg(ranker))
        return {**found, "tuned": values.means[ranker][METRIC], **best, "default_vs_tuned": shift}


def _searched(place: Place, folder: Path, ranker: str, trials: int) -> Found:
    """The best options on the validation part, none where nothing found is better than the default."""
    kept = {"store": folder / "store", "metric": METRIC, "display": False}
    one = {ranker: {"rank": {"search": "choice", "values": [{"use": ranker}]}}}
    default = palate.tune(place.recipe(f"{ranker}-as-is", one), trials=1, **kept)
    search = palate.tune(
        place.recipe(f"{ranker}-search", alone(ranker, SPACES[ranker])), trials=trials, **kept
    )
    best = yaml.safe_load(search.recipe)["branches"][ranker]["rank"]
    options = {key: value for key, value in best.items() if key != "use"}
    return {
        "options": options if search.value > default.value else {},
        "validation": {"default": round(default.value, 5), "searched": round(search.value, 5)},
        "trials": search.trials.height,
    }


def auto(place: Place, minutes: float) -> Found:
    """The recipe `auto` after so many minutes of `palate tune`, beside the best of its branches alone.

    The best branch is the one best on the test part, which nobody can know before; all have the options that
    the search gave the hybrid.
    """
    with emptied(place) as folder:
        data = place.data()
        settings = {"data.source": data["source"], "data.split": data["split"], "seed": SEED}
        output = folder / "auto-tuned.yaml"
        began = time.perf_counter()
        found = palate.tune(
            "auto", settings, minutes=minutes, metric=METRIC, output=output, store=folder / "store"
        )
        took = time.perf_counter() - began
        run = palate.run(output, {"evaluate": ["ndcg@10", "hit-rate@10"]}, folder=folder / "runs",
                         store=folder / "store")  # fmt: skip
        values = Values(run)
        means = {row: value[METRIC] for row, value in values.means.items()}
        best = max((row for row in means if row != "hybrid"), key=lambda row: means[row])
        return {
            "auto": means["hybrid"], "best_branch": means[best], "best": best, "branches": means,
            "auto_vs_best": difference(values.ndcg("hybrid"), values.ndcg(best)),
            "trials": found.trials.height, "minutes": round(took / 60, 2), "options": found.values,
            "validation": round(found.value, 5),
        }  # fmt: skip


def text(place: Place, encoder: str, way: str) -> Found:
    """The hybrid with texts less the one without, paired; `way` is how texts come in.

    All that are asked for in one process share a store, so that the one without is fitted once.
    """
    folder = place.scratch / f"text-{place.name}"
    without = tested(place, folder, "without", hybrid(place.name, None, encoder), FUSE)
    values = tested(place, folder, f"{way}-{encoder}", hybrid(place.name, way, encoder), FUSE)
    return {
        **difference(values.ndcg("hybrid"), without.ndcg("hybrid")),
        "with": values.means["hybrid"][METRIC], "without": without.means["hybrid"][METRIC],
        "branches": {row: value[METRIC] for row, value in values.means.items()},
    }  # fmt: skip


def sparse(place: Place) -> Found:
    """Sparse EASE over dense EASE: NDCG@10, and the peak memory of a process that fits one."""
    dense = 12 * place.items() ** 2 / 2**30
    options = {"dense": {"memory": 2 * dense}, "sparse": {"memory": dense / 2}}
    ndcg, memory = {}, {}
    for name, given in options.items():
        with emptied(place) as folder:
            values = tested(place, folder, f"ease-{name}", alone("ease", given), None)
            ndcg[name] = values.per_user.filter(pl.col("row") == "ease")[METRIC].mean()
        child = [
            sys.executable,
            str(HERE / "transfer_fit.py"),
            *map(str, (place.events(), place.catalogue(), given["memory"])),
        ]
        memory[name] = measured(child)
        memory[name]["fit_mb"] = memory[name]["peak_mb"] - memory[name]["before_mb"]
        print(place.name, name, round(ndcg[name], 5), memory[name], flush=True)
    return {
        "ratio": round(ndcg["sparse"] / ndcg["dense"], 4),
        "memory_ratio": round(memory["sparse"]["fit_mb"] / memory["dense"]["fit_mb"], 4),
        "process_ratio": round(memory["sparse"]["peak_mb"] / memory["dense"]["peak_mb"], 4),
        "ndcg@10": {name: round(value, 5) for name, value in ndcg.items()},
        "fit_mb": {name: value["fit_mb"] for name, value in memory.items()},
        "seconds": {name: value["fit_s"] for name, value in memory.items()},
    }  # fmt: skip
