"""Which column of a file is the user, the item, the rating and the time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from palate.errors import DataError, closest, listed
from palate.tables import ROLES, Role, Table, matching
from palate.tables.names import CARRIED, Carried

MANY = 12


def roles(table: Table, chosen: Mapping[Role | Carried, str | int | None]) -> dict[Role, str]:
    """The column of each role the table has; `chosen` ones first, then by their usual names.

    A number is the place of a column, from 1. Raises DataError where a chosen column is not there,
    or nothing is the user or the item.
    """
    found: dict[Role, str] = {}
    problems = []
    for role in ROLES:
        column = chosen.get(role)
        try:
            if column is not None:
                found[role] = require(table, column, f"columns.{role}")
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError("; ".join(problems))
    if "user" in found and found["user"] == found.get("item"):
        raise DataError(f"`columns`: {found['user']!r} of {table} is the user and the item at once")
    for role, names in ROLES.items():
        free = [column for column in table.columns if column not in found.values()]
        usual = matching(free, names)
        if role not in chosen and usual is not None:
            found[role] = usual
    for role in ("user", "item"):
        if role not in found:
            raise DataError(
                f"no column of {table} is called as {role}s usually are; it has "
                f"{listed(table.columns, MANY)}: say which with `columns: {{{role}: ...}}`{_hint(table)}"
            )
    return {role: found[role] for role in ROLES if role in found}


def carried(
    table: Table, chosen: Mapping[Role | Carried, str | int | None], roles: Mapping[Role, str]
) -> dict[Carried, str]:
    """The columns that go along for a feedback, the type and the label of each event, if there are any.

    Raises DataError where a chosen column is not there.
    """
    found: dict[Carried, str] = {}
    for name, usual in CARRIED.items():
        column = chosen.get(name)
        taken = {*roles.values(), *found.values()}
        free = [other for other in table.columns if other not in taken]
        match = matching(free, usual) if name not in chosen else None
        if column is not None:
            found[name] = require(table, column, f"columns.{name}")
        elif match is not None:
            found[name] = match
    return found


def require(table: Table, column: str | int, option: str) -> str:
    """The name of a column, by name or place. Raises DataError where the table has no such column."""
    if isinstance(column, int) and str(column) not in table.columns:
        if not 1 <= column <= len(table.columns):
            raise DataError(f"`{option}`: {table} has {len(table.columns)} columns, and no column {column}")
        return table.columns[column - 1]
    if str(column) not in table.columns:
        raise DataError(
            f"`{option}`: {table} has no column {column!r}.{closest(str(column), table.columns)} "
            f"It has {listed(table.columns, MANY)}{_hint(table)}"
        )
    return str(column)


def _hint(table: Table) -> str:
    """What may be wrong where no column is called as expected."""
    if len(table.columns) == 1:
        return (
            ". It was read as one column; say what parts the columns with `separator`, or how many lines are "
            "before the table with `skip_lines`"
        )
    if table.header and table.format == "delimited" and any(_is_data(name) for name in table.columns):
        return (
            ". Its first line looks like data: say `header: false`, and which column is which by place, "
            "such as `columns: {user: 1, item: 2}`"
        )
    return ""


def _is_data(name: str) -> bool:
    return bool(re.fullmatch(r"-?\d[\d.,:]*(_duplicated_\d+)?", name))
