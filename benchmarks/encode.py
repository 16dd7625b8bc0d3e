"""Texts to vectors with all-MiniLM-L6-v2: palate beside sentence-transformers in one run.

    python benchmarks/encode.py --data FOLDER [--dtype int8]

FOLDER holds items.parquet with the columns title, genres and description. Both read the same model
from the same files, the same texts: "title. genres" of all items, and a fixed sample of
descriptions (400, as long texts are slow). Loading and a warm-up of 64 texts are not counted, for
either; writing vectors to the store is, for palate. Runs take turns, each in a process of its own, on
2 cores; values are medians. The last line is `{"short": {"ratio", "cosine", "texts_per_second"},
"long": {...}, "warm_ratio"}`: palate over sentence-transformers in texts a second, the mean cosine
between the two vectors of a text, and how many times faster the same texts come from the store than
from the model (the lesser of the two kinds of text). With `--levers` a table says what each part of
the speed gives. With another `--dtype` than `auto`, `content` is added: NDCG@10 of MovieLens-1M's
content branch with vectors of that dtype and of float32, and the difference over the same users with
a 95% bootstrap interval; FOLDER then has train.parquet and test.parquet too.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peer_env import measured, peer_python

MODEL = "all-MiniLM-L6-v2"
WARM_UP = 64
BATCH = 32
Found = dict[str, Any]


def texts_of(data: str, kind: str, count: int) -> list[str]:
    import numpy as np
    import polars as pl

    items = pl.read_parquet(f"{data}/items.parquet")
    if kind == "short":
        genres = items["genres"]
        joined = genres.list.join(", ") if genres.dtype == pl.List else genres.cast(pl.String)
        shown = (items["title"] + ". " + joined.fill_null("")).to_list()
        return shown if count <= 0 else shown[:count]
    found = items["description"].drop_nulls()
    chosen = np.random.default_rng(0).choice(len(found), min(count, len(found)), replace=False)
    return found.gather(np.sort(chosen)).to_list()


def palate_once(texts: list[str], out: str, dtype: str) -> Found:
    """Through the store, as the step of a plan does it; then the same once more."""
    import numpy as np

    from palate.recipe.model import Block
    from palate.registry import installed
    from palate.store.texts import TextVectors, encoder_key

    component = installed().find("encoder", "transformers")
    options, _ = component.check({"model": MODEL, "dtype": dtype})
    identity = Block(component, options).identity()

    def encoded(folder: Path, encoder: Any) -> tuple[float, Any]:
        started = time.perf_counter()
        result = TextVectors(folder).encode(texts, encoder, encoder_key(identity, encoder))
        return time.perf_counter() - started, result

    encoder = component.make(options)
    encoder.encode(texts[:WARM_UP])
    with tempfile.TemporaryDirectory() as folder:
        seconds, first = encoded(Path(folder), encoder)
        again = [encoded(Path(folder), component.make(options)) for _ in range(5)]
    np.save(out, first.vectors)
    assert all(result.encoded == 0 for _, result in again), "texts were encoded again"
    assert all(np.array_equal(result.vectors, first.vectors) for _, result in again)
    said = json.loads(encoder.identity())
    return {
        "seconds": seconds,
        "texts": len(texts),
        "encoded": first.encoded,
        "warm": statistics.median(spent for spent, _ in again),
        "backend": said["backend"],
        "dtype": said["dtype"],
    }


def levers(texts: list[str]) -> dict[str, float]:
    """Texts a second as each part of the speed comes in, all in this process."""
    from palate_transformers.encoder import Transformers

    def batches(encoder: Any, given: list[str]) -> None:
        for start in range(0, len(given), BATCH):
            encoder.encode(given[start : start + BATCH])

    def whole(encoder: Any, given: list[str]) -> None:
        encoder.encode(given)

    exact = {"dtype": "float32", "backend": "torch"}
    by_length = sorted(texts, key=len, reverse=True)
    plans: dict[str, tuple[dict[str, str], list[str], Callable[[Any, list[str]], None]]] = {
        f"torch, float32, {BATCH} a batch, as they come": (exact, texts, batches),
        "sorted by length": (exact, by_length, batches),
        "batches by a budget of tokens": (exact, texts, whole),
        "bfloat16": ({**exact, "dtype": "auto"}, texts, whole),
        "OpenVINO": ({"dtype": "auto", "backend": "auto"}, texts, whole),
        "eight bits": ({"dtype": "int8", "backend": "auto"}, texts, whole),
    }
    found = {}
    for name, (options, given, run) in plans.items():
        encoder = Transformers(model=MODEL, **options)
        run(encoder, given[:WARM_UP])
        started = time.perf_counter()
        run(encoder, given)
        found[name] = len(given) / (time.perf_counter() - started)
        encoder.close()
    return found


def compare(kind: str, given: argparse.Namespace, peer: str, model: str, scratch: Path) -> Found:
    """Medians of alternating runs on one kind of text."""
    texts = scratch / f"{kind}.json"
    count = given.short if kind == "short" else given.long
    texts.write_text(json.dumps(texts_of(given.data, kind, count)), encoding="utf-8")
    here, beside = Path(__file__).resolve(), Path(__file__).resolve().parent / "peers"
    ours: list[Found] = []
    theirs: list[Found] = []
    vectors = {who: str(scratch / f"{kind}-{who}.npy") for who in ("palate", "peer")}
    for _ in range(given.runs):
        script = str(beside / "sentence_transformers_encode.py")
        theirs.append(measured([peer, script, model, str(texts), vectors["peer"]], given.cores))
        once = [sys.executable, str(here), "--once", str(texts), "--out", vectors["palate"]]
        once += ["--dtype", given.dtype]
        ours.append(measured(once, given.cores))
    speed = {
        who: statistics.median(run["texts"] / run["seconds"] for run in runs)
        for who, runs in (("palate", ours), ("sentence-transformers", theirs))
    }
    for who, runs in (("palate", ours), ("sentence-transformers", theirs)):
        peak = statistics.median(run["peak_mb"] for run in runs)
        print(
            f"{kind:5} {runs[0]['texts']:5,} texts  {who:22} {speed[who]:8.1f} texts/s, peak {peak:,.0f} MB"
        )
    print(f"{kind:5} palate computed with {ours[0]['backend']} in {ours[0]['dtype']}")
    return {
        "ratio": round(speed["palate"] / speed["sentence-transformers"], 3),
        "cosine": round(mean_cosine(vectors["palate"], vectors["peer"]), 6),
        "texts_per_second": round(speed["palate"], 1),
        "warm": statistics.median(run["seconds"] / run["warm"] for run in ours),
    }


def content(folder: str, dtype: str) -> dict[str, float]:
    """NDCG@10 of titles and genres alone, read in float32 and in this dtype."""
    from ml1m import MINILM, TITLES, data
    from paired import against

    import palate

    def recipe(kind: str) -> dict[str, Any]:
        text = [{"use": "template", "template": TITLES}]
        branch = {"text": text, "encode": {**MINILM, "dtype": kind}, "transform": ["center", "l2"]}
        branches = {"content": {**branch, "aggregate": "mean", "rank": "cosine"}}
        return {
            "recipe": 1,
            "name": kind,
            "data": data(folder),
            "branches": branches,
            "evaluate": ["ndcg@10"],
        }

    with tempfile.TemporaryDirectory() as scratch:
        runs = [palate.run(recipe(kind), folder=Path(scratch)) for kind in ("float32", dtype)]
        found = against(*runs, "content")
    return {name: round(value, 5) for name, value in found.items()}


def mean_cosine(one: str, other: str) -> float:
    import numpy as np

    left, right = np.load(one), np.load(other)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(((left * right).sum(axis=1) / lengths).mean())


def show_levers(given: argparse.Namespace, scratch: Path) -> None:
    here = str(Path(__file__).resolve())
    for kind in ("short", "long"):
        texts = scratch / f"{kind}.json"
        found = measured([sys.executable, here, "--levers-once", str(texts)], given.cores)["levers"]
        before = None
        for name, speed in found.items():
            gain = f"x {speed / before:.2f}" if before else ""
            print(f"{kind:5} {name:42} {speed:8.1f} texts/s  {gain}")
            before = speed


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="the folder of items.parquet")
    parser.add_argument(
        "--peer",
        help="an interpreter that has sentence-transformers (default: made once, in the cache folder)",
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--short", type=int, default=0, help="how many short texts (default: all)")
    parser.add_argument("--long", type=int, default=400, help="how many descriptions")
    parser.add_argument("--levers", action="store_true", help="say what each part of the speed gives")
    parser.add_argument("--dtype", default="auto", help="of palate: auto, float32, bfloat16 or int8")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    parser.add_argument("--levers-once", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        texts = json.loads(Path(given.once).read_text(encoding="utf-8"))
        print(json.dumps(palate_once(texts, given.out, given.dtype)))
        return
    if given.levers_once:
        texts = json.loads(Path(given.levers_once).read_text(encoding="utf-8"))
        print(json.dumps({"levers": levers(texts)}))
        return
    if not given.data:
        parser.error("--data is required: the folder of items.parquet")
    from palate_transformers.model_path import find

    peer, model = peer_python("sentence-transformers", given.peer), str(find(MODEL))
    with tempfile.TemporaryDirectory() as folder:
        found = {kind: compare(kind, given, peer, model, Path(folder)) for kind in ("short", "long")}
        if given.levers:
            show_levers(given, Path(folder))
    warm = {kind: part.pop("warm") for kind, part in found.items()}
    print(f"from the store: short {warm['short']:,.0f}, long {warm['long']:,.0f} times faster")
    more = {} if given.dtype == "auto" else {"content": content(given.data, given.dtype)}
    print(json.dumps({**found, "warm_ratio": round(min(warm.values())), **more}))


if __name__ == "__main__":
    main()
