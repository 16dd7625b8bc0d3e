"""Folders that a source recognises: the public data sets, and layouts of third parties."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.errors import DataError, closest, listed
from palate.registry import Registry, installed


@dataclass(frozen=True)
class Recognised:
    """A source with the options with which it reads a folder, and what it suggests beside them."""

    path: Path
    source: str
    options: dict[str, Any]
    suggested: dict[str, Any]
    instance: Any

    @property
    def package(self) -> str:
        """The package of the source, whose logger reports what it found."""
        return type(self.instance).__module__.partition(".")[0]

    @classmethod
    def of(cls, path: Path, name: str | None = None, registry: Registry | None = None) -> Recognised:
        """The one source that recognises the folder, or the one that is named.

        Raises DataError where none does, or several do, with what to say then.
        """
        registry = registry or installed()
        asked = _able(registry)
        if name is not None and name not in asked:
            raise DataError(
                f"there is no source {name!r} that recognises folders.{closest(name, asked)} There are "
                f"{listed(asked, 20)}"
            )
        found = {
            each: options
            for each in ([name] if name is not None else asked)
            if (options := _options(registry, each, path)) is not None
        }
        if not found:
            who = f"the source {name!r} does not recognise" if name is not None else "no source recognises"
            raise DataError(
                f"{who} the folder {path} by its files; name the file of interactions in it, such as "
                f"`palate init {path}/FILE`. Layouts that are known: {', '.join(asked)} (docs/datasets.md)"
            )
        if len(found) > 1:
            raise DataError(
                f"{path} looks like data of the sources {listed(found)}: say which with --source NAME"
            )
        ((source, options),) = found.items()
        instance = registry.find("source", source).make(options)
        suggests = getattr(instance, "suggests", None)
        return cls(path, source, options, dict(suggests()) if suggests is not None else {}, instance)


def _able(registry: Registry) -> list[str]:
    """The sources that have `recognises`."""
    return [
        name for name in registry.names("source") if hasattr(registry.find("source", name).cls, "recognises")
    ]


def _options(registry: Registry, name: str, path: Path) -> dict[str, Any] | None:
    """What a source says of a folder; one that fails to look at it does not recognise it."""
    try:
        found = registry.find("source", name).cls.recognises(path)  # type: ignore[attr-defined]
    except (DataError, OSError, ValueError):
        return None
    return None if found is None else dict(found)
