"""Whether a service is right: equal to the pipeline, events that count at once, nothing lost or dropped."""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from serve_load import load, request
from serve_process import CLIENT_CORE, PALATE, SERVER_CORE, Server, ask, pin
from serve_runs import K, histories

from palate.pipeline import Pipeline

PLACE = "/v1/recommendations"


def equal(run: Path, folder: Path, many: int, printed: int = 5) -> dict[str, int]:
    """How many of so many random requests are answered with what `Pipeline.rank` gives, to the last digit.

    The first `printed` are also compared with what `palate recommend --json` prints.
    """
    pipeline, rng, same = Pipeline.load(run), random.Random(11), 0
    asks = [_random(pipeline, rng) for _ in range(many)]
    for asked in [each for each in asks if "where" not in each][:printed]:
        if _printed(run, asked) != _ranked(pipeline, asked):
            raise SystemExit(f"`palate recommend` and `Pipeline.rank` differ for {asked}")
    with Server(run, folder / "equal.sqlite") as server:
        connection, at = server.connection(), 0
        while at < many:
            some = asks[at : at + (rng.randint(2, 20) if rng.random() < 0.3 else 1)]
            if len(some) > 1:
                _, found = ask(connection, "POST", PLACE + "/batch", {"requests": some})
                answers = found["answers"]
            else:
                answers = [ask(connection, "POST", PLACE, some[0])[1]]
            for asked, answer in zip(some, answers, strict=True):
                right = _ranked(pipeline, asked)
                given = [(item["item"], item["score"]) for item in answer.get("items", [])]
                same += given == right
            at += len(some)
    return {"equal": same, "equal_of": many}


def _random(pipeline: Pipeline, rng: random.Random) -> dict[str, Any]:
    n_items, n_users = len(pipeline.items), pipeline.users.height
    asked: dict[str, Any] = {"k": rng.choice([1, 5, 10, 20, 50])}
    kind = rng.random()
    if kind < 0.45:
        asked["user"] = rng.choice([int, str])(rng.randrange(n_users))
    else:
        length = 0 if kind > 0.97 else rng.randint(1, 50)
        some = [rng.randrange(n_items) for _ in range(length)]
        asked["history"] = [rng.choice([at, str(at)]) for at in some]
    if rng.random() < 0.2:
        asked["include_seen"] = True
    filtered = rng.random()
    if filtered < 0.15:
        asked["only"] = rng.sample(range(n_items), rng.randint(1, 100))
    elif filtered < 0.3:
        asked["exclude"] = rng.sample(range(n_items), rng.randint(1, 100))
    elif filtered < 0.45:
        low = rng.randint(1950, 2010)
        asked["where"] = {"genres": [f"kind{rng.randrange(8)}"], "year": {"min": low, "max": low + 20}}
    return asked


def _ranked(pipeline: Pipeline, asked: dict[str, Any]) -> list[tuple[Any, float]]:
    """What the path of batches gives."""
    query = pipeline.lookup.query(asked.get("user"), asked.get("history"))
    only = asked.get("only")
    if "where" in asked:
        (kind,), years = asked["where"]["genres"], asked["where"]["year"]
        frame = pipeline.items.frame
        hit = frame["genres"].eq(kind) & frame["year"].is_between(years["min"], years["max"])
        only = frame["id"].filter(hit).to_list()
    ranking = pipeline.rank(
        query,
        asked["k"],
        include_seen=asked.get("include_seen", False),
        only=only,
        exclude=asked.get("exclude"),
    )
    rows = [row for row in ranking.items[0].tolist() if row >= 0]
    ids = pipeline.items.ids
    return [(ids[row], score) for row, score in zip(rows, ranking.scores[0].tolist(), strict=False)]


