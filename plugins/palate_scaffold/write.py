"""The files of a new plugin."""

from __future__ import annotations

from pathlib import Path

from palate import __version__
from palate.errors import PluginError
from palate.paths import write_whole
from palate.registry import Registry, installed
from palate_scaffold import example
from palate_scaffold.names import Names, check

_HERE = Path(__file__).parent


def write(kind: str, name: str, folder: Path, registry: Registry | None = None) -> list[Path]:
    """Write a package with one component of this kind into a new folder, and return its files.

    Raises ComponentError for a name that cannot be, PluginError for one that is taken or a folder
    that has something in it.
    """
    names = Names(kind, name)
    check(names, registry or installed())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PluginError(f"{folder} is there already; a plugin is written into a new folder")
    texts = files(names)
    for place, text in texts.items():
        write_whole(folder / place, text.encode())
    return [folder / place for place in texts]


def files(names: Names) -> dict[str, str]:
    """The text of each file of the package, by its place."""
    component = (_HERE / "components" / f"{names.kind}.py").read_text(encoding="utf-8")
    texts = {
        "pyproject.toml": _text("pyproject.toml", names),
        "README.md": _text("README.md", names),
        ".gitignore": _text("gitignore", names),
        ".github/workflows/tests.yml": _text("tests.yml", names),
        f"{names.module}.py": component,
        f"tests/test_{names.module}.py": _text("test_every", names),
        "tests/test_by_hand.py": _text(f"test_{names.kind}", names),
    }
    cls = names.cls("\n".join(texts.values()))
    return {place: names.put(text, cls) for place, text in texts.items()} | {
        "example/recipe.yaml": example.recipe(names),
        "example/events.csv": example.events(),
        "example/items.csv": example.items(),
    }


def _text(file: str, names: Names) -> str:
    """One of the texts that all kinds share, with what differs between kinds put in."""
    engine = names.kind == "engine"
    said = {
        "KIND": names.kind,
        "PALATE": __version__,
        "USE": example.use(names),
        "RUN": "palate run example/recipe.yaml" + (f" --engine {names.name}" if engine else ""),
        "ENGINE": f', engine="{names.name}"' if engine else "",
    }
    text = (_HERE / "files" / f"{file}.txt").read_text(encoding="utf-8")
    for stands_for, words in said.items():
        text = text.replace(stands_for, words)
    return text
