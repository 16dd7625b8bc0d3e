"""What was found out about a file of interactions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from palate.errors import DataError
from palate.tables import ROLES, Role, Table
from palate.tables.profile import Profile
from palate_init.baskets import separator_of
from palate_init.counting import Counts
from palate_init.feedback import Feedback, feedback_of, looks_counted, numbers_of
from palate_init.files import reopened, sample_of
from palate_init.roles import Keys, roles_of

MATRIX = 10
NAMELESS = re.compile(r"(_duplicated_\d+)?")
"""What an empty column without a name is called."""
_UNRATED = -1


@dataclass(frozen=True)
class Events:
    """A file of interactions: which column is what, and how much there is.

    `named` are the roles that the names of columns gave away; the others come from the values.
    `item_list` is what stands between several items of one row, `part` the column of a split that came
    with the data. `unused` says for each other column
    why nothing is made of it.
    """

    table: Table
    sample: pl.DataFrame
    roles: dict[Role, Profile]
    named: frozenset[Role]
    profiles: dict[str, Profile]
    counts: Counts
    feedback: Feedback | None = None
    item_list: str | None = None
    unused: Mapping[str, str] | None = None
    part: str = ""

    @property
    def rows(self) -> int:
        return self.counts.rows

    @property
    def users(self) -> int:
        return self.counts.users

    @property
    def items(self) -> int:
        return self.counts.items

    @property
    def by_time(self) -> bool:
        """Whether times tell enough moments apart to cut at one."""
        return "time" in self.roles and self.roles["time"].distinct > 10

    @property
    def dated(self) -> bool:
        """Whether its times are moments, and not places in an order."""
        return "time" in self.roles and self.roles["time"].moments

    @property
    def own_order(self) -> bool:
        """Whether its times are places in the order of each user's own events, which part no others."""
        return "time" in self.roles and not self.dated and "time" not in self.named

    @classmethod
    def of(cls, table: Table, keys: Keys) -> Events:
        """Look at the first rows, then count. `keys` are the columns that may identify items.

        Raises DataError where nothing can be the user or the item, with what was seen.
        """
        sample = sample_of(table)
        profiles = {column.name: Profile.of(column, table.separator == ";") for column in sample}
        roles = roles_of(profiles, sample, keys)
        if not {"user", "item"} <= set(roles.found) or _is_matrix(profiles, roles.found):
            raise DataError(_nothing(table, profiles, roles.found))
        item_list = separator_of(sample[roles.found["item"].name], roles.found["item"])
        rating = roles.found.get("rating")
        if rating is not None and _unrated(rating, sample):
            asked = replace(table.asked, missing=(*table.asked.missing, str(_UNRATED)))
            return cls.of(reopened(table, asked), keys)
        others = {
            name: profile
            for name, profile in profiles.items()
            if name not in {found.name for found in roles.found.values()}
        }
        unused = {
            name: roles.refused.get(name, str(profile))
            for name, profile in others.items()
            if profile.filled or not NAMELESS.fullmatch(name)
        }
        part = next((name for name in others if _is_split(sample[name])), "")
        others.pop(part, None)
        unused.pop(part, None)
        feedback = feedback_of(rating, others, sample)
        if feedback is not None and feedback.column:
            del unused[feedback.column]
        if rating is not None and rating.kind != "flag" and looks_counted(rating, numbers_of(rating, sample)):
            unused[rating.name] = f"it looks like counts from {rating.low:g} to {rating.high:g}"
            del roles.found["rating"]
        ordered = {role: roles.found[role] for role in ROLES if role in roles.found}
        counts = Counts.of(table, ordered, item_list)
        return cls(
            table,
            sample,
            ordered,
            frozenset(roles.named),
            profiles,
            counts,
            feedback,
            item_list,
            unused,
            part,
        )


def _is_split(column: pl.Series) -> bool:
    """Whether a column holds the names of the parts of a split, and nothing else."""
    if column.dtype != pl.String:
        return False
    words = set(column.drop_nulls().str.strip_chars().str.to_lowercase().unique())
    trains, tests = words & {"train", "training"}, words & {"test", "testing"}
    return bool(trains and tests) and words <= {*trains, *tests, "validation", "valid", "val", "dev"}


def _unrated(rating: Profile, sample: pl.DataFrame) -> bool:
    """Whether -1 stands for no rating: all others are a scale from 0 or more."""
    if rating.low != _UNRATED or rating.kind == "flag" or rating.distinct < 5:
        return False
    numbers = numbers_of(rating, sample)
    rest = numbers.filter(numbers != _UNRATED)
    return bool(len(rest)) and float(rest.min()) >= 0 and float(rest.max()) >= 3  # type: ignore[arg-type]


def _is_matrix(profiles: Mapping[str, Profile], roles: Mapping[Role, Profile]) -> bool:
    """Whether there is a column for each item: many of numbers, and none that names an item."""
    alike = [profile for profile in profiles.values() if profile.numeric or not profile.filled]
    return len(profiles) > MATRIX and len(alike) >= 0.8 * len(profiles) and "time" not in roles


def _nothing(table: Table, profiles: Mapping[str, Profile], roles: Mapping[Role, Profile]) -> str:
    """Why nothing can be the user or the item."""
    if len(profiles) > MATRIX and _is_matrix(profiles, roles):
        return (
            f"{table} looks like a matrix, with a row for each user and a column for each of "
            f"{len(profiles) - 1} items; palate reads one row for each event, such as user,item,rating"
        )
    role = "user" if "user" not in roles else "item"
    if len(profiles) == 1 and table.format == "delimited":
        (only,) = profiles.values()
        return (
            f"nothing in {table} can be the {role}. It has {only}; its lines do not part into the same "
            "number of columns. palate reads one row for each event, such as user,item"
        )
    return (
        f"nothing in {table} can be the {role}. It has "
        f"{'; '.join(str(profile) for profile in profiles.values())}. "
        "A file of interactions has one row for each event: a user and an item"
    )
