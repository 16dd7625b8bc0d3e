"""Features of the items in words: the words of their texts, and the values of their attributes."""

from __future__ import annotations

import numpy as np
import polars as pl
import scipy.sparse as sp

from palate.data import Items
from palate.data.attributes import Values, repeats, values_of
from palate.data.words import bags
from palate.errors import ComponentError

WORDS = "words"


def item_features(items: Items) -> dict[str, Values]:
    """Matrices of items by features, by kind: `words`, and each attribute that sorts items into groups.

    Words come from `text` and from the attributes in text whose values do not repeat, such as titles
    and descriptions; each counts once an item.
    """
    found: dict[str, Values] = {}
    spoken = ["text"] if "text" in items.frame.columns else []
    for attribute in items.attributes:
        try:
            values = values_of(items, attribute)
        except ComponentError:
            continue
        if repeats(values):
            found[attribute] = values
        elif items.frame.schema[attribute] == pl.String:
            spoken.append(attribute)
    words = (
        _words(items.frame.select(pl.concat_str(spoken, separator=" ", ignore_nulls=True)).to_series())
        if spoken
        else None
    )
    return ({WORDS: words} if words else {}) | found


def _words(texts: pl.Series) -> Values | None:
    columns: dict[str, int] = {}
    counted = bags(texts.fill_null("").to_list(), columns, grow=True)
    counted.data[:] = 1
    names = np.array(list(columns), dtype=object)
    usable = [len(name) > 1 for name in columns]
    kept = np.flatnonzero(np.array(usable) & (counted.sum(axis=0) > 1)) if len(names) else np.zeros(0, int)
    return Values(sp.csr_array(counted[:, kept]), names[kept].tolist()) if len(kept) else None
