"""Draw the pictures of the gallery again: palate's own pages over made data, photographed by Chromium.

    python docs/pictures/draw.py

The data are made up: 600 users, 120 items of four genres. It takes a minute, and needs `palate[tune,map]` and
`chromium` (CHROMIUM names another).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import yaml

HERE = Path(__file__).parent
GENRES = ("Comedy", "Drama", "Crime", "Fantasy")
WORDS = ("laughing", "quiet", "dark", "silver")
BEGIN = 1_704_067_200  # 2024-01-01
WIDTH, ZOOM = 900, 1


def data(folder: Path) -> None:
    """events.csv and items.csv: users who mostly like one genre, some items that many like."""
    rng = np.random.default_rng(3)
    genre = np.arange(120) % 4
    word = np.where(rng.random(120) < 0.6, genre, rng.integers(0, 4, 120))  # titles tell some of it
    titles = [f"The {WORDS[at]} {noun}" for at, noun in zip(word, _nouns(), strict=True)]
    items = {"item_id": range(120), "title": titles, "genre": [GENRES[g] for g in genre]}
    pl.DataFrame(items).write_csv(folder / "items.csv")
    rows = []
    for user in range(600):
        weight = np.where(genre == user % 4, 1.0, 0.12) / (1 + rng.permutation(120) % 40 / 15)
        many = int(rng.integers(6, 30))
        start = int(rng.integers(0, 250))
        liked = rng.choice(120, many, replace=False, p=weight / weight.sum())
        rows += [(user, int(item), BEGIN + 86400 * (start + 4 * day)) for day, item in enumerate(liked)]
    frame = pl.DataFrame(rows, ["user_id", "item_id", "timestamp"], orient="row")
    frame.write_csv(folder / "events.csv")


def _nouns() -> list[str]:
    one = ("house", "river", "train", "garden", "clock", "letter", "bridge", "harbour", "winter", "mirror")
    kinds = ("{}", "old {}", "lost {}", "{} of Anna")
    return [
        kind.format(noun) + ending for ending in ("", " in May", " again") for kind in kinds for noun in one
    ]


def recipes(folder: Path) -> None:
    content = {
        "text": [{"use": "template", "template": "{title}"}],
        "encode": "tfidf",
        "transform": ["center", "l2"],
        "aggregate": "mean",
        "rank": "cosine",
    }
    source = {"use": "files", "interactions": "events.csv", "items": "items.csv"}
    linear = {
        "recipe": 1,
        "name": "linear",
        "data": {"source": source, "split": {"use": "temporal", "test": 0.15, "validation": 0.15}},
        "branches": {"linear": {"rank": {"use": "ease", "l2": 30}}},
    }
    hybrid = linear | {
        "name": "hybrid",
        "branches": linear["branches"] | {"content": content},
        "fuse": {"use": "weighted", "weights": "tune"},
    }
    space = {"search": "log", "low": 1, "high": 3000}
    tuned = linear | {"name": "open", "branches": {"linear": {"rank": {"use": "ease", "l2": space}}}}
    tuned["branches"]["neighbours"] = {
        "rank": {"use": "item-knn", "neighbours": {"search": "int", "low": 5, "high": 100}}
    }
    tuned["fuse"] = {"use": "rrf", "k": {"search": "int", "low": 1, "high": 100}}
    told = content | {"text": [{"use": "template", "template": "{title}. {genre}"}]}
    told |= {"aggregate": {"use": "recency-mean", "half_life": 10}}
    clear = linear | {"name": "clear", "branches": {"content": told}}
    for recipe in (linear, hybrid, tuned, clear):
        (folder / f"{recipe['name']}.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False))


def photograph(page: Path, name: str, height: int) -> None:
    if not page.is_file():
        raise FileNotFoundError(page)
    chromium = os.environ.get("CHROMIUM", "chromium")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    size = [f"--window-size={WIDTH},{height}", f"--force-device-scale-factor={ZOOM}"]
    target = f"--screenshot={HERE / name}"
    subprocess.run([chromium, *options, *size, target, page.as_uri()], check=True, capture_output=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data(folder)
        recipes(folder)
        palate = Path(sys.executable).with_name("palate")
        for words in (
            "compare hybrid.yaml linear.yaml -o report.html",
            "tune open.yaml --trials 30 -o tuned.yaml -o tuned.html",
            "data hybrid.yaml -o data.html",
            "run clear.yaml",
        ):
            subprocess.run([palate, *words.split(), "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        run = next((folder / "runs").glob("clear-*"))
        subprocess.run([palate, "map", run, *sys.argv[1:], "-q"], cwd=folder, check=True)
        photograph(folder / "report.html", "report.png", 1400)
        photograph(folder / "tuned.html", "tuning.png", 1000)
        photograph(folder / "map.html", "map.png", 900)
        photograph(folder / "data.html", "data.png", 1700)


if __name__ == "__main__":
    main()
