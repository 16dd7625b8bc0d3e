"""The recipes of the seven domains on their demo data, beside popularity and item-knn.

    python benchmarks/domains.py [--users 600] [--seeds 11 12] [--only shop ...] [--out FILE.md]

Data are those of `palate demo DOMAIN`, of each seed; users of all seeds are pooled. Every row is evaluated on
the same users by NDCG@10, all items ranked, at the recipe's own split and feedback. "With rules" are the
baselines under the same rules (stock, age, prerequisites, ...) as the recipe, so that what rules give is told
apart from what ranking gives. ± is half a 95% interval of the mean; differences are the recipe less a
baseline, user by user, with a 95% paired bootstrap interval (percentiles of 2,000 resamples). The last line
is JSON. `--out docs/domains.md` writes the table into that page.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

METRIC = "ndcg@10"
RECIPES = ("shop", "news", "social", "social-follow", "video", "education", "music", "travel")
BASELINES = {"popularity": "popularity", "item_knn": "item-knn"}
RESAMPLES = 2000


def per_user(recipe: dict[str, Any], folder: Path) -> dict[str, pl.DataFrame]:
    """The metric of each user by row of the run: one for each branch, `hybrid`, `reranked`."""
    from palate.runs import run

    done = run(recipe, folder=folder / "runs", store=folder / "store")
    parts = done.per_user.select("row", "user", METRIC).partition_by("row", as_dict=True)
    return {str(row): frame.sort("user") for (row,), frame in parts.items()}


def variants(name: str, folder: Path, settings: dict[str, Any]) -> dict[str, pl.DataFrame]:
    """The recipe and its baselines: the values of all users by name."""
    from palate.recipe import load_recipe

    whole = load_recipe(name, settings).plain()
    rows = per_user(whole, folder)
    found = {"recipe": rows["reranked" if whole.get("rerank") else "hybrid"]}
    for label, ranker in BASELINES.items():
        alone = {key: value for key, value in whole.items() if key != "fuse"}
        alone |= {"name": f"{name}-{ranker}", "branches": {"alone": {"rank": ranker}}}
        rows = per_user(alone, folder)
        found[label] = rows["alone"]
        if whole.get("rerank"):
            found[f"{label}_rules"] = rows["reranked"]
    return found


def interval(differences: np.ndarray, seed: int = 0) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    n = len(differences)
    means = [differences[rng.integers(n, size=n)].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def measured(name: str, folders: list[Path]) -> dict[str, Any]:
    """The values of one recipe over the users of all these folders, rounded to four digits."""
    each = [variants(name, folder.parent, {"data.source.folder": str(folder)}) for folder in folders]
    found = {label: pl.concat([one[label] for one in each]) for label in each[0]}
    users = found["recipe"]["user"]
    values: dict[str, Any] = {"users": len(users)}
    for label, frame in found.items():
        if not frame["user"].equals(users):
            raise ValueError(f"{name}: {label} was evaluated on other users than the recipe")
        own = frame[METRIC].to_numpy()
        values[label] = round(float(own.mean()), 4)
        values[f"{label}_margin"] = round(float(1.96 * own.std(ddof=1) / np.sqrt(len(own))), 4)
        if label != "recipe":
            difference = found["recipe"][METRIC].to_numpy() - own
            low, high = interval(difference)
            values[f"over_{label}"] = [round(each, 4) for each in (difference.mean(), low, high)]
    return values


def table(values: dict[str, dict[str, Any]]) -> str:
    """The values as a table in Markdown."""
    head = ["recipe", "users", "recipe's", *("popularity", "with rules", "item-knn", "with rules")]
    head += ["recipe less item-knn", "less item-knn with rules"]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, own in values.items():
        cells = [f"`{name}`", str(own["users"])]
        for label in ("recipe", "popularity", "popularity_rules", "item_knn", "item_knn_rules"):
            cells.append(f"{own[label]:.4f} ±{own[f'{label}_margin']:.4f}" if label in own else "")
        for label in ("over_item_knn", "over_item_knn_rules"):
            cells.append("{:+.4f} [{:+.4f}, {:+.4f}]".format(*own[label]) if label in own else "")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def put(path: Path, text: str) -> None:
    """Write the text, in a page that has the marks between them."""
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    above, mark, rest = page.partition("<!-- measured -->\n")
    _, end, below = rest.partition("<!-- /measured -->")
    path.write_text(f"{above}{mark}\n{text}\n\n{end}{below}" if mark else f"{text}\n", encoding="utf-8")


def main() -> None:
    from palate_demo.demo import write
    from palate_demo.domains import made

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--users", type=int, default=600)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    parser.add_argument("--only", nargs="*", choices=RECIPES, default=RECIPES)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    started, values = time.perf_counter(), {}
    with tempfile.TemporaryDirectory() as room:
        for name in options.only:
            domain = name.partition("-")[0]
            folders = [Path(room) / str(seed) / domain for seed in options.seeds]
            for seed, folder in zip(options.seeds, folders, strict=True):
                if not folder.exists():
                    write(made(domain, options.users, seed), folder, seed)
            values[name] = measured(name, folders)
            print(table({name: values[name]}).splitlines()[-1], flush=True)
    print(f"\n{table(values)}\n")
    seconds = round(time.perf_counter() - started, 1)
    if options.out:
        said = f"{options.users} users of seed {' and '.join(map(str, options.seeds))}"
        put(options.out, f"{table(values)}\n\nBy `benchmarks/domains.py`, {said}.")
    print(json.dumps(values | {"seconds": seconds}))


if __name__ == "__main__":
    main()
