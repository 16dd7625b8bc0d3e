"""Aggregators x transforms on MovieLens-1M's texts, with the controls that a claim about text needs.

    python benchmarks/interests.py --data FOLDER

FOLDER holds train.parquet and test.parquet (user_id, item_id) and items.parquet (item_id, title,
genres, description). Items are encoded by all-MiniLM-L6-v2 from title and genres and ranked by cosine,
for all users of the test part, all items ranked, what trained masked. Writes interests.json and
interests.md to --out, and as its last line `{"raw_mean", "centred_mean", "two_views", "description",
"best", "controls"}`, values of NDCG@10. There are no times in the data: what depends on the order
of events is told apart as having none.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

CHAINS: dict[str, list[Any]] = {
    "raw": [],
    "center": ["center"],
    "center, l2": ["center", "l2"],
    "standardise, l2": ["standardise", "l2"],
    "whiten, l2": ["whiten", "l2"],
    "whiten (4 groups), l2": [("whiten", {"groups": 4}), "l2"],
    "pca 128, l2": ["pca", "l2"],
    "pca 128 without the first 2, l2": [("pca", {"skip": 2}), "l2"],
    "center, random 128, l2": ["center", "random-projection", "l2"],
    "center, variance 128, l2": ["center", "select-variance", "l2"],
    "center, information 128, l2": ["center", "select-information", "l2"],
    "center, genre information 128, l2": ["center", ("select-information", {"attribute": "genres"}), "l2"],
}
AGGREGATORS: dict[str, tuple[str, dict[str, Any]]] = {
    "mean": ("mean", {}),
    "idf-weighted": ("idf-weighted", {}),
    "attention": ("attention", {}),
    "k-means 3": ("k-means", {}),
    "ward 3": ("ward", {}),
    "last-k 20 (no order)": ("last-k", {"k": 20}),
    "recency harmonic (no order)": ("recency", {}),
}
READING = {
    "document (20 items)": ("document", {"latest": 20}),
    "document (20 items), not aligned": ("document", {"latest": 20, "align": 0}),
}
READ_CHAINS = ("raw", "center", "center, l2", "whiten, l2")
TITLE, DESCRIPTION = "{title}. {genres}", "{description}"


@dataclass
class Cell:
    """How one way of making recommendations did, for all users."""

    ndcg: float
    low: float
    high: float
    recall: float
    users: int
    seconds: float


class Bench:
    """The data in memory, and everything evaluated on the same users by the same metrics."""

    def __init__(self, data: str, users: int | None) -> None:
        import numpy as np

        from palate.paths import store_folder
        from palate.registry import installed
        from palate.store import Store

        self.registry = installed()
        files = {name: f"{data}/{name}.parquet" for name in ("train", "test", "items")}
        options = {"interactions": files["train"], "test": files["test"], "items": files["items"]}
        self.dataset = self.make("source", "files", options).load()
        (self.fold,) = self.make("splitter", "column").split(self.dataset, np.random.default_rng(0))
        self.training = self.fold.training(self.dataset)
        self.trained = self.training.popularity > 0
        asked = self.fold.users(self.dataset, "test")
        if users and users < len(asked):
            asked = np.sort(np.random.default_rng(0).choice(asked, users, replace=False))
        self.query = self.fold.query(self.dataset, "test", asked)
        self.truth = self.fold.truth(self.dataset, "test", asked)
        self.metrics = {"ndcg": self.make("metric", "ndcg", {"k": 10})}
        self.metrics["recall"] = self.make("metric", "recall", {"k": 10})
        self.store = Store(store_folder())

    def make(self, kind: str, name: str, options: dict[str, Any] | None = None) -> Any:
        return self.registry.find(kind, name).make(options or {})

    def texts(self, template: str) -> Any:
        return self.make("preprocessor", "template", {"template": template}).apply(self.dataset.items).text

    def encoded(self, encoder: str, template: str, options: dict[str, Any] | None = None) -> tuple[Any, str]:
        """The vectors of all items through the store, with the encoder's key there."""
        from palate.recipe.model import Block
        from palate.store.texts import TextVectors, encoder_key

        component = self.registry.find("encoder", encoder)
        complete, _ = component.check(options or {})
        made = component.make(options or {})
        key = encoder_key(Block(component, complete).identity(), made)
        return TextVectors(self.store.texts).encode(self.texts(template), made, key).vectors, key

    def transformed(self, vectors: Any, chain: list[Any]) -> tuple[Any, list[Any]]:
        """The vectors after the transforms, with these fitted on the items that have events in training."""
        from palate.plan.transforming import learned

        fitted = []
        for step in chain:
            name, options = step if isinstance(step, tuple) else (step, {})
            made = learned(self.make("transform", name, options), vectors, self.trained, self.dataset.items)
            vectors = made.apply(vectors)
            fitted.append(made)
        return vectors, fitted

    def content(
        self, vectors: Any, name: str = "mean", options: dict[str, Any] | None = None, **more: Any
    ) -> Cell:
        """An aggregator with cosine over these vectors; `more` is what it is given to read with."""
        from palate import Training
        from palate.pipeline import FittedBranch

        training = Training(self.training, self.dataset.items, self.dataset.users, vectors, 0)
        aggregator = self.make("aggregator", name, options)
        if hasattr(aggregator, "fit"):
            aggregator.fit(replace(training, **more))
        return self.evaluated(
            FittedBranch(name, self.make("ranker", "cosine").fit(training), aggregator, vectors)
        )

    def ranker(self, name: str) -> Cell:
        from palate import Training
        from palate.pipeline import FittedBranch

        training = Training(self.training, self.dataset.items, self.dataset.users)
        return self.evaluated(FittedBranch(name, self.make("ranker", name).fit(training)))

    def evaluated(self, branch: Any) -> Cell:
        from palate.evaluation import evaluate
        from palate.pipeline import Pipeline

        pipeline = Pipeline(
            (branch,), None, (), None, self.dataset.items, self.dataset.users, self.fold.seen(self.dataset),
            self.training.counts > 0,
        )  # fmt: skip
        started = time.perf_counter()
        ranking = pipeline.rank(self.query, 10)
        seconds = time.perf_counter() - started
        found = evaluate(ranking, self.truth, self.metrics).summary
        ndcg, recall = found["ndcg"], found["recall"]
        return Cell(ndcg.mean, ndcg.low, ndcg.high, recall.mean, ndcg.users, round(seconds, 2))


