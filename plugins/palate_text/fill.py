"""A text for items without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import polars as pl
from annotated_types import MinLen

from palate.data import Items
from palate_text.rendering import rendered


@dataclass
class Fill:
    """A text for items whose text is empty."""

    name: ClassVar[str] = "fill"

    text: Annotated[str, MinLen(1)]
    """What to write; may name columns in braces, such as `{title}`."""

    def apply(self, items: Items) -> Items:
        """The same items; only text that is missing, or nothing but white space, is replaced.

        Raises ComponentError for an unknown column, DataError where no preprocessor
        before this one has written a text.
        """
        text = pl.col(items.text.name)
        empty = text.fill_null("").str.strip_chars() == ""
        instead = rendered(self.text, items, f"preprocessor {self.name!r}")
        return items.with_text(pl.when(empty).then(instead).otherwise(text))
