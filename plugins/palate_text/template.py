"""The text of an item from its attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from palate.data import Items
from palate.errors import ComponentError
from palate_text.rendering import parts, rendered


@dataclass
class Template:
    """Text with columns of the items filled in, such as `{title}. {genres}`."""

    name: ClassVar[str] = "template"

    template: str
    """Column names are in braces; lists are joined by commas; a missing value gives no text."""

    def apply(self, items: Items) -> Items:
        """The same items with the filled-in text; empty where all its columns are.

        Raises ComponentError for an unknown column and for a template without columns.
        """
        where = f"preprocessor {self.name!r}"
        if all(name is None for _, name in parts(self.template, where)):
            raise ComponentError(
                f"{where}: the template {self.template!r} names no column, so every item would get the "
                f"same text. There are {', '.join(f'{{{column}}}' for column in items.frame.columns)}."
            )
        return items.with_text(rendered(self.template, items, where))
