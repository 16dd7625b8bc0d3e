"""The files of a new plugin."""

from __future__ import annotations

from pathlib import Path

from palate import __version__
from palate.errors import ComponentError, PluginError, listed
from palate.paths import write_whole
from palate.registry import Registry, installed
from palate_scaffold import example
from palate_scaffold.names import Names, check

_HERE = Path(__file__).parent
_TORCH = '"torch>=2.4", "safetensors>=0.5"'
NEURAL = ("ranker",)


def write(
    kind: str, name: str, folder: Path, registry: Registry | None = None, neural: bool = False
) -> list[Path]:
    """Write a package with one component of this kind into a new folder, and return its files.

    A `neural` one learns by gradient, on `palate.training`.

    Raises ComponentError for a name that cannot be and a kind that has no neural example, PluginError for
    a name that is taken or a folder that has something in it.
    """
    if neural and kind not in NEURAL:
        raise ComponentError(f"there is no neural example of this kind: {kind}; there is of {listed(NEURAL)}")
    names = Names(kind, name)
    check(names, registry or installed())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PluginError(f"{folder} is there already; a plugin is written into a new folder")
    texts = files(names, neural)
    for place, text in texts.items():
        write_whole(folder / place, text.encode())
    return [folder / place for place in texts]


def files(names: Names, neural: bool = False) -> dict[str, str]:
    """The text of each file of the package, by its place."""
    template = f"neural_{names.kind}" if neural else names.kind
    component = (_HERE / "components" / f"{template}.py").read_text(encoding="utf-8")
    project = _text("pyproject.toml", names)
    if neural:
        project = project.replace("dependencies = [", f"dependencies = [{_TORCH}, ", 1)
    texts = {
        "pyproject.toml": project,
        "README.md": _text("README.md", names),
        ".gitignore": _text("gitignore", names),
        ".github/workflows/tests.yml": _text("tests.yml", names),
        f"{names.module}.py": component,
        f"tests/test_{names.module}.py": _text("test_every", names),
        "tests/test_by_hand.py": _text(f"test_{template}", names),
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