def table(bench: Bench, vectors: Any, key: str, read: bool) -> Iterator[tuple[str, str, Cell]]:
    """Each aggregator with each chain of transforms."""
    from palate.pipeline.reader import Reader

    for chain, steps in CHAINS.items():
        ready, fitted = bench.transformed(vectors, steps)
        for aggregator, (name, options) in AGGREGATORS.items():
            yield aggregator, chain, bench.content(ready, name, options)
        for aggregator, (name, options) in READING.items() if read and chain in READ_CHAINS else ():
            known = vectors[bench.trained]
            middle = known[known.any(axis=1)].mean(axis=0)
            reader = Reader(
                bench.make("encoder", "transformers"), key, tuple(fitted), str(bench.store.texts), middle
            )
            yield (
                aggregator,
                chain,
                bench.content(ready, name, options, text=bench.texts(TITLE), reader=reader),
            )


def controls(bench: Bench, title: Any, described: Any) -> Iterator[tuple[str, Cell]]:
    """What text must be held against, all but the rankers with the mean of centred unit vectors."""
    import numpy as np

    from palate.data.attributes import values_of

    usual = CHAINS["center, l2"]
    rng = np.random.default_rng(0)
    shuffled = title[rng.permutation(len(title))]
    drawn = rng.normal(size=title.shape).astype(np.float32)
    genres = values_of(bench.dataset.items, "genres").matrix.toarray()
    only_title, _ = bench.encoded("transformers", "{title}")
    counted, _ = bench.encoded("tfidf", TITLE)
    for name, vectors in (
        ("title and genres", title), ("title only", only_title), ("description", described),
        ("shuffled vectors", shuffled), ("random vectors", drawn), ("genres only", genres),
        ("TF-IDF of title and genres", counted),
    ):  # fmt: skip
        yield name, bench.content(bench.transformed(vectors, usual)[0])
    views = [bench.transformed(one, usual)[0] / np.float32(2**0.5) for one in (title, described)]
    yield "two views: title and genres, description", bench.content(np.concatenate(views, axis=1))
    for name in ("random", "popularity"):
        yield name, bench.ranker(name)


