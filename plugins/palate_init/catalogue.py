"""Which column of a file of items is the id, and which ones make a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from palate.errors import DataError
from palate.tables import Table, matching
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

    `keys` has the values of each column in which no value stands twice; `id` is the one whose
    values the interactions have. `texts` are the columns that make a text, the title first, under
    the names that `renamed` gives them; `lists` the separators of those that are lists.
    """

    table: Table
    frame: pl.DataFrame
    keys: dict[str, set[str]]
    id: str = ""
    shared: float = 0.0
    texts: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table) -> Catalogue:
        """Read the file. Raises DataError where it is empty."""
        frame = table.read()
        if frame.is_empty():
            raise DataError(f"{table.path} has no rows")
        keys = {column.name: as_text(column) for column in frame}
        unique = {name: values for name, values in keys.items() if len(values) == frame.height}
        return cls(table, frame, unique)

    def identified(self, events: Events) -> Catalogue:
        """The same with its id, texts and lists, seen beside the interactions.

        Raises DataError where no column has the ids of items in the interactions.
        """
        item = events.roles["item"].name
        wanted = as_text(events.sample[item])
        shared = {name: len(wanted & key) / max(len(wanted), 1) for name, key in self.keys.items()}
        best = max(shared, key=lambda name: shared[name], default="")
        if not best or not shared[best]:
            some = sorted(wanted)[:3]
            raise DataError(
                f"no column of {self.table.path} has the items of {events.table.path} (column {item!r}, such "
                f"as {', '.join(some)}) once each; it has the columns {', '.join(self.frame.columns)}"
            )
        usual = matching(list(shared), IDS["item"])
        key = usual if usual is not None and shared[usual] >= 0.9 * shared[best] else best
        return replace(self, id=key, shared=shared[key])._described()

    def _described(self) -> Catalogue:
        profiles = {c.name: Profile.of(c) for c in self.frame if c.name != self.id}
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
            renamed={new: old for old, new in names.items() if new != old},
            lists={names[name]: separator for name, separator in lists.items() if name in names},
        )


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
