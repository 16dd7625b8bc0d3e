"""sentence-transformers' part of `encode.py`; runs in an environment of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

WARM_UP = 64


def main(model: str, texts: str, out: str) -> dict[str, object]:
    given = json.loads(Path(texts).read_text(encoding="utf-8"))
    encoder = SentenceTransformer(model, device="cpu")
    encoder.encode(given[:WARM_UP], show_progress_bar=False)
    started = time.perf_counter()
    vectors = encoder.encode(given, show_progress_bar=False, convert_to_numpy=True)
    seconds = time.perf_counter() - started
    np.save(out, vectors)
    return {"seconds": seconds, "texts": len(given)}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:4])))