def markdown(cells: dict[str, dict[str, Any]], others: dict[str, Any], users: int) -> str:
    """Both tables."""

    def shown(cell: dict[str, Any] | None) -> str:
        return f"{cell['ndcg']:.4f} ± {(cell['high'] - cell['low']) / 2:.4f}" if cell else ""

    chains = list(CHAINS)
    lines = [
        "# Aggregators and transforms",
        "",
        f"NDCG@10 on MovieLens-1M for {users:,} users, with 95% confidence intervals: title and genres by "
        "all-MiniLM-L6-v2, ranked by cosine, all items ranked, what trained masked. Written by "
        "`benchmarks/interests.py`. The data have no times, so that aggregators marked (no order) see an "
        "arbitrary part of a history.",
        "",
        "| | " + " | ".join(cells) + " |",
        "|---" * (len(cells) + 1) + "|",
        *(
            f"| {chain} | " + " | ".join(shown(row.get(chain)) for row in cells.values()) + " |"
            for chain in chains
        ),
        "",
        "## Controls",
        "",
        "The mean of centred vectors of length one, by what the vectors are of; and two rankers without any.",
        "",
        "| | NDCG@10 | Recall@10 |",
        "|---|---|---|",
        *(f"| {name} | {shown(cell)} | {cell['recall']:.4f} |" for name, cell in others.items()),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="the folder of train, test and items.parquet")
    parser.add_argument("--users", type=int, help="evaluate so many users, by chance (default: all)")
    parser.add_argument(
        "--no-document", action="store_true", help="leave out `document`, which encodes users"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    given = parser.parse_args()
    bench = Bench(given.data, given.users)
    title, key = bench.encoded("transformers", TITLE)
    described, _ = bench.encoded("transformers", DESCRIPTION)

    def said(what: str, cell: Cell) -> dict[str, Any]:
        print(
            f"{what:75} {cell.ndcg:.4f} [{cell.low:.4f}, {cell.high:.4f}] {cell.seconds:6.1f} s", flush=True
        )
        return vars(cell)

    others = {name: said(name, cell) for name, cell in controls(bench, title, described)}
    cells: dict[str, dict[str, Any]] = {name: {} for name in AGGREGATORS}
    for aggregator, chain, cell in table(bench, title, key, not given.no_document):
        cells.setdefault(aggregator, {})[chain] = said(f"{aggregator} | {chain}", cell)
    users = others["popularity"]["users"]
    best = max(
        ((name, chain) for name in cells for chain in cells[name]), key=lambda at: cells[at[0]][at[1]]["ndcg"]
    )
    last = {
        "raw_mean": round(cells["mean"]["raw"]["ndcg"], 4),
        "centred_mean": round(cells["mean"]["center, l2"]["ndcg"], 4),
        "description": round(others["description"]["ndcg"], 4),
        "two_views": round(others["two views: title and genres, description"]["ndcg"], 4),
        "best": [*best, round(cells[best[0]][best[1]]["ndcg"], 4)],
        "controls": {name: round(cell["ndcg"], 4) for name, cell in others.items()},
    }
    given.out.mkdir(parents=True, exist_ok=True)
    results = {"users": users, "aggregators": cells, "controls": others, "summary": last}
    (given.out / "interests.json").write_text(json.dumps(results, indent=1) + "\n")
    (given.out / "interests.md").write_text(markdown(cells, others, users))
    print(json.dumps(last))


if __name__ == "__main__":
    main()
