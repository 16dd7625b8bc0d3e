"""What is to come to a run: read from files, from the log of a service, or from the run's own source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from palate.data import Dataset
from palate.errors import DataError, StoreError
from palate.registry import Registry
from palate_update.tables import Tables

_OF_ITS_OWN = ("interactions", "items", "users", "test", "validation", "folder")


@dataclass(frozen=True)
class Coming:
    """Files of events, items and users, and the event logs of services, that are to come to a run."""

    events: tuple[Path, ...] = ()
    items: Path | None = None
    users: Path | None = None
    logs: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.items or self.users or self.logs)

    def missing(self) -> list[str]:
        """The files that are not there."""
        named = [*self.events, *self.logs, *(path for path in (self.items, self.users) if path)]
        return [f"{path}: there is no such file" for path in named if not path.is_file()]

    def tables(self, base: Tables, options: Mapping[str, Any], registry: Registry) -> Tables:
        """All of it in the columns and types of `base`.

        Files are read as the source `files` reads them, with `options` such as `columns`. Raises DataError
        with all that does not fit.
        """
        found, problems = [], []
        for path in self.events:
            try:
                found.append(self._file(path, options, registry).fitting(base, str(path)))
            except DataError as error:
                problems.append(_named(error, path))
        for path in self.logs:
            try:
                found.append(_log(path, base).fitting(base, str(path)))
            except (DataError, StoreError) as error:
                problems.append(str(error))
        for name, table in (("items", self.items), ("users", self.users)):
            if table is not None:
                try:
                    found.append(_about(name, table, base, options).fitting(base, str(table)))
                except DataError as error:
                    problems.append(_named(error, table))
        if problems:
            raise DataError("\n".join(problems))
        together = found[0]
        for each in found[1:]:
            together = _joined(together, each)
        return together

    def _file(self, path: Path, options: Mapping[str, Any], registry: Registry) -> Tables:
        """The events of a file; nothing is said of their items and users."""
        source = registry.find("source", "files").make({**options, "interactions": str(path.absolute())})
        dataset: Dataset = source.load()
        whole = Tables.of(dataset)
        return Tables(whole.interactions, whole.items.select("id").clear(), whole.users.select("id").clear())


def _about(name: str, path: Path, base: Tables, options: Mapping[str, Any]) -> Tables:
    """The items or users of a file, and no events."""
    from palate.reading.attributes import attributes, first_of_each, split_lists
    from palate.tables import open_table

    of: Literal["item", "user"] = "item" if name == "items" else "user"
    columns = options.get(f"{of}_columns", {})
    table = first_of_each(
        attributes([open_table(path)], of, columns, options.get("decimal"), options.get("thousands")),
        of,
        options.get("repeated") == "first",
    )
    lists = {column: sign for column, sign in options.get("lists", {}).items() if column in table.columns}
    table = split_lists(lists, table, None)[0] if lists else table
    empty = {"items": base.items.select("id").clear(), "users": base.users.select("id").clear()}
    return Tables(base.interactions.clear(), **(empty | {name: table}))


def reading_options(source: Any) -> dict[str, Any]:
    """How the run's source reads files, as far as it does: what new files are read with."""
    from dataclasses import fields

    if getattr(source, "name", "") != "files":
        return {}
    return {item.name: getattr(source, item.name) for item in fields(source) if item.name not in _OF_ITS_OWN}


def _log(path: Path, base: Tables) -> Tables:
    """The events that a service kept, those columns that the run has."""
    import palate

    kept: pl.DataFrame = palate.serve.kept_events(path)
    if kept.is_empty():
        raise DataError(f"{path}: no events are kept in it")
    kept = kept.select(name for name in kept.columns if name in base.interactions.columns)
    return Tables(kept, base.items.select("id").clear(), base.users.select("id").clear())


def _joined(one: Tables, other: Tables) -> Tables:
    return Tables(
        pl.concat([one.interactions, other.interactions], how="vertical"),
        *(
            pl.concat([getattr(one, name), getattr(other, name)], how="diagonal_relaxed").unique(
                "id", keep="last", maintain_order=True
            )
            for name in ("items", "users")
        ),
    )


def _named(error: DataError, path: Path) -> str:
    return str(error) if str(path) in str(error) else f"{path}: {error}"
