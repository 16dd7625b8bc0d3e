"""Text split into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from palate.data import Items
from palate.errors import MissingLibrary

_WORD = r"[\p{L}\p{M}\p{N}]+(?:['\x{2019}][\p{L}\p{M}]+)*"
_HAS_LETTER = r"[\p{L}\p{N}]"


@dataclass
class Tokenize:
    """Words with one space between them, without punctuation.

    `en` splits text where letters and digits end, which serves any language that puts spaces
    between words. `zh` segments Chinese with jieba's dictionary and hidden Markov model, by the
    library rjieba (the extra `chinese`).
    """

    name: ClassVar[str] = "tokenize"

    language: Literal["en", "zh"] = "en"
    """How words are found: at spaces and punctuation, or for Chinese by a dictionary."""

    def apply(self, items: Items) -> Items:
        """The same items with their text in words; an apostrophe within a word stays.

        Raises DataError where no preprocessor before this one has written a text, MissingLibrary
        where rjieba is needed and not installed.
        """
        text = pl.col(items.text.name).fill_null("")
        if self.language == "en":
            return items.with_text(text.str.extract_all(_WORD).list.join(" "))
        pieces = text.map_batches(_segmented, return_dtype=pl.List(pl.String))
        words = pieces.list.eval(pl.element().filter(pl.element().str.contains(_HAS_LETTER)))
        return items.with_text(words.list.join(" "))


def _segmented(text: pl.Series) -> pl.Series:
    try:
        import rjieba
    except ImportError:
        raise MissingLibrary(
            "preprocessor 'tokenize' needs rjieba for the language zh, which is not installed: "
            'pip install "palate[chinese]"'
        ) from None
    return pl.Series(text.name, [rjieba.cut(value) for value in text], pl.List(pl.String))
