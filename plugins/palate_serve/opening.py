"""Opening a run to serve it, or saying in a sentence why that cannot be done."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

from palate.checksums import CHECKSUMS, check
from palate.errors import PalateError, StoreError
from palate.holding import Hold
from palate.pipeline import Pipeline
from palate_serve.served_run import ServedRun
from palate_serve.warming import recalls, warm

_KEPT = ("lineage.json", "results.json")


def open_run(run: Any) -> ServedRun:
    """A run that can be served: of a folder, a `Run` or a `Pipeline`; one that is opened already as it is.

    Raises PalateError where the folder holds none, or was made by other versions of plugins or libraries
    than are installed.
    """
    if isinstance(run, ServedRun):
        return run
    if isinstance(run, Pipeline):
        return _warmed(ServedRun("pipeline", run))
    folder = Path(getattr(run, "folder", run))
    real = folder.resolve()
    lineage, results = (_kept(real / name) for name in _KEPT)
    check_versions(folder, lineage)
    held = Hold(real)
    found = ServedRun(real.name, Pipeline.load(real), real, _recipe(real), _metrics(results), held=held)
    return _warmed(found)


def _warmed(run: ServedRun) -> ServedRun:
    warm(run.pipeline)
    run.checked = recalls(run.pipeline)
    return run


def check_versions(folder: Path, lineage: dict[str, Any]) -> None:
    """Raises StoreError that names each plugin and palate whose version a run does not fit."""
    wrong = []
    for component, made_by in lineage.get("plugins", {}).items():
        name, _, version = made_by.rpartition(" ")
        found = _version(name)
        if found is None:
            wrong.append(f"{component} is of {name} {version}, which is not installed")
        elif _series(found) != _series(version):
            wrong.append(f"{component} was made by {name} {version}, and {name} is {found}")
    if wrong:
        raise StoreError(
            f"{folder} does not fit what is installed: {'; '.join(dict.fromkeys(wrong))}; install that, or "
            "run the recipe again"
        )


def _series(version: str) -> tuple[str, ...]:
    """The part of a version within which what was saved can be read: 1 of 1.4.2, and 0.3 of 0.3.1."""
    parts = tuple(version.split("."))
    return parts[:2] if parts[0] == "0" else parts[:1]


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _kept(path: Path) -> dict[str, Any]:
    """The JSON in a file of the run; nothing where there is none, as beside a pipeline of `palate fit`."""
    if not _there(path):
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from None
    return found if isinstance(found, dict) else {}


def _there(path: Path) -> bool:
    """Whether the file is there. Raises StoreError where it is not as it was written."""
    if path.is_file() and (path.parent / CHECKSUMS).is_file():
        check(path.parent, path.name)
    return path.is_file()


def _recipe(folder: Path) -> dict[str, Any] | None:
    from palate.recipe.yaml import parse

    path = folder / "recipe.yaml"
    if not _there(path):
        return None
    try:
        found: dict[str, Any] = parse(path.read_text(encoding="utf-8"), str(path)).plain()
    except (OSError, UnicodeDecodeError, PalateError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from None
    return found


def _metrics(results: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of each row of the run, by metric."""
    return [
        {"name": row["name"], "metrics": {label: value["value"] for label, value in row["metrics"].items()}}
        for row in results.get("rows", [])
    ]
