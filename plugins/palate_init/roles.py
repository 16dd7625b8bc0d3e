"""Which columns of a file of interactions are the user, the item, the rating and the time.

Names are a first guess; what the values of a column are decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from palate.tables import ROLES, Role, matching
from palate.tables.profile import Profile
from palate_init.baskets import separator_of
from palate_init.files import as_text

Keys = Mapping[str, set[str]]
_NO_IDS = ("", "index", "row", "rownumber", "unnamed: 0", "unnamed0")
_BASKETS = (
    "items",
    "products",
    "movies",
    "books",
    "songs",
    "tracks",
    "articles",
    "basket",
    "itemids",
    "productids",
)
_PLACES = ("position", "pos", "order", "sequence", "seq", "rank", "step", "place", "turn", "nr", "number")
FEW = 12


@dataclass
class Roles:
    """The column of each role, those that a name gave away, and why a column of a usual name has none."""

    found: dict[Role, Profile] = field(default_factory=dict)
    named: set[Role] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


def roles_of(profiles: Mapping[str, Profile], sample: pl.DataFrame, keys: Keys) -> Roles:
    """The roles that columns have, by their names where the values agree, else by their values alone.

    `keys` are the columns of a catalogue that may identify its items.
    """
    roles = Roles()
    for role, names in ROLES.items():
        _by_name(roles, role, names, profiles)
    if keys:
        _by_catalogue(roles, profiles, sample, keys)
    _by_values(roles, profiles, sample)
    if "time" not in roles.found and "user" in roles.found:
        _by_place(roles, profiles, sample)
    return roles


def _by_name(roles: Roles, role: Role, names: tuple[str, ...], profiles: Mapping[str, Profile]) -> None:
    taken = {profile.name for profile in roles.found.values()}
    free = [name for name in profiles if name not in taken]
    usual = matching(free, (*names, *_BASKETS) if role == "item" else names)
    if usual is None:
        return
    why = _unsuited(role, profiles[usual])
    if not why:
        roles.found[role] = profiles[usual]
        roles.named.add(role)
        return
    roles.refused[usual] = why
    others = [name for name in free if name != usual and not _unsuited(role, profiles[name])]
    second = matching(others, names)
    if second is not None:
        roles.found[role] = profiles[second]
        roles.named.add(role)


def _unsuited(role: Role, profile: Profile) -> str:
    """Why the values of a column cannot have this role; nothing where they can."""
    if not profile.filled:
        return "it is empty"
    if role in ("user", "item"):
        if role == "item" and profile.distinct == 1 and profile.filled > FEW:
            return "it is the same in every row"
        kinds = ("whole", "text", "other", *(("list",) if role == "item" else ()))
        return "" if profile.kind in kinds else f"it holds no ids, but {profile.kind} values"
    if role == "rating":
        if profile.kind == "flag":
            return ""
        if not profile.numeric:
            return "it holds no numbers"
        if profile.distinct < 2:
            return f"it holds {profile.low:g} in every row"
        return "it looks like times" if profile.moments and profile.low > 1e6 else ""
    if profile.distinct < 2:
        return "it is the same in every row"
    if profile.moments or (profile.numeric and profile.distinct > FEW):
        return ""
    return "it holds no times"


def _by_catalogue(roles: Roles, profiles: Mapping[str, Profile], sample: pl.DataFrame, keys: Keys) -> None:
    """The item is the column whose values the catalogue has, whatever it is called."""
    shares = {
        name: _shared(as_text(sample[name]), keys)
        for name, profile in profiles.items()
        if not _unsuited("item", profile) and profile.kind != "list"
    }
    best = max(shares, key=lambda name: shares[name], default=None)
    now = roles.found.get("item")
    if best is None or not shares[best] or (now is not None and shares.get(now.name, 0) >= shares[best] / 2):
        return
    if now is not None:
        roles.refused[now.name] = f"the items file has the values of {best!r}"
        roles.named.discard("item")
    for role, profile in list(roles.found.items()):
        if profile.name == best:
            del roles.found[role]
            roles.named.discard(role)
    roles.found["item"] = profiles[best]


def _by_values(roles: Roles, profiles: Mapping[str, Profile], sample: pl.DataFrame) -> None:
    """Give the roles that no name gave away, the surest first."""

    def free() -> list[Profile]:
        taken = {profile.name for profile in roles.found.values()}
        return [p for p in profiles.values() if p.name not in taken and p.name.lower() not in _NO_IDS]

    missing = [role for role in ("user", "item") if role not in roles.found]
    if "time" not in roles.found:
        moments = [p for p in free() if p.moments and p.distinct > 1]
        moments.sort(key=lambda p: (p.kind != "time", -p.distinct))
        spare = len([p for p in free() if not _unsuited("user", p)]) - len(missing)
        if moments and (moments[0].kind in ("time", "number") or spare > 0):
            roles.found["time"] = moments[0]
    if "rating" not in roles.found:
        scales = [p for p in free() if p.numeric and 2 <= p.distinct <= 21 and p.low >= -10 and p.high <= 100]
        scales = [p for p in scales if p.name not in roles.refused]
        spare = len([p for p in free() if not _unsuited("user", p)]) - len(missing)
        scales = [p for p in scales if p.kind == "number" or spare > 0]
        if scales and missing:
            roles.found["rating"] = min(scales, key=lambda p: p.distinct)
    for role in ("user", "item"):
        if role in roles.found:
            continue
        able = [p for p in free() if not _unsuited(role, p) and p.length <= 64]
        varied = [p for p in able if p.distinct > FEW or p.distinct > p.filled / 10] or able
        repeating = [p for p in varied if p.distinct < p.filled]
        baskets = [p for p in able if role == "item" and separator_of(sample[p.name], p) is not None]
        few = varied if not varied or varied[0].filled <= FEW else []
        if found := repeating or baskets or few:
            roles.found[role] = found[0]


def _by_place(roles: Roles, profiles: Mapping[str, Profile], sample: pl.DataFrame) -> None:
    """The time is a column that counts each user's events, where nothing else is a time."""
    taken = {profile.name for profile in roles.found.values()}
    name = matching([name for name in profiles if name not in taken], _PLACES)
    if name is None or profiles[name].kind != "whole":
        return
    user = roles.found["user"].name
    known = sample.select(user=user, place=name).drop_nulls()
    once = known.unique().height == known.height
    if once and known["user"].n_unique() < known.height:
        roles.found["time"] = profiles[name]


def _shared(values: set[str], keys: Keys) -> float:
    """The largest share of these values that one of the key columns has."""
    return max((len(values & key) / len(values) for key in keys.values()), default=0.0) if values else 0.0
