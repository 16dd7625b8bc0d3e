"""How much memory a service takes after minutes of load."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import Any

from serve_load import load, request
from serve_process import CLIENT_CORE, Server, pin
from serve_runs import K, histories

from palate.pipeline import Pipeline

_RATE, _EVENTS, _STEP = 200.0, 5, 10.0


def soak(run: Path, room: Path, minutes: float) -> dict[str, Any]:
    """Memory over minutes of requests for histories, users, explanations and batches, wrong ones, and events.

    `growth` is how far it rises, as a share, over what it was after the first fifth.
    """
    pin(CLIENT_CORE)
    pipeline, rng = Pipeline.load(run), random.Random(3)
    n_items, n_users = len(pipeline.items), pipeline.users.height
    del pipeline
    seen: list[float] = []
    failed: dict[int, int] = {}
    answered, expected = 0, 0
    with Server(run, room / "soak.sqlite") as server:
        until = time.monotonic() + 60 * minutes
        while time.monotonic() < until:
            some = _requests(rng, n_items, n_users)
            outcome = load(server.port, some, min(_STEP, 60 * minutes / 10), _RATE)
            seen.append(server.memory()["rss_mb"])
            answered += len(outcome.latencies)
            expected += outcome.failed.pop(422, 0)
            for status, many in outcome.failed.items():
                failed[status] = failed.get(status, 0) + many
            print(f"soak: {seen[-1]:.0f} MB, p99 {outcome.percentile(99)} ms", file=sys.stderr)
    warm = max(seen[: max(1, len(seen) // 5)])
    return {
        "minutes": minutes, "answered": answered, "refused_as_they_should": expected, "failed": failed,
        "warm_mb": warm, "most_mb": max(seen), "growth": round(max(seen) / warm - 1, 4),
    }  # fmt: skip


def _requests(rng: random.Random, n_items: int, n_users: int) -> list[bytes]:
    """Two thousand, as many as are sent before there are new ones."""
    place = "/v1/recommendations"
    found = [
        request(place, {"history": each, "k": K}) for each in histories(n_items, 1200, rng.randrange(2**31))
    ]
    found += [request(place, {"user": rng.randrange(n_users), "k": K}) for _ in range(650)]
    found += [request(place, {"user": rng.randrange(n_users), "k": 3, "explain": True}) for _ in range(20)]
    found += [request(f"/v1/items/{rng.randrange(n_items)}/similar") for _ in range(30)]
    found += [request(place, {"user": rng.randrange(n_users), "k": 0}) for _ in range(30)]
    found += [request(place, {"k": 5, "where": {"year": {"min": rng.random() * 2000}}}) for _ in range(20)]
    found += [
        request("/v1/events", {"user": rng.randrange(n_users), "item": rng.randrange(n_items)})
        for _ in range(int(_EVENTS * _STEP))
    ]
    rng.shuffle(found)
    return found
