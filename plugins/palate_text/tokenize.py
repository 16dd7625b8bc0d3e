"""Text split into words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

import polars as pl

from palate.data import Items
from palate.errors import MissingLibrary

_WORD = r"[\p{L}\p{M}\p{N}]+(?:['\x{2019}][\p{L}\p{M}]+)*"
_HAS_LETTER = r"[\p{L}\p{N}]"
_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")


@dataclass
class Tokenize:
    """Words with one space between them, without punctuation.

    `en` splits text where letters and digits end, which serves any language that puts spaces
    between words. `zh` segments Chinese with jieba's dictionary and hidden Markov model, by the
    library rjieba (the extra `chinese`). `cjk` needs no dictionary and serves texts in several
    languages: runs of Chinese, Japanese or Korean letters become overlapping pairs, 北京 京清 清华 of
    北京清华, and all other text words as in `en`.
    """

    name: ClassVar[str] = "tokenize"

    language: Literal["en", "zh", "cjk"] = "en"
    """How words are found: at spaces and punctuation, for Chinese by a dictionary, or by pairs."""

    def apply(self, items: Items) -> Items:
        """The same items with their text in words; an apostrophe within a word stays.

        Raises DataError where no preprocessor before this one has written a text, MissingLibrary
        where rjieba is needed and not installed.
        """
        text = pl.col(items.text.name).fill_null("")
        if self.language == "en":
            return items.with_text(text.str.extract_all(_WORD).list.join(" "))
        if self.language == "cjk":
            apart = text.str.replace_all(_RUN.pattern, " $0 ").str.extract_all(_WORD).list.join(" ")
            return items.with_text(apart.map_batches(_paired, return_dtype=pl.String))
        pieces = text.map_batches(_segmented, return_dtype=pl.List(pl.String))
        words = pieces.list.eval(pl.element().filter(pl.element().str.contains(_HAS_LETTER)))
        return items.with_text(words.list.join(" "))


def _paired(text: pl.Series) -> pl.Series:
    """Words with runs of letters without spaces between words as overlapping pairs; a lone one as it is."""

    def pairs(run: re.Match[str]) -> str:
        letters = run.group()
        return " ".join(map("".join, pairwise(letters))) if len(letters) > 1 else letters

    return pl.Series(text.name, [_RUN.sub(pairs, value) for value in text], pl.String)


def _segmented(text: pl.Series) -> pl.Series:
    try:
        import rjieba
    except ImportError:
        raise MissingLibrary(
            "preprocessor 'tokenize' needs rjieba for the language zh, which is not installed: "
            'pip install "palate[chinese]"'
        ) from None
    return pl.Series(text.name, [rjieba.cut(value) for value in text], pl.List(pl.String))
