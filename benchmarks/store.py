"""200,000 short texts through the store of text vectors and back, in bounded memory.

    python benchmarks/store.py [--texts 200000] [--encoder hash|static]

One fresh process reads the texts from a Parquet file, has them encoded into an empty store, keeps the
result as an artifact, and reads it back, every vector compared; another does the same with a quarter of
the texts. The last line is `{"texts", "peak_mb", "bound_mb", "bytes_per_text", "vectors_mb", "seconds",
"warm_seconds"}`: the peak of resident memory, imports included, which must stay under the bound; by how
much memory it grows with a text; how large the vectors are; how long encoding took, and the same again
from the store.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from peer_env import measured

BOUND_MB = {"hash": 300, "static": 450}
BLOCK = 2000
OPTIONS: dict[str, dict[str, Any]] = {"hash": {"dimensions": 256}, "static": {"model": "wordllama"}}


def write(path: Path, count: int) -> None:
    """Different texts of three to eight words each."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(0)
    names = np.array([f"{a}{b}" for a in ("sea", "war", "moon", "red", "old") for b in range(2000)])
    lengths = rng.integers(3, 9, count)
    drawn = names[rng.integers(0, len(names), int(lengths.sum()))]
    ends = np.cumsum(lengths)
    texts = [
        f"{at} {' '.join(drawn[end - n : end])}"
        for at, (n, end) in enumerate(zip(lengths, ends, strict=True))
    ]
    pl.DataFrame({"text": texts}).write_parquet(path)


def once(path: str, name: str) -> dict[str, Any]:
    import numpy as np
    import polars as pl

    from palate.recipe.model import Block
    from palate.registry import installed
    from palate.store import Meta, Store, mapped
    from palate.store.texts import TextVectors, encoder_key

    texts = pl.read_parquet(path)["text"]
    component = installed().find("encoder", name)
    options, _ = component.check(OPTIONS[name])
    encoder = component.make(options)
    key = encoder_key(Block(component, options).identity(), encoder)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        started = time.perf_counter()
        result = TextVectors(store.texts).encode(texts, encoder, key)
        seconds = time.perf_counter() - started
        store.save("0" * 32, result.vectors, Meta("encode", 0.0, seconds, 0))
        started = time.perf_counter()
        again = TextVectors(store.texts).encode(texts, encoder, key)
        warm = time.perf_counter() - started
        back = store.load("0" * 32)
        assert again.encoded == 0
        for start in range(0, len(texts), BLOCK):
            rows = slice(start, start + BLOCK)
            wanted = encoder.encode(texts[rows].to_list())
            assert np.allclose(back[rows], wanted, atol=1e-5)
            assert np.array_equal(again.vectors[rows], back[rows])
            mapped.release(back)
            mapped.release(again.vectors)
        return {"seconds": seconds, "warm": warm, "vectors_mb": back.nbytes / 1e6}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--encoder", choices=sorted(OPTIONS), default="hash")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(once(given.once, given.encoder)))
        return
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (given.texts // 4, given.texts):
            path = Path(folder) / f"{count}.parquet"
            write(path, count)
            command = [sys.executable, str(Path(__file__).resolve()), "--once", str(path)]
            found[count] = measured([*command, "--encoder", given.encoder])
            print(f"{count:9,} texts by {given.encoder}: {found[count]}")
    few, many = found[given.texts // 4], found[given.texts]
    grown = (many["peak_mb"] - few["peak_mb"]) * 1e6 / (given.texts - given.texts // 4)
    figures = {
        "texts": given.texts,
        "peak_mb": many["peak_mb"],
        "bound_mb": BOUND_MB[given.encoder],
        "bytes_per_text": round(grown),
        "vectors_mb": round(many["vectors_mb"]),
        "seconds": round(many["seconds"], 1),
        "warm_seconds": round(many["warm"], 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
