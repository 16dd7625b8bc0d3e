"""The wheel as it would be published, and environments into which it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from palate.testing import put_distribution

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Environment:
    """A virtual environment with palate from its wheel."""

    folder: Path

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)

    def call(
        self, name: str, *words: str | Path, cwd: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """One of its programs, with nothing of the environment in which the tests run."""
        own = {"PALATE_CACHE": str(self.folder / "cache"), "PALATE_STORE": str(self.folder / "store")}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PALATE", "PYTHON"))}
        return subprocess.run(
            [self.program(name), *map(str, words)],
            cwd=cwd or self.folder, env=kept | own | variables, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def install(self, *what: str | Path) -> None:
        self._pip("install", "--no-compile", *what)

    def uninstall(self, *names: str) -> None:
        self._pip("uninstall", "--yes", *names)

    def _pip(self, command: str, *words: str | Path) -> None:
        """By the pip that runs the tests, so that the environment needs none of its own."""
        pip = [sys.executable, "-m", "pip", "--python", self.program("python"), command, "--quiet"]
        done = subprocess.run([*pip, *map(str, words)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def put(
        self, plugins: Mapping[str, str], version: str = "1.0", requires: str = "palate"
    ) -> Iterator[Path]:
        """Distributions of one module each, as pip would leave them, for as long as the block lasts.

        `plugins` are the sources by name; the distribution of `x` is `palate-x`.
        """
        site = next((self.folder / "lib").glob("python*/site-packages"))
        written: list[Path] = []
        for name, source in plugins.items():
            written += put_distribution(site, f"palate-{name}", source, version, [requires], plugin=name)
        try:
            yield site
        finally:
            for path in written:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def build(self, projects: Sequence[Path], into: Path) -> list[Path]:
        """The wheel of each project, as a build front end asks its backend for it."""
        code = (
            "import os, sys, hatchling.build\n"
            "for project in sys.argv[2:]:\n"
            "    os.chdir(project)\n"
            "    hatchling.build.build_wheel(sys.argv[1])"
        )
        done = self.call("python", "-c", code, into, *projects)
        assert done.returncode == 0, done.stderr
        return sorted(into.glob("*.whl"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A new one with palate's wheel, pytest and what builds wheels, shared by those who tidy up."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    made = Environment(folder)
    made.install(wheel, "pytest", "hatchling", "setuptools")
    return made
