"""Which column of a file is the user, the item, the rating and the time."""

from __future__ import annotations

from collections.abc import Mapping

from palate.errors import DataError, closest, listed
from palate.tables import ROLES, Role, Table, matching


def roles(table: Table, chosen: Mapping[Role, str | None]) -> dict[Role, str]:
    """The column of each role the table has; `chosen` ones first, then by their usual names.

    Raises DataError where a chosen column is not there, or nothing is the user or the item.
    """
    found: dict[Role, str] = {}
    for role, column in chosen.items():
        if column is not None:
            require(table, column, f"columns.{role}")
            found[role] = column
    for role, names in ROLES.items():
        free = [column for column in table.columns if column not in found.values()]
        usual = matching(free, names)
        if role not in chosen and usual is not None:
            found[role] = usual
    for role in ("user", "item"):
        if role not in found:
            raise DataError(
                f"no column of {table.path} is called as {role}s usually are; it has "
                f"{listed(table.columns, 12)}: say which with `columns: {{{role}: ...}}`"
            )
    return {role: found[role] for role in ROLES if role in found}


def require(table: Table, column: str, option: str) -> None:
    """Raises DataError where the table has no such column."""
    if column not in table.columns:
        raise DataError(
            f"`{option}`: {table.path} has no column {column!r}.{closest(column, table.columns)} "
            f"It has {listed(table.columns, 12)}"
        )
