"""Kills at random moments: what is resumed must equal what was never stopped."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from reliability_world import Done, Found, World, write

KINDS = ("run", "update", "fit", "compare", "tune", "serve")
_SIGNALS = (signal.SIGKILL,) * 6 + (signal.SIGTERM, signal.SIGINT)
_WORDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "hybrid.yaml", "--json", "-q"),
    "fit": ("fit", "hybrid.yaml", "kept", "-q"),
    "compare": ("compare", "hybrid.yaml", "other.yaml", "--json", "-q"),
    "tune": ("tune", "open.yaml", "--trials", "6", "-q", "-o", "best.yaml", "-o", "best.json"),
}


def kills(root: Path, count: int, rng: random.Random, found: Found) -> None:
    """Kill `count` commands, each in a world of its own, and run each again to its end."""
    right: dict[str, Any] = {}
    took: dict[str, float] = {}
    for kind in dict.fromkeys(("run", *KINDS[:count])):
        if kind == "serve":
            continue
        world = write(root / f"whole-{kind}")
        words = _words(kind, world, root / "whole-run")
        started = time.monotonic()
        done = world.call(*words)
        took[kind] = time.monotonic() - started
        found.ended(f"{kind}, never killed", done)
        right[kind] = _values(kind, world, done)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        world = write(root / f"{number}-{kind}")
        if kind == "serve":
            _serve(world, root / "whole-run", rng, found)
        else:
            words = _words(kind, world, root / "whole-run")
            _command(kind, words, world, rng, took[kind], right[kind], found)
        found.counts["kills"] += 1
        found.counts[f"kills of {kind}"] += 1
        if number % 20 == 19:
            print(f"{number + 1} kills; {dict(found.counts)}", flush=True)
        shutil.rmtree(world.root, ignore_errors=True)


def _words(kind: str, world: World, whole: Path) -> tuple[str, ...]:
    """The command of a kind; an update is of the run in another world, which is copied into this one."""
    if kind != "update":
        return _WORDS[kind]
    for name in ("runs", "store"):
        shutil.copytree(whole / name, world.root / name, symlinks=True)
    (run,) = (world.root / "runs").iterdir()
    return ("update", f"runs/{run.name}", "--from", "today.csv", "--json", "-q")


def _command(
    kind: str,
    words: tuple[str, ...],
    world: World,
    rng: random.Random,
    took: float,
    right: Any,
    found: Found,
) -> None:
    number = rng.choice(_SIGNALS)
    after = rng.uniform(0.15, 1.0) * took
    what = f"{kind} after {number.name} at {after:.2f} s"
    process = world.start(*words)
    try:
        process.wait(after)
        found.counts["ended before the kill"] += 1
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    out, err = process.communicate()
    if number != signal.SIGKILL:  # before palate is imported, Python itself ends, in its own words
        asked = number == signal.SIGINT and "KeyboardInterrupt" in err and "palate/cli" not in err
        if not asked:
            found.ended(what, Done(process.returncode, out, err), (0, 130, 143, -number))
    again = world.call(*words) if kind != "fit" or not (world.root / "kept").exists() else Done(0, "", "")
    if found.ended(f"{what}, again", again):
        found.same(what, _values(kind, world, again), right)
    found.clean(what, *_places(world))


def _values(kind: str, world: World, done: Done) -> Any:
    """What a command is for, without what depends on the clock."""
    if done.code:
        return None
    if kind in ("run", "update"):
        return done.rows
    if kind == "fit":
        return world.call("recommend", "kept", "--user", "u01", "--json", "-q").out
    if kind == "compare":
        return _timeless(json.loads(done.out))
    # A trial that was stopped keeps its number, and the one that is tried again gets the next.
    return re.sub(r"in trial \d+", "in a trial", (world.root / "best.yaml").read_text())


def _timeless(value: Any) -> Any:
    """JSON without times, sizes and places."""
    if isinstance(value, dict):
        drop = ("seconds", "peak", "written", "folder", "created", "run", "memory")
        return {k: _timeless(v) for k, v in value.items() if not any(word in k for word in drop)}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def _places(world: World) -> list[Path]:
    return [world.root / name for name in ("store", "runs", "cache")] + [world.root]


def _serve(world: World, whole: Path, rng: random.Random, found: Found) -> None:
    """Kill a server while events are posted: what it acknowledged, the next one knows."""
    shutil.copytree(whole / "runs", world.root / "runs")
    (run,) = (world.root / "runs").iterdir()
    sent: list[str] = []
    process, address = _started(world, run)
    until = time.monotonic() + rng.uniform(0.05, 0.8)
    while time.monotonic() < until:
        item = str(rng.randrange(30))
        if _asked(address, "/v1/events", {"user": "new", "item": item}) is not None:
            sent.append(item)
    process.kill()
    process.communicate()
    again, address = _started(world, run)
    known = _asked(address, "/v1/users/new") if sent else {"events": []}
    kept = sorted(str(event["item"]) for event in (known or {}).get("events", []))
    if len(kept) < len(sent) or not set(sent) <= set(kept):
        found.fault("wrong_values", f"serve: {len(kept)} of {len(sent)} acknowledged events are left")
    again.terminate()
    out, err = again.communicate(timeout=60)
    found.ended("serve after SIGTERM", Done(again.returncode, out, err), (0,))
    found.clean("serve", *_places(world))


def _started(world: World, run: Path) -> tuple[subprocess.Popen[str], str]:
    process = world.start("serve", run, "--port", "0", "--events", "events.sqlite", "--rate", "0")
    said = ""
    for line in process.stderr or ():
        said += line
        if match := re.search(r"http://[\d.:]+", line):
            break
    else:
        raise SystemExit(f"palate serve does not start: {said}")
    address, until = match.group(0), time.monotonic() + 60
    while _asked(address, "/ready") is None and time.monotonic() < until:
        time.sleep(0.02)
    return process, address


def _asked(address: str, path: str, body: Any = None) -> Any:
    """The JSON of an answer, None where there is none."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"{}")
    except (OSError, ValueError):  # nobody answers, or with a refusal
        return None
