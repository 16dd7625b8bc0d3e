"""The same work behind FastAPI: RecTools' EASE and implicit's item-item recommender, beside palate's.

RecTools scores with the transpose of EASE's weights, so that nine of ten items are the same and not all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from peer_env import peer_python
from serve_load import load, request
from serve_process import CLIENT_CORE, SERVER_CORE, Server, pin
from serve_runs import K, alone, histories, sizes, tables

_SCRIPT = Path(__file__).with_name("peers") / "serve_fastapi.py"
RANKERS = {"rectools": {"use": "ease", "l2": 100.0}, "implicit": {"use": "item-knn", "neighbours": 100}}


def peers(folder: Path, scale: float, room: Path, seconds: float, given: str | None) -> dict[str, Any]:
    """By library: requests a second, palate's with the same model, the ratio, the share of equal items."""
    source = tables("3k", folder, scale)
    python = peer_python("fastapi", given)
    runs = {name: alone(rank, folder, scale) for name, rank in RANKERS.items()}
    pin(CLIENT_CORE)
    asked = histories(sizes("3k", scale)[0], 2000, 31)
    found = {}
    for name, run in runs.items():
        theirs = [request("/recommend", {"history": each, "k": K}) for each in asked]
        ours = [request("/v1/recommendations", {"history": each, "k": K}) for each in asked]
        peer = subprocess.Popen(
            [python, str(_SCRIPT), name, source["interactions"], json.dumps(RANKERS[name])],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=lambda: pin(SERVER_CORE),
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        try:
            port = _port(peer)
            load(port, theirs, seconds / 10)
            slow = load(port, theirs, seconds / 2)
            first = load(port, theirs[:100], 1.0, together=1, keep=True)
        finally:
            peer.terminate()
            peer.wait()
        with Server(run, room / f"{name}.sqlite") as server:
            load(server.port, ours, seconds / 10)
            fast = load(server.port, ours, seconds / 2)
            own = load(server.port, ours[:100], 1.0, together=1, keep=True)
        found[name] = {
            "rps": round(slow.rps, 1), "palate_rps": round(fast.rps, 1),
            "ratio": round(fast.rps / slow.rps, 2),
            "same_items": round(_overlap(first.bodies, own.bodies), 4),
            "failed": {**slow.failed, **fast.failed},
        }  # fmt: skip
    return found


def _port(peer: subprocess.Popen[str]) -> int:
    assert peer.stdout is not None
    for line in peer.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return int(found[1])
    raise SystemExit("the peer did not start; run benchmarks/peers/serve_fastapi.py to see why")


def _overlap(theirs: list[bytes], ours: list[bytes]) -> float:
    """The mean share of common items of two answers to the same request; both lists are in one order."""
    shares = []
    for one, other in zip(theirs, ours, strict=False):
        mine = {int(item["item"]) for item in json.loads(other)["items"]}
        shares.append(len(mine & set(json.loads(one)["items"])) / K)
    return sum(shares) / max(1, len(shares))
