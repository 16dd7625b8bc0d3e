"""Numbers as people write them: decimal comma, thousands marks, currency."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

CURRENCY = r"(?i)(?:[$€£¥₹₽₩₺]|\b(?:usd|eur|gbp|chf|sek|nok|dkk|pln|kr|zł|kč|rs)\b\.?|%)"
SPACES = " \u00a0\u202f\u2009"
RATED = r"^(\d+(?:[.,]\d+)?)\s*(?:(?:/|out of|of|von|sur|de|su|из)\s*(\d{1,3}))?\s*(?:stars?|★|⭐)?$"
_STARS = r"^[★⭐]*[½]?[☆✩✰]*$"
_MARKS = {".": ".", ",": ",", " ": f"[{SPACES}]", "'": "['\u2019]"}


@dataclass(frozen=True)
class Numerals:
    """How a column writes numbers: its decimal mark, its thousands mark, and whether signs are around.

    `rated` says that they are written as ratings are shown: 4/5, 4 out of 5 stars, ★★★★☆.

    `ambiguous` says that 1,234 may be one and a bit or more than a thousand.
    """

    decimal: str = "."
    thousands: str = ""
    signs: bool = False
    rated: bool = False
    ambiguous: bool = False

    @property
    def plain(self) -> bool:
        """Whether a plain cast reads them."""
        return self.decimal == "." and not self.thousands and not self.signs and not self.rated

    def expression(self, text: pl.Expr) -> pl.Expr:
        """float64 numbers, null where the text is none."""
        if self.plain:
            return text.cast(pl.Float64, strict=False)
        if self.rated:
            return _stars(text)
        bare = _bare(text) if self.signs else text
        fits = bare.str.contains(self._pattern())
        if self.thousands:
            bare = bare.str.replace_all(_MARKS[self.thousands], "", literal=self.thousands in ".,")
        if self.decimal != ".":
            bare = bare.str.replace(self.decimal, ".", literal=True)
        return pl.when(fits).then(bare).cast(pl.Float64, strict=False)

    def read(self, values: pl.Series) -> pl.Series:
        """The numbers of a column of text."""
        return values.to_frame("x").select(self.expression(pl.col("x")).alias(values.name)).to_series()

    @classmethod
    def of(
        cls,
        sample: pl.Series,
        decimal: str | None = None,
        thousands: str | None = None,
        semicolons: bool = False,
    ) -> Numerals:
        """What reads most of the first values; plain where nothing reads more.

        `decimal` and `thousands` are what was said. `semicolons` says that the file parts columns so,
        as files do in which commas are decimal marks.
        """
        values = sample.drop_nulls()
        asked = decimal is not None or thousands is not None
        if not values.len() or values.dtype != pl.String:
            return cls()
        plain = values.cast(pl.Float64, strict=False).count()
        if plain == len(values) and not asked:
            return cls()
        if not asked and _are_rated(values):
            return cls(rated=True)
        signs = bool(values.str.contains(f"{CURRENCY}|\u2212").any())
        choices = [
            cls(point, mark, signs)
            for point, mark in [
                *((".", mark) for mark in ("", ",", " ", "'")),
                *((",", mark) for mark in ("", ".", " ", "'")),
            ]
            if decimal in (None, point) and thousands in (None, mark)
        ]
        read = {choice: choice.read(values).count() for choice in choices}
        best = max(read, key=lambda choice: read[choice], default=cls())
        if not asked and read.get(best, 0) <= plain:
            return cls()
        return best._settled(read, values, semicolons)

    def _settled(self, read: dict[Numerals, int], values: pl.Series, semicolons: bool) -> Numerals:
        """These, or the decimal comma where commas before three digits read as well as both."""
        comma = Numerals(",", "", self.signs)
        if (self.decimal, self.thousands) != (".", ",") or read.get(comma, 0) < read[self]:
            return self
        if values.str.contains(r"(^|\D)0+,").any():
            return comma
        return Numerals(",", "", self.signs, ambiguous=True) if semicolons else self

    def _pattern(self) -> str:
        point = re.escape(self.decimal)
        mark = _MARKS[self.thousands].replace(".", r"\.") if self.thousands else ""
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+(?:{point}\d*)?|" if mark else ""
        return rf"^[+-]?(?:{grouped}\d+(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"


PLAIN = Numerals()


def _bare(text: pl.Expr) -> pl.Expr:
    """Without currency and percent signs and the spaces beside them, with a plain minus."""
    return text.str.replace_all(CURRENCY, "").str.replace("\u2212", "-", literal=True).str.strip_chars(SPACES)


def _are_rated(values: pl.Series) -> bool:
    """Whether most values are so many stars, or so many out of the same number."""
    bare = values.str.replace_all("\ufe0f", "", literal=True).str.strip_chars(SPACES).str.to_lowercase()
    if bool(bare.str.contains(f"{_STARS}").all()):
        return True
    read = values.to_frame("x").select(_stars(pl.col("x")))["x"]
    scales = bare.str.extract(RATED, 2).drop_nulls()
    if scales.is_empty():
        return read.count() > 0.9 * len(values) and bool(bare.str.contains(r"\d\s*(?:stars?|★|⭐)$").any())
    below = (read <= int(scales[0])).sum()
    return scales.n_unique() == 1 and len(scales) > 0.9 * len(values) and int(below) == read.count()


def _stars(text: pl.Expr) -> pl.Expr:
    """The number that stands first, or how many full stars there are, a half at their end."""
    bare = text.str.replace_all("\ufe0f", "", literal=True).str.strip_chars(SPACES).str.to_lowercase()
    first = bare.str.extract(RATED, 1).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    full = bare.str.count_matches("[★⭐]").cast(pl.Float64) + 0.5 * bare.str.count_matches("½")
    return pl.when(bare.str.contains(_STARS)).then(full).otherwise(first)
