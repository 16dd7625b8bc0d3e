"""Which trackers are switched on: NAME or NAME:WHERE, in the environment variable PALATE_TRACK."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from palate.errors import PluginError, closest

VARIABLE = "PALATE_TRACK"


@dataclass(frozen=True)
class Destination:
    """A tracker by the name of its plugin, and where it keeps its books; empty for its own usual place."""

    name: str
    where: str = ""

    @classmethod
    def of(cls, text: str) -> Destination:
        name, _, where = text.strip().partition(":")
        return cls(name, where)


def requested() -> tuple[Destination, ...]:
    """The trackers of PALATE_TRACK, each once: parted by commas, or by lines where there are several."""
    text = os.environ.get(VARIABLE, "")
    parts = text.split("\n") if "\n" in text else text.split(",")
    return tuple(dict.fromkeys(Destination.of(part) for part in parts if part.strip()))


@contextmanager
def track(*specs: str) -> Iterator[None]:
    """Within the block these trackers are switched on too, such as `jsonl:runs.jsonl` or `mlflow`.

    When it ends, what is still on its way is waited for, as long as PALATE_TRACK_TIMEOUT says. Raises
    PluginError where one of them, or of those in PALATE_TRACK, is not installed.
    """
    from palate.registry import installed
    from palate.tracking.background import drain

    if not specs and not requested():
        yield
        return
    check((*requested(), *map(Destination.of, specs)), installed().trackers)
    before = os.environ.get(VARIABLE)
    known = [f"{each.name}:{each.where}" if each.where else each.name for each in requested()]
    os.environ[VARIABLE] = "\n".join([*known, *specs, ""])
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = before
        drain()


def check(wanted: Iterable[Destination], trackers: Mapping[str, str]) -> None:
    """Raises PluginError where one is none of the `trackers` there are (by name, what WHERE is)."""
    problems = [
        f"{each.name!r} is no tracker.{closest(each.name, trackers)}"
        for each in wanted
        if each.name not in trackers
    ]
    if problems:
        known = ", ".join(f"{name}[:{where}]" for name, where in trackers.items()) or "none"
        raise PluginError(f"{' '.join(problems)} Installed: {known}")
