"""A small shop with enough people to tell pipelines apart, and a browser to read reports with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from palate import compare


@pytest.fixture(scope="session")
def market(tmp_path_factory):
    """120 people, 60 things of two tastes; people have an age, things a kind and a price."""
    folder = tmp_path_factory.mktemp("market")
    rng = np.random.default_rng(5)
    lines = ["user_id,item_id,timestamp"]
    for person in range(120):
        taste = np.arange(person % 2, 60, 2)
        for day, thing in enumerate(rng.permutation(taste)[: rng.integers(3, 20)]):
            lines.append(f"p{person:03},{thing},{86400 * (10 * day + person)}")
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    kinds = ("sweet fruit", "loud tool")
    things = [f"{n},<thing> {n},{kinds[n % 2]},{n * 1.5}" for n in range(60)]
    (folder / "things.csv").write_text("item_id,title,kind,price\n" + "\n".join(things) + "\n")
    people = [f"p{n:03},{('young', 'old')[n % 3 == 0]}" for n in range(120)]
    (folder / "people.csv").write_text("user_id,age\n" + "\n".join(people) + "\n")
    return folder


@pytest.fixture(scope="session")
def single(market):
    """One branch of EASE."""
    files = {"interactions": "events.csv", "items": "things.csv", "users": "people.csv"}
    source = {"use": "files"} | {what: str(market / file) for what, file in files.items()}
    return {
        "recipe": 1,
        "name": "single",
        "seed": 3,
        "data": {"source": source, "split": {"use": "temporal", "test": 0.2, "validation": 0.2}},
        "branches": {"linear": {"rank": {"use": "ease", "l2": 5.0}}},
        "top": 10,
        "evaluate": ["ndcg@5", "recall@5", "coverage@5"],
    }


@pytest.fixture(scope="session")
def fused(single):
    """EASE and neighbours, equally weighted."""
    branches = single["branches"] | {"near": {"rank": "item-knn"}}
    return single | {"name": "fused", "branches": branches, "fuse": {"use": "weighted", "weights": "equal"}}


@pytest.fixture(scope="session")
def chance(single):
    """Recommendations at random."""
    return single | {"name": "chance", "branches": {"any": {"rank": "random"}}}


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    """One store and one folder of runs for all comparisons of these tests."""
    folder = tmp_path_factory.mktemp("comparisons")
    return {"folder": folder / "runs", "store": folder / "store"}


@pytest.fixture(scope="session")
def found(single, fused, chance, places):
    """The three compared."""
    return compare(fused, single, chance, **places)


class Browser:
    """A headless Chromium spoken to through a pipe; `events` is all it says, network and console."""

    def __init__(self, program: str, folder: Path) -> None:
        (read, self.to), (self.back, write) = os.pipe(), os.pipe()
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}",
        ]
        line = f'exec "$0" "$@" 3<&{read} 4>&{write}'
        self.process = subprocess.Popen(
            ["bash", "-c", line, program, *options, "about:blank"], pass_fds=(read, write),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read)
        os.close(write)
        self.events, self.rest, self.count, self.session = [], b"", 0, None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Runtime", "Log", "Page"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        return self.until(lambda said: said.get("id") == self.count)["result"]

    def until(self, wanted):
        while True:
            while b"\0" not in self.rest:
                part = os.read(self.back, 1 << 16)
                if not part:
                    raise EOFError("the browser has gone")
                self.rest += part
            line, self.rest = self.rest.split(b"\0", 1)
            said = json.loads(line)
            self.events.append(said)
            if wanted(said):
                return said

    def open(self, path):
        """Show a page and return what happened meanwhile."""
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        if not any(said.get("method") == "Page.loadEventFired" for said in self.events):
            self.until(lambda said: said.get("method") == "Page.loadEventFired")
        return list(self.events)

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def close(self):
        os.close(self.to)
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def browser(tmp_path):
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium on this machine to open the report with")
    opened = Browser(program, tmp_path / "profile")
    yield opened
    opened.close()