def _printed(run: Path, asked: dict[str, Any]) -> list[tuple[Any, float]]:
    command = [PALATE, "recommend", str(run), "--json", "-q", "-k", str(asked["k"])]
    if "user" in asked:
        command += ["--user", str(asked["user"])]
    elif asked["history"]:
        command += ["--history", *map(str, asked["history"])]
    else:
        command += ["--new-user"]
    command += ["--include-seen"] if asked.get("include_seen") else []
    for name in ("only", "exclude"):
        for item in asked.get(name, []):
            command += [f"--{name}", str(item)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    rows = found if isinstance(found, list) else found["items"]
    return [(row["item"], row["score"]) for row in rows]


def visible(run: Path, folder: Path, many: int, threads: int = 8) -> dict[str, int]:
    """How many of so many events count in the very next answer, asked of another worker than acknowledged it.

    Half of the users are new. Theirs must be the answer for a history of all their items; an item that
    another user has an event with must have been recommended before and not be after.
    """
    pipeline, seen, apart = Pipeline.load(run), [0] * threads, [0] * threads
    with Server(run, folder / "events.sqlite", workers=2, core=None) as server:

        def work(number: int) -> None:
            rng = random.Random(number)
            writing, reading = _two_workers(server)
            apart[number] = writing is not reading
            mine: dict[str, list[int]] = {}
            for _ in range(many // threads):
                fresh = rng.random() < 0.5
                user = f"new-{number}-{rng.randrange(200)}" if fresh else str(
                    rng.randrange(number, pipeline.users.height, threads))  # fmt: skip
                before = ask(reading, "POST", PLACE, {"user": user, "k": K})[1]
                item = rng.choice(before["items"])["item"]
                status, _ = ask(writing, "POST", "/v1/events", {"user": user, "item": item})
                after = ask(reading, "POST", PLACE, {"user": user, "k": K})[1]
                given = [(each["item"], each["score"]) for each in after["items"]]
                right = status == 200 and item not in [each for each, _ in given]
                if fresh:
                    mine.setdefault(user, []).append(item)
                    right = right and given == _ranked(pipeline, {"history": mine[user], "k": K})
                else:
                    right = right and given != [(each["item"], each["score"]) for each in before["items"]]
                seen[number] += right

        _together(work, threads)
    return {"visible": sum(seen), "visible_of": many // threads * threads, "over_two_workers": sum(apart)}


def _two_workers(server: Server) -> tuple[http.client.HTTPConnection, http.client.HTTPConnection]:
    """Connections to two different workers, or to one where no other takes any within 200 tries."""
    first = server.connection()
    own, others = server.worker_of(first), []
    for _ in range(200):
        others.append(server.connection())
        ask(others[-1], "GET", "/health")
        if server.worker_of(others[-1]) != own:
            break
    for each in others[:-1]:
        each.close()
    return first, others[-1]


def lost(run: Path, folder: Path, kills: int) -> dict[str, int]:
    """How many acknowledged events are gone after so many `kill -9`, and how many are there twice.

    What was not acknowledged is sent again with its key, as a client would.
    """
    events, rng = folder / "kills.sqlite", random.Random(5)
    kept: dict[str, int] = {}
    again: list[tuple[str, int, str]] = []
    lock = threading.Lock()
    for number in range(kills):
        server = Server(run, events, core=None)

        def work(thread: int, server: Server = server, number: int = number) -> None:
            connection = server.connection()
            posts = _posts(number, thread, again, lock)
            for user, item, key in posts:
                try:
                    body = {"user": user, "item": item}
                    status, _ = ask(connection, "POST", "/v1/events", body, Idempotency_Key=key)
                except (OSError, http.client.HTTPException):
                    status = 0
                with lock:
                    if status == 200:
                        kept[user] = item
                    else:
                        again.append((user, item, key))
                if status != 200:
                    return

        writers = [threading.Thread(target=work, args=(each,)) for each in range(4)]
        for each in writers:
            each.start()
        time.sleep(rng.uniform(0.05, 0.6))
        server.kill()
        for each in writers:
            each.join()
    missing = twice = 0
    with Server(run, events, core=None) as server:
        connection = server.connection()
        for user, item in kept.items():
            status, found = ask(connection, "GET", f"/v1/users/{user}")
            theirs = [each["item"] for each in found.get("events", [])] if status == 200 else []
            missing += item not in theirs
            twice += theirs.count(item) > 1
    return {"lost": missing, "lost_of": len(kept), "twice": twice, "kills": kills}


def _posts(
    number: int, thread: int, again: list[tuple[str, int, str]], lock: threading.Lock
) -> Iterator[tuple[str, int, str]]:
    """First what failed before, then new ones: each of a user of its own."""
    while True:
        with lock:
            if not again:
                break
            post = again.pop()
        yield post
    for at in range(100_000):
        yield f"k{number}-{thread}-{at}", at % 200, uuid.uuid4().hex


def swaps(run: Path, beside: Path, folder: Path, many: int, rate: float = 300.0) -> dict[str, Any]:
    """How many requests fail while the run is swapped so often, or are answered from a wrong run."""
    pin(CLIENT_CORE)
    bodies = [request(PLACE, {"history": each, "k": K}) for each in histories(200, 200, 3)]
    failures, wrong, done = 0, 0, 0
    names = (run.name, beside.name)
    with Server(run, folder / "swaps.sqlite", core=SERVER_CORE) as server:
        stop = threading.Event()

        def swapping() -> None:
            nonlocal failures, wrong, done
            connection = server.connection()
            while done < many:
                time.sleep(0.2)
                name = names[(done + 1) % 2]
                status, _ = ask(connection, "POST", "/v1/admin/run", {"run": name})
                _, found = ask(connection, "POST", PLACE, {"k": 1})
                failures += status != 200
                wrong += found.get("run") != name
                done += 1
            stop.set()

        other = threading.Thread(target=swapping)
        other.start()
        answered, latencies = 0, []
        while not stop.is_set():
            outcome = load(server.port, bodies, 1.0, rate, keep=True)
            failures += sum(outcome.failed.values())
            wrong += sum(json.loads(body)["run"] not in names for body in outcome.bodies)
            answered += len(outcome.latencies)
            latencies += outcome.latencies
        other.join()
    slowest = round(max(latencies, default=0.0), 1)
    return {
        "swap_failures": failures + wrong, "swaps": done, "under_load": answered, "swap_slowest_ms": slowest,
    }  # fmt: skip


def _together(work: Any, threads: int) -> None:
    errors: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    running = [threading.Thread(target=guarded, args=(number,)) for number in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    if errors:
        raise errors[0]
