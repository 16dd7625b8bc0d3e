"""The preprocessor `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import polars as pl
from annotated_types import Gt

from palate import Items, hookimpl
from palate.errors import ComponentError


@dataclass
class PluginName:
    """The first words of one column of the items, in small letters."""

    name: ClassVar[str] = "plugin-name"

    column: str = "title"
    words: Annotated[int, Gt(0)] = 50

    def apply(self, items: Items) -> Items:
        """The same items with this text. Raises ComponentError for a column that is not there."""
        if self.column not in items.frame.columns:
            raise ComponentError(f"there is no column {self.column!r}; there are {items.attributes}")
        text = pl.col(self.column).cast(pl.String).fill_null("").str.to_lowercase()
        return items.with_text(text.str.split(" ").list.head(self.words).list.join(" "))


@hookimpl
def register_preprocessors() -> list[type]:
    return [PluginName]
