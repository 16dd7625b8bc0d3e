"""Removing what does not belong to the meaning of a text."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from palate.data import Items
from palate_text.stop_words import LISTS

Choice = Literal["keep", "strip"]

_UNSEEN = (
    r"(?s)<!--.*?-->",
    r"(?is)<script\b.*?</script\s*>",
    r"(?is)<style\b.*?</style\s*>",
)
_WITHIN_WORDS = r"(?i)</?(?:a|abbr|b|big|em|font|i|mark|s|small|span|strong|sub|sup|tt|u)(?:\s[^<>]*)?/?>"
_TAG = r"(?i)</?[a-z][^<>]*>|<!doctype[^<>]*>"
CURLY = "\u2019"  # the other apostrophe
_PIECE = r"[\p{L}\p{M}\p{N}]+(?:['\x{2019}][\p{L}\p{M}]+)*|[^\p{L}\p{M}\p{N}]+"


@dataclass
class Clean:
    """Text without markup, stray characters and, on request, punctuation, digits and stop words.

    Models that read sentences, such as those of the encoder `transformers`, need whole sentences:
    keep case, punctuation and stop words for them. Those that count words gain by stripping.
    """

    name: ClassVar[str] = "clean"

    html: Choice = "strip"
    """`strip` takes tags, comments, scripts and styles out, and turns `&amp;` and its like to text."""

    unicode: Literal["NFC", "NFKC", "none"] = "NFC"
    """One way to write each character; NFKC also makes full-width letters and ligatures plain."""

    lower: bool = False
    """Whether to write everything in lower case."""

    stop_words: Literal["none", "en", "zh"] | list[str] = "none"
    """Words to take out, whatever their case: a list of palate's (words of grammar) or your own.
    Chinese ones are found only in text that `tokenize` has taken into words before."""

    digits: Choice = "keep"
    """`strip` replaces by a space every run of digits and other numerals, in any script."""

    punctuation: Choice = "keep"
    """`strip` replaces punctuation and symbols by a space."""

    whitespace: Literal["collapse", "keep"] = "collapse"
    """`collapse` makes one space of any white space, and leaves none at the ends."""

    def apply(self, items: Items) -> Items:
        """The same items with cleaned text, missing text as empty.

        Raises DataError where no preprocessor before this one has written a text.
        """
        text = pl.col(items.text.name).fill_null("")
        if self.html == "strip":
            text = _without_markup(text)
        if self.unicode != "none":
            text = text.str.normalize(self.unicode)
        if self.lower:
            text = text.str.to_lowercase()
        if self.stop_words != "none":
            text = _without(
                text, LISTS[self.stop_words] if isinstance(self.stop_words, str) else self.stop_words
            )
        if self.digits == "strip":
            text = text.str.replace_all(r"\p{N}+", " ")
        if self.punctuation == "strip":
            text = text.str.replace_all(r"[\p{P}\p{S}]+", " ")
        if self.whitespace == "collapse":
            text = text.str.replace_all(r"\s+", " ").str.strip_chars()
        return items.with_text(text)


def _without_markup(text: pl.Expr) -> pl.Expr:
    """Tags within words are removed, all others become a space."""
    for unseen in _UNSEEN:
        text = text.str.replace_all(unseen, " ")
    text = text.str.replace_all(_WITHIN_WORDS, "").str.replace_all(_TAG, " ")
    return text.map_batches(_unescaped, return_dtype=pl.String)


def _unescaped(text: pl.Series) -> pl.Series:
    """`&eacute;`, `&#233;` and their like as characters; only texts with a `&` are looked at."""
    marked = text.str.contains("&", literal=True).arg_true()
    plain = [html.unescape(value) for value in text.gather(marked)]
    return text.clone().scatter(marked, plain) if plain else text


def _without(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Text without whole words of the list; what is between words is kept."""
    wanted = pl.element()
    plain = wanted.str.to_lowercase().str.replace_all(CURLY, "'", literal=True)
    unwanted = sorted({word.lower().replace(CURLY, "'") for word in words})
    return text.str.extract_all(_PIECE).list.eval(wanted.filter(~plain.is_in(unwanted))).list.join("")
