"""Language models trained on what users liked, beside the same left as they were.

    python benchmarks/finetune.py [--data DIR] [--beauty DIR] [--only planted,content,cold,hybrid,folds]
        [--dataset ml-1m,beauty] [--minutes 30] [--objectives JSON] [--options JSON] [--again]

DIR has MovieLens-1M as the other benchmarks read it; `--beauty` a folder with interactions.parquet and
items.parquet of Amazon Beauty. The last line is `{"planted": {"frozen", "tuned", "oracle", "chance"},
"content": {DATA: {"frozen", "tuned", "diff", "low", "high"}}, "cold": {...}, "hybrid": {...}, "seconds"}`:
NDCG@10, differences paired over users with 95% bootstrap intervals.

- planted: a made catalogue whose words mean nothing; new items among themselves.
- content: the branch of texts alone, ranked by cosine.
- cold: `text-to-cf` from texts, where a fifth of the items is new.
- hybrid: texts and `ease`, weights tuned.
- folds: new items of MovieLens-1M among themselves, on `--draws` draws of `cold.py`, paired over draws.

Each training has `--minutes`; on a processor give it a machine of its own. Each piece, a part on one data
set, is published in `--out` as it ends (finetune.json, finetune.md), and is not run again, unless `--again`
is given or it is given more minutes; a training that is killed goes on from its last epoch, as any step of a
run does.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from finetune_folds import folds
from finetune_planted import planted
from finetune_results import Results
from ml1m import data as movielens
from paired import against

import palate

MINILM = {"use": "transformers", "model": "all-MiniLM-L6-v2"}
EASE = {"use": "ease"}
COLD = {"use": "cold-items", "test": 0.2}
ALONE = ("planted", "folds")  # parts with one piece, of no data set or one
ROW = {"content": "content", "cold": "crossed", "hybrid": "hybrid"}


def main() -> None:
    given = arguments()
    started, results, found = time.perf_counter(), Results(given.out), {}
    for part in given.only.split(","):
        pieces = [(None, {})] if part in ALONE else sources(given)
        for name, where in pieces:
            if given.again or not results.has(part, name, given.minutes):
                results.add(part, name, measured(part, name, where, given))
        known = results.read().get(part, {})
        names = [name for name, _ in pieces]
        found[part] = known if part in ALONE else {name: known[name] for name in names}
        print(part, json.dumps(found[part]), flush=True)
    print(json.dumps(found | {"seconds": round(time.perf_counter() - started, 1)}))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data")
    parser.add_argument("--beauty")
    parser.add_argument("--dataset", default="ml-1m,beauty", help="of those that are given")
    parser.add_argument("--only", default="planted,content,cold,hybrid")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--draws", type=int, default=3, help="of the part `folds`")
    parser.add_argument("--objectives", type=json.loads, default=["contrastive"], help="as in a recipe")
    parser.add_argument("--options", type=json.loads, default={}, help="further options of the finetuner")
    parser.add_argument("--again", action="store_true", help="measure what was measured already")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    return parser.parse_args()


def measured(part: str, name: str | None, where: dict[str, Any], given: argparse.Namespace) -> dict[str, Any]:
    """A piece, with how long it took."""
    started = time.perf_counter()
    values: dict[str, Any]
    if part == "planted":
        values = planted(0, given.minutes, given.epochs)
    elif part == "folds":
        values = folds(given.data, given.draws, given.minutes, given.epochs)
    else:
        values = paired(part, str(name), where, given)
    said = ", ".join(each if isinstance(each, str) else json.dumps(each) for each in given.objectives)
    took = {"minutes": given.minutes, "seconds": round(time.perf_counter() - started, 1)}
    return took | {"objectives": said, "device": device_name()} | values


def device_name() -> str:
    """The graphics card that trains, or `processor`."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "processor"


def sources(given: argparse.Namespace) -> list[tuple[str, dict[str, Any]]]:
    """The data sets by name: `data` of a recipe, and the template of its texts."""
    some: list[tuple[str, dict[str, Any]]] = []
    if given.data:
        some.append(("ml-1m", {"data": movielens(given.data), "template": "{title}. {genres}"}))
    if given.beauty:
        files = {
            name: str(Path(f"{given.beauty}/{name}.parquet").resolve()) for name in ("interactions", "items")
        }
        columns = {"time": "position", "part": "part"}
        data = {"source": {"use": "files", **files, "columns": columns}, "split": "column"}
        some.append(("beauty", {"data": data, "template": "{title}"}))
    return [(name, where) for name, where in some if name in given.dataset.split(",")]


def paired(part: str, name: str, where: dict[str, Any], given: argparse.Namespace) -> dict[str, float]:
    """NDCG@10 of the same recipe without and with training, and the difference over the same users."""
    with tempfile.TemporaryDirectory() as folder:
        frozen, tuned = (
            palate.run(recipe(part, name, where, trains, given), folder=Path(folder))
            for trains in (False, True)
        )
        found = against(frozen, tuned, ROW[part])
    return {"frozen": found.pop(frozen.name), "tuned": found.pop(tuned.name), **found}


def recipe(
    part: str, name: str, where: dict[str, Any], trains: bool, given: argparse.Namespace
) -> dict[str, Any]:
    """The recipe of a part, whose texts are read by the model as it is or by the same trained."""
    texts: dict[str, Any] = {"text": [{"use": "template", "template": where["template"]}], "encode": MINILM}
    if trains:
        held = "items" if part == "cold" else "events"
        texts["finetune"] = {
            "use": "transformers", "minutes": given.minutes, "epochs": given.epochs, "held_out": held,
            **given.options,
        }  # fmt: skip
        texts["objectives"] = given.objectives
    content = {**texts, "transform": ["center", "l2"], "aggregate": "mean", "rank": "cosine"}
    crossed = {**texts, "transform": ["center", "l2"], "rank": {"use": "text-to-cf", "teacher": EASE}}
    branches = {"content": {"content": content}, "cold": {"crossed": crossed}}
    branches["hybrid"] = {"content": content, "linear": {"rank": EASE}}
    data = where["data"] | ({"split": COLD} if part == "cold" else {})
    fuse = {"fuse": {"use": "weighted", "weights": "tune"}} if part == "hybrid" else {}
    label = f"{name}-{part}-{'tuned' if trains else 'frozen'}"
    return {
        "recipe": 1,
        "name": label,
        "data": data,
        "branches": branches[part],
        **fuse,
        "evaluate": ["ndcg@10"],
    }


if __name__ == "__main__":
    main()
