"""Which column of a file of items is the id, and which ones make a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from palate.errors import DataError
from palate.tables import Table, matching
from palate.tables.cells import words
from palate.tables.names import IDS
from palate.tables.profile import Profile
from palate_init.files import as_text
from palate_init.interactions import Events

TITLES = (
    *("title", "name", "movietitle", "itemname", "itemtitle", "productname", "producttitle", "booktitle"),
    *("articletitle", "trackname", "songname", "headline", "label", "filmtitle"),
)
SEPARATORS = ("|", ";", ",")
LONG = 60
WORD = 30
MOST = 5


@dataclass(frozen=True)
class Catalogue:
    """What was found out about a file of items.

    `keys` has the values of each column that may be the id: those in which no value comes twice, or all
    where every one has some twice, which is `repeated`. `id` is the one whose values the interactions
    have, `shared` how many of them it has. `texts` are the columns that make a text, the title first,
    under the names that `renamed` gives them; `lists` the separators of those that are lists; `unused`
    why nothing is made of each other column, and `silent` how many items have no text.
    """

    table: Table
    frame: pl.DataFrame
    keys: dict[str, set[str]]
    id: str = ""
    shared: float = 0.0
    texts: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    repeated: bool = False
    unused: dict[str, str] = field(default_factory=dict)
    silent: int = 0

    @classmethod
    def of(cls, table: Table) -> Catalogue:
        """Read the file. Raises DataError where it is empty."""
        frame = table.read()
        if frame.is_empty():
            raise DataError(f"{table} has no rows")
        keys = {column.name: as_text(column) for column in frame}
        unique = {
            column.name: keys[column.name]
            for column in frame
            if len(keys[column.name]) == len(column) - column.null_count() > 0.5 * len(column)
        }
        repeated = {name: values for name, values in keys.items() if len(values) > 1}
        return cls(table, frame, unique or repeated, repeated=not unique)

    def identified(self, events: Events) -> Catalogue:
        """The same with its id, texts and lists, seen beside the interactions.

        Raises DataError where no column has the ids of items in the interactions.
        """
        item = events.roles["item"].name
        wanted = _ids(events, item)
        shared = {name: len(wanted & key) / max(len(wanted), 1) for name, key in self.keys.items()}
        best = max(shared, key=lambda name: shared[name], default=None)
        if (best is None or not shared[best]) and not self.repeated:
            keys = {column.name: as_text(column) for column in self.frame}
            return replace(self, keys=keys, repeated=True).identified(events)
        if best is None or not shared[best]:
            some = sorted(wanted)[:3]
            raise DataError(
                f"no column of {self.table} has the items of {events.table} (column {item!r}, such "
                f"as {', '.join(some)}); it has the columns {', '.join(self.frame.columns)}"
            )
        usual = matching(list(shared), IDS["item"])
        key = usual if usual is not None and shared[usual] >= 0.9 * shared[best] else best
        table = self.frame[key]
        repeated = self.repeated or table.null_count() > 0
        return replace(self, id=key, shared=shared[key], repeated=repeated)._described()

    def _described(self) -> Catalogue:
        semicolons = self.table.separator == ";"
        profiles = {c.name: Profile.of(c, semicolons) for c in self.frame if c.name != self.id}
        lists = dict(_lists(self.frame, profiles))
        listed = [name for name, profile in profiles.items() if profile.kind == "list" or name in lists]
        prose = [
            name for name in profiles if _is_prose(self.frame[name], profiles[name]) and name not in lists
        ]
        title = matching(prose, TITLES) or max(
            (name for name in prose if profiles[name].length <= 2 * LONG),
            key=lambda name: profiles[name].distinct,
            default=None,
        )
        rest = sorted(
            (name for name in prose if name != title), key=lambda name: profiles[name].length > LONG
        )
        short = [name for name in rest if profiles[name].length <= LONG]
        long = [name for name in rest if profiles[name].length > LONG]
        chosen = [*([title] if title else []), *listed, *short, *long][:MOST] if prose or listed else []
        names = _names(chosen, title, self.frame.columns, self.id)
        return replace(
            self,
            texts=tuple(names[name] for name in chosen),
            renamed={new: old for old, new in names.items() if new != old} | self._besides_id(names),
            lists={names[name]: separator for name, separator in lists.items() if name in names},
            unused={name: _why(profile) for name, profile in profiles.items() if name not in chosen},
            silent=_without(self.frame, chosen),
        )

    def _besides_id(self, names: Mapping[str, str]) -> dict[str, str]:
        """Another name for a column `id` that is not the id."""
        if self.id == "id" or "id" not in self.frame.columns or "id" in names:
            return {}
        taken = {*self.frame.columns, *names.values()}
        return {next(name for number in range(2, 99) if (name := f"id_{number}") not in taken): "id"}


def _ids(events: Events, item: str) -> set[str]:
    """The ids of items in the first rows of interactions, those of one row apart."""
    values = events.sample[item]
    if events.item_list is None:
        return as_text(values)
    if events.item_list == "json" and values.dtype == pl.String:
        return {word for text in values.drop_nulls() for word in words(text) or ()}
    parts = values if values.dtype != pl.String else values.str.split(events.item_list)
    return as_text(parts.explode().cast(pl.String).str.strip_chars())


def _why(profile: Profile) -> str:
    """Why a column of the catalogue is no part of the text."""
    if not profile.filled:
        return "it is empty"
    if profile.kind == "text":
        return "it is no text to read, or more than a text needs"
    return f"it is no text: {profile}; rules and metrics may use it"


def _without(frame: pl.DataFrame, columns: list[str]) -> int:
    """How many items have nothing in any of these columns."""
    if not columns:
        return 0
    return int(frame.select(pl.all_horizontal(pl.col(columns).is_null()).sum()).item())


def _is_prose(column: pl.Series, profile: Profile) -> bool:
    """Whether text is meant to be read: no address, no code, no single letter."""
    if profile.kind != "text" or profile.length < 2 or column.dtype != pl.String:
        return False
    odd = column.drop_nulls().str.contains(r"^(https?://|[0-9a-fA-F-]{32,36}$|\S+\.(jpg|png|gif)$)")
    return int(odd.sum()) < len(odd) / 2


def _lists(frame: pl.DataFrame, profiles: Mapping[str, Profile]) -> Iterator[tuple[str, str]]:
    """Columns of text in which a few short words come again, parted by a separator."""
    for name, profile in profiles.items():
        if profile.kind != "text" or frame[name].dtype != pl.String:
            continue
        values = frame[name].drop_nulls()
        for separator in SEPARATORS:
            with_it = int(values.str.contains(separator, literal=True).sum())
            words = values.str.split(separator).explode().str.strip_chars()
            short = not words.str.len_chars().gt(WORD).any()
            if with_it >= len(values) / 5 and short and words.n_unique() <= max(len(words) / 3, 3):
                yield name, separator
                break


def _names(chosen: list[str], title: str | None, columns: list[str], key: str) -> dict[str, str]:
    """A name for each chosen column that may stand in a template, each once."""
    taken = {*columns, "id", "text"} - {key}
    names: dict[str, str] = {}
    for column in chosen:
        plain = re.sub(r"\W+", "_", column.split(":")[0]).strip("_").lower() or "column"
        wish = "title" if column == title else column if re.fullmatch(r"[A-Za-z_]\w*", column) else plain
        number = 2
        while wish != column and wish in taken:
            wish, number = f"{plain}_{number}", number + 1
        names[column] = wish
        taken.add(wish)
    return names
