"""Language models trained on what users liked, beside the same left as they were.

    python benchmarks/finetune.py --data DIR [--beauty DIR] [--only planted,content,cold,hybrid] [--minutes
    30]

DIR has MovieLens-1M as the other benchmarks read it; `--beauty` a folder with interactions.parquet and
items.parquet of Amazon Beauty. The last line is `{"planted": {"frozen", "tuned", "oracle", "chance"},
"content": {DATA: {"frozen", "tuned", "diff", "low", "high"}}, "cold": {...}, "hybrid": {...}, "seconds"}`: "
"NDCG@10, differences paired over users with 95% bootstrap
intervals.

- planted: a made catalogue whose words mean nothing; new items among themselves.
- content: the branch of texts alone, ranked by cosine.
- cold: `text-to-cf` from texts, where a fifth of the items is new.
- hybrid: texts and `ease`, weights tuned.

Each training has `--minutes`; on a processor give it a machine of its own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from finetune_planted import planted
from ml1m import data as movielens

import palate

MINILM = {"use": "transformers", "model": "all-MiniLM-L6-v2"}
EASE = {"use": "ease"}
COLD = {"use": "cold-items", "test": 0.2}
ROW = {"content": "content", "cold": "crossed", "hybrid": "hybrid"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--beauty")
    parser.add_argument("--only", default="planted,content,cold,hybrid")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--epochs", type=int, default=20)
    given = parser.parse_args()
    started, found = time.perf_counter(), {}
    for part in given.only.split(","):
        if part == "planted":
            found[part] = planted(0, given.minutes, given.epochs)
        else:
            found[part] = {name: paired(part, name, where, given) for name, where in sources(given)}
        print(part, json.dumps(found[part]), flush=True)
    print(json.dumps(found | {"seconds": round(time.perf_counter() - started, 1)}))


def sources(given: argparse.Namespace) -> list[tuple[str, dict[str, Any]]]:
    """The data sets by name: `data` of a recipe, and the template of its texts."""
    some: list[tuple[str, dict[str, Any]]] = []
    if given.data:
        some.append(("ml-1m", {"data": movielens(given.data), "template": "{title}. {genres}"}))
    if given.beauty:
        files = {
            name: str(Path(f"{given.beauty}/{name}.parquet").resolve()) for name in ("interactions", "items")
        }
        data = {"source": {"use": "files", **files}, "split": "column"}
        some.append(("beauty", {"data": data, "template": "{title}"}))
    return some


def paired(part: str, name: str, where: dict[str, Any], given: argparse.Namespace) -> dict[str, float]:
    """NDCG@10 of the same recipe without and with training, and the difference over the same users."""
    with tempfile.TemporaryDirectory() as folder:
        frozen, tuned = (
            palate.run(recipe(part, name, where, trains, given), folder=Path(folder))
            for trains in (False, True)
        )
        compared = palate.compare(frozen, tuned, metric="ndcg@10")
        pair = compared.pairs.filter(compared.pairs["metric"] == "ndcg@10").to_dicts()[0]
        values = {
            key: run.metrics.filter(run.metrics["name"] == ROW[part])["ndcg@10"].item()
            for key, run in (("frozen", frozen), ("tuned", tuned))
        }
    sign = 1 if pair["first"] == tuned.name else -1
    low, high = sorted((sign * pair["low"], sign * pair["high"]))
    return {**values, "diff": sign * pair["difference"], "low": low, "high": high}


def recipe(
    part: str, name: str, where: dict[str, Any], trains: bool, given: argparse.Namespace
) -> dict[str, Any]:
    """The recipe of a part, whose texts are read by the model as it is or by the same trained."""
    texts: dict[str, Any] = {"text": [{"use": "template", "template": where["template"]}], "encode": MINILM}
    if trains:
        held = "items" if part == "cold" else "events"
        texts["finetune"] = {
            "use": "transformers", "minutes": given.minutes, "epochs": given.epochs, "held_out": held,
        }  # fmt: skip
        texts["objectives"] = ["contrastive"]
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
