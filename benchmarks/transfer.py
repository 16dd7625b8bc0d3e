"""What holds on data that nobody tuned for: defaults, the recipe `auto`, texts in a hybrid, sparse EASE.

    python benchmarks/transfer.py --data DIR [--only NAMES] [--part PARTS] [--rankers NAMES] [--into FOLDER]

DIR holds `beauty`, `ml-1m-sequences` and `yelp` as `sequences.py` wants them; MovieLens-100K is in `ml-100k`
there (GroupLens' files) or comes from the source `movielens`. All items are ranked, what a user has
interacted with before is masked, and all models that are tested are fitted on training and validation part.

Parts: `tuned` is each ranker with nothing set and with the best of `--trials` trials on the validation part,
both on the test part; `defaults` the first of these alone; `auto` what `palate tune auto --minutes` gives,
beside the best of its branches; `text` hybrids with texts less the same without, over the same users,
weights tuned on the validation part, texts encoded by `--encoder`; `sparse` EASE over dense EASE.

Every piece (a part of one data set and ranker) is a JSON file in `--into`, and what is there is not measured
again: pieces may run side by side, and a call after them, or `--part merge` for what there is, prints all.
The last line is `{DATA: {"popularity", RANKER: {"default", "tuned"}, "auto", "best_branch", "text_part":
{"diff", "low", "high"}}, "sparse_ease": {"ratio", "memory_ratio"}}` in NDCG@10, intervals of 95%, for texts
as a branch of their own (`text_parts` has the other ways), for sparse EASE the worse of Beauty and Yelp.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import transfer_pieces as pieces
from transfer_recipes import FOLDERS, HUNDRED, NAMES, SPACES, TEXTS, Place

PARTS = ("tuned", "auto", "text", "sparse")
LARGE = ("beauty", "yelp")
LEAST = 0.9  # of a ranker's tuned value, with nothing set
Found = dict[str, Any]


def wanted(given: argparse.Namespace, place: Place) -> list[tuple[str, Callable[[], Found]]]:
    """The pieces of one data set, by the names of their files."""
    found: list[tuple[str, Callable[[], Found]]] = []
    rankers = [name for name in place.rankers() if name in given.rankers]
    for part in given.part:
        if part == "defaults":
            found += [(f"defaults.{place.name}.{name}", lambda name=name: pieces.defaults(place, name))
                      for name in rankers]  # fmt: skip
        elif part == "tuned":
            found += [
                (f"tuned.{place.name}.{name}", lambda name=name: pieces.tuned(place, name, given.trials))
                for name in rankers
            ]
        elif part == "auto":
            found.append((f"auto.{place.name}", lambda: pieces.auto(place, given.minutes)))
        elif part == "text":
            found += [
                (f"text.{place.name}.{given.encoder}.{way}",
                 lambda way=way: pieces.text(place, given.encoder, way))
                for way in given.texts
            ]  # fmt: skip
        elif part == "sparse" and place.name in LARGE:
            found.append((f"sparse.{place.name}", lambda: pieces.sparse(place)))
    return found


def measure(name: str, piece: Callable[[], Found], into: Path) -> None:
    """Write the file of a piece, if it is not there."""
    file = into / f"{name}.json"
    if file.is_file():
        return
    began, cpu = time.perf_counter(), processor()
    found = piece() | {"wall_s": round(time.perf_counter() - began), "cpu_s": round(processor() - cpu)}
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(found, indent=1) + "\n")
    partial.replace(file)
    print(name, json.dumps(found), flush=True)


def processor() -> float:
    """Seconds of processor of this process and its children."""
    return sum(os.times()[:4])


def merged(into: Path) -> Found:
    """What all pieces say."""
    read = {file.stem: json.loads(file.read_text()) for file in sorted(into.glob("*.json"))}
    found: Found = {}
    for name in NAMES:
        about: Found = {}
        for ranker in SPACES:
            piece = read.get(f"defaults.{name}.{ranker}", {}) | read.get(f"tuned.{name}.{ranker}", {})
            if piece:
                about["popularity"] = piece["popularity"]
                about[ranker] = {key: piece[key] for key in ("default", "tuned") if key in piece}
        if f"auto.{name}" in read:
            about |= {key: read[f"auto.{name}"][key] for key in ("auto", "best_branch", "auto_vs_best")}
        ways = {
            f"{way} {encoder}": read[f"text.{name}.{encoder}.{way}"]
            for way in TEXTS
            for encoder in ("minilm", "tfidf")
            if f"text.{name}.{encoder}.{way}" in read
        }
        short = {way: {key: piece[key] for key in ("diff", "low", "high")} for way, piece in ways.items()}
        if short:
            about |= {"text_part": next(iter(short.values())), "text_parts": short}
        if about:
            found[name] = about
    sparse = {name: read[f"sparse.{name}"] for name in LARGE if f"sparse.{name}" in read}
    if sparse:
        both = {key: [piece[key] for piece in sparse.values()] for key in ("ratio", "memory_ratio")}
        found["sparse_ease"] = {
            "ratio": min(both["ratio"]), "memory_ratio": max(both["memory_ratio"]),
            **{name: {key: piece[key] for key in both} for name, piece in sparse.items()},
        }  # fmt: skip
    return found


def missed(found: Found) -> list[str]:
    """What does not hold, in words."""
    said = []
    for name, about in found.items():
        if name == "sparse_ease":
            if about["ratio"] < 0.97 or about["memory_ratio"] > 0.1:
                said.append(f"sparse ease: {about}")
            continue
        for ranker in SPACES:
            values = about.get(ranker, {})
            if values and values["default"] <= about["popularity"]:
                said.append(f"{name}: {ranker} {values['default']} under popularity {about['popularity']}")
            if "tuned" in values and values["default"] < LEAST * values["tuned"]:
                said.append(f"{name}: {ranker} {values['default']} with nothing set, {values['tuned']} tuned")
        if "auto" in about and about["auto"] < about["best_branch"]:
            said.append(f"{name}: auto {about['auto']} under its best branch, {about['best_branch']}")
        said += [f"{name}: text ({way}) takes away: {part}"
                 for way, part in about.get("text_parts", {}).items() if part["high"] < 0]  # fmt: skip
    return said


def names(text: str) -> list[str]:
    return text.split(",")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("--only", type=names, default=list(NAMES), help="data sets")
    parser.add_argument(
        "--part", type=names, default=list(PARTS), help=f"of {', '.join(PARTS)}, defaults, merge"
    )
    parser.add_argument("--rankers", type=names, default=list(SPACES), help="of the parts tuned and defaults")
    parser.add_argument("--trials", type=int, default=12, help="of each ranker")
    parser.add_argument("--minutes", type=float, default=10, help="of the part auto, for each data set")
    parser.add_argument("--encoder", choices=("tfidf", "minilm"), default="tfidf", help="of the part text")
    parser.add_argument("--texts", type=names, default=list(TEXTS[:2]), help=f"of {', '.join(TEXTS)}")
    parser.add_argument("--users", type=int, help="so many users of each data set, drawn by the seed")
    parser.add_argument("--into", type=Path, help="where pieces are kept (default: nowhere)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        into = given.into or Path(scratch) / "pieces"
        into.mkdir(parents=True, exist_ok=True)
        for name in given.only:
            folder = (given.data / FOLDERS.get(name, HUNDRED)).resolve()
            place = Place(name, folder, Path(scratch), given.users)
            for label, piece in wanted(given, place):
                measure(label, piece, into)
        found = merged(into)
    print(*missed(found), sep="\n")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
