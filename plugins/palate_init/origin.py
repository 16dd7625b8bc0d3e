"""Tables in a database that have not been described."""

from __future__ import annotations

from dataclasses import dataclass

from palate.databases.address import Address
from palate.databases.connection import connected
from palate.tables import Format, Table
from palate.tables.database import only_table, queried
from palate_init.files import missing_in, reopened, sample_of


@dataclass(frozen=True)
class Origin:
    """A database, and its tables or queries of interactions and of items, as a recipe names them."""

    database: str
    interactions: str
    items: str | None = None

    @classmethod
    def of(cls, database: str, interactions: str | None, items: str | None) -> Origin:
        """The same with the only table where none is named. Raises DataError where there are several."""
        if interactions is not None:
            return cls(database, interactions, items)
        with connected(Address.of(database)) as connection:
            advice = f"say which has the interactions, such as `palate init {database} TABLE`"
            return cls(database, only_table(connection, database, advice))

    def opened(self) -> tuple[Table, Table | None]:
        """Both tables, with what their first rows show to stand for no value.

        Raises DataError for what cannot be read.
        """
        address = Address.of(self.database)
        texts = {"interactions": self.interactions, **({"items": self.items} if self.items else {})}
        with connected(address) as connection:
            found = [queried(connection, address, text, what, Format()) for what, text in texts.items()]
        missing = dict.fromkeys(word for table in found for word in missing_in(sample_of(table)))
        first, *rest = (reopened(table, Format(missing=tuple(missing))) for table in found)
        return first, rest[0] if rest else None
