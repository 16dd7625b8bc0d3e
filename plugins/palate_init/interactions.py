"""Which columns of a file of interactions are the user, the item, the rating and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from palate.errors import DataError
from palate.tables import ROLES, Role, Table, matching
from palate.tables.profile import Profile
from palate.tables.table import ROW, reading
from palate_init.files import as_text

SAMPLE = 10_000
CORE = 5
_NO_IDS = ("", "index", "row", "rownumber", "unnamed0")
Keys = Mapping[str, set[str]]


@dataclass(frozen=True)
class Events:
    """What was found out about a file of interactions.

    `named` are the roles that the names of columns gave away; the others come from the values.
    `dense` says that most of it is left when people and items with fewer than five others go.
    """

    table: Table
    sample: pl.DataFrame
    roles: dict[Role, Profile]
    named: frozenset[Role]
    profiles: dict[str, Profile]
    rows: int = 0
    users: int = 0
    items: int = 0
    dense: bool = False

    @property
    def gaps(self) -> bool:
        """Whether rows lack what they must have."""
        needed = [self.roles[role] for role in ("user", "item", "time") if role in self.roles]
        return any(profile.filled < self.sample.height for profile in needed)

    @property
    def by_time(self) -> bool:
        """Whether times tell enough moments apart to cut at one."""
        return "time" in self.roles and self.roles["time"].distinct > 10

    @classmethod
    def of(cls, table: Table, keys: Keys) -> Events:
        """Look at the first rows, then count. `keys` are the columns that may identify items.

        Raises DataError where nothing can be the user or the item, with what was seen.
        """
        with reading(table.path):
            sample = table.scan(table.columns).head(SAMPLE).drop(ROW).collect()
        if sample.is_empty():
            raise DataError(f"{table.path} has no rows")
        profiles = {column.name: Profile.of(column) for column in sample}
        roles = _by_name(profiles)
        named = frozenset(roles)
        _by_values(roles, profiles, sample, keys)
        for role in ("user", "item"):
            if role not in roles:
                raise DataError(
                    f"nothing in {table.path} can be the {role}. It has "
                    f"{'; '.join(str(profile) for profile in profiles.values())}. "
                    "A file of interactions has one row for each thing that somebody did"
                )
        ordered = {role: roles[role] for role in ROLES if role in roles}
        return cls(table, sample, ordered, named, profiles, *_counts(table, roles))


def _suits(role: Role, profile: Profile) -> bool:
    if role in ("user", "item"):
        return profile.filled > 0 and profile.kind in ("whole", "text", "other")
    return profile.numeric if role == "rating" else profile.numeric or profile.moments


def _by_name(profiles: Mapping[str, Profile]) -> dict[Role, Profile]:
    roles: dict[Role, Profile] = {}
    for role, names in ROLES.items():
        taken = {profile.name for profile in roles.values()}
        free = [name for name, profile in profiles.items() if name not in taken and _suits(role, profile)]
        usual = matching(free, names)
        if usual is not None:
            roles[role] = profiles[usual]
    return roles


def _by_values(
    roles: dict[Role, Profile], profiles: Mapping[str, Profile], sample: pl.DataFrame, keys: Keys
) -> None:
    """Give the roles that no name gave away, the surest first."""

    def free() -> list[Profile]:
        taken = {profile.name for profile in roles.values()}
        return [p for p in profiles.values() if p.name not in taken and p.name.lower() not in _NO_IDS]

    missing = [role for role in ("user", "item") if role not in roles]
    if "time" not in roles:
        moments = [p for p in free() if p.moments and p.distinct > 1]
        moments.sort(key=lambda p: (p.kind != "time", -p.distinct))
        spare = len([p for p in free() if _suits("user", p)]) - len(missing)
        if moments and (moments[0].kind == "time" or spare > 0):
            roles["time"] = moments[0]
    if "rating" not in roles:
        scales = [p for p in free() if p.numeric and 2 <= p.distinct <= 21 and p.low >= -10 and p.high <= 100]
        spare = len([p for p in free() if _suits("user", p)]) - len(missing)
        scales = [p for p in scales if p.kind == "number" or spare > 0]
        if scales and missing:
            roles["rating"] = min(scales, key=lambda p: p.distinct)
    if "item" not in roles and keys:
        shared = {p.name: _shared(as_text(sample[p.name]), keys) for p in free() if _suits("item", p)}
        best = max(shared, key=lambda name: shared[name], default=None)
        if best is not None and shared[best] > 0:
            roles["item"] = profiles[best]
    for role in ("user", "item"):
        if role not in roles:
            able = [p for p in free() if _suits(role, p) and p.length <= 64]
            repeating = [p for p in able if p.distinct < p.filled]
            if repeating or able:
                roles[role] = (repeating or able)[0]


def _shared(values: set[str], keys: Keys) -> float:
    """The largest share of these values that one of the key columns has."""
    return max((len(values & key) / len(values) for key in keys.values()), default=0.0) if values else 0.0


def _counts(table: Table, roles: Mapping[Role, Profile]) -> tuple[int, int, int, bool]:
    """Rows, people, items; and whether at least half of the pairs have five of their kind."""
    names: dict[Literal["user", "item"], str] = {"user": roles["user"].name, "item": roles["item"].name}
    scan = table.scan(tuple(names.values()), cut_wide_rows=True)
    with reading(table.path):
        rows = int(scan.select(pl.len()).collect().item())
        pairs = scan.select(pl.col(column).alias(role) for role, column in names.items()).unique().collect()
    enough = [pl.len().over(role) >= CORE for role in names]
    left = int(pairs.select((enough[0] & enough[1]).sum()).item())
    return rows, pairs["user"].n_unique(), pairs["item"].n_unique(), left >= pairs.height / 2
