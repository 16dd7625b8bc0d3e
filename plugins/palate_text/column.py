"""One attribute as the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from palate.data import Items
from palate_text.rendering import written


@dataclass
class Column:
    """One column of the items as their text, as it is."""

    name: ClassVar[str] = "column"

    column: str
    """Its name; lists are joined by commas; a missing value gives nothing."""

    def apply(self, items: Items) -> Items:
        """The same items with this text. Raises ComponentError for an unknown column."""
        return items.with_text(written(items, self.column, f"preprocessor {self.name!r}"))
