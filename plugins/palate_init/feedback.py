"""What the values of a column say of likes and dislikes: ratings, labels, or types of events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from palate.tables import matching
from palate.tables.names import CARRIED, ROLES
from palate.tables.profile import Profile

MOST_TYPES = 15
LABELS = frozenset(
    {"0", "1", "-1", "true", "false", "yes", "no", "like", "dislike", "up", "down", "liked", "disliked"}
    | {
        "t",
        "f",
        "y",
        "n",
        "positive",
        "negative",
        "thumbsup",
        "thumbsdown",
        "click",
        "clicked",
        "love",
        "loved",
    }
    | {"good", "bad", "hate", "hated", "👍", "👎"}
)
"""Words that the feedback `labels` reads."""
_WORDS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (-1, ("dislike", "unlike", "hide", "skip", "return", "refund", "report", "block", "unsubscribe", "hate")),
    (0, ("remove", "delete", "impression", "expos", "shown", "display", "cancel")),
    (
        3,
        (
            "purchase",
            "buy",
            "bought",
            "order",
            "transaction",
            "paid",
            "checkout",
            "rent",
            "subscribe",
            "booking",
        ),
    ),
    (2, ("cart", "basket", "fav", "wish", "like", "save", "bookmark", "share", "follow", "add", "download")),
    (
        1,
        (
            "view",
            "click",
            "pv",
            "open",
            "read",
            "visit",
            "watch",
            "listen",
            "play",
            "detail",
            "search",
            "see",
        ),
    ),
)


@dataclass(frozen=True)
class Feedback:
    """The block `data.feedback` for a file, the column it reads, and what was seen, in words.

    `column` is the label's or the type's, empty where the rating is read.
    """

    use: Literal["ratings", "labels", "events"]
    options: dict[str, Any] = field(default_factory=dict)
    role: Literal["label", "type", ""] = ""
    column: str = ""
    seen: str = ""


def feedback_of(
    rating: Profile | None, others: Mapping[str, Profile], sample: pl.DataFrame
) -> Feedback | None:
    """The feedback that a file shows: types of events, else labels, else ratings; None where there is none.

    `others` are the columns without a role.
    """
    types = _types(others, sample)
    if types is not None:
        return types
    labels = [name for name in others if _is_label(sample[name])]
    label = matching(labels, (*CARRIED["label"], *(ROLES["rating"] if rating is None else ())))
    if label is not None and others[label].distinct > 1:
        return Feedback("labels", {}, "label", label, _labels_seen(label, sample[label]))
    if rating is None:
        return None
    if _is_label(sample[rating.name]):
        return Feedback("labels", seen=_labels_seen(rating.name, sample[rating.name]))
    return _ratings(rating, numbers_of(rating, sample))


def numbers_of(profile: Profile, sample: pl.DataFrame) -> pl.Series:
    """The numbers of a column, NaN gone."""
    values = sample[profile.name].drop_nulls()
    read = (
        profile.numerals.read(values) if values.dtype == pl.String else values.cast(pl.Float64, strict=False)
    )
    return read.drop_nulls().drop_nans()


def looks_counted(profile: Profile, numbers: pl.Series) -> bool:
    """Whether numbers are counts (plays, clicks, amounts) and no scale: whole, few small, some huge."""
    middle = numbers.median()
    size = float(middle) if isinstance(middle, int | float) else 0.0
    return (
        profile.kind == "whole"
        and profile.low >= 0
        and profile.high > max(20.0, 5 * size)
        and profile.distinct > 10
    )


def _types(others: Mapping[str, Profile], sample: pl.DataFrame) -> Feedback | None:
    texts = [name for name, p in others.items() if p.kind == "text" and 2 <= p.distinct <= MOST_TYPES]
    known = [name for name in texts if _known_share(sample[name]) >= 0.5 and not _is_label(sample[name])]
    column = matching(known, CARRIED["type"]) or (known[0] if known else None)
    if column is None:
        return None
    counts = sample[column].drop_nulls().value_counts(sort=True)
    weights = {str(kind): weight_of(str(kind)) for kind in counts[column]}
    if not any(weight > 0 for weight in weights.values()):
        return None
    seen = ", ".join(f"{kind} {count:,}" for kind, count in counts.iter_rows())
    return Feedback("events", {"weights": weights}, "type", column, seen)


def weight_of(kind: str) -> float:
    """How much a type of event says for its item, by the words in its name; 1 where none is known."""
    plain = kind.lower()
    return next((weight for weight, words in _WORDS if any(word in plain for word in words)), 1)


def _known_share(column: pl.Series) -> float:
    kinds = [str(kind).lower() for kind in column.drop_nulls().unique()]
    known = [kind for kind in kinds if any(word in kind for _, words in _WORDS for word in words)]
    return len(known) / max(len(kinds), 1)


def _is_label(column: pl.Series) -> bool:
    """Whether at least two of 0 and 1, -1 and 1, or words like them, are all there is."""
    if column.dtype == pl.Boolean:
        return column.n_unique() > 1
    if column.dtype.is_nested() or column.dtype.is_temporal() or column.dtype in (pl.Binary, pl.Object):
        return False
    text = column.drop_nulls().cast(pl.String).str.strip_chars().str.to_lowercase()
    text = text.str.replace_all(r"(\w)[\s_-]+(\w)", "$1$2").str.replace(r"\.0+$", "")
    kinds = set(text.filter(text != "nan").unique())
    return 1 < len(kinds) <= 3 and kinds <= LABELS


def _labels_seen(name: str, column: pl.Series) -> str:
    counts = column.drop_nulls().cast(pl.String).value_counts(sort=True)
    shown = ", ".join(f"{value} {count:,} times" for value, count in counts.iter_rows())
    no = next((value for value in ("0", "-1", "0.0", "-1.0") if value in counts[name]), "")
    return f"{name!r} holds {shown}" + (f": {no} looks like a no" if no else "")


def _ratings(rating: Profile, numbers: pl.Series) -> Feedback | None:
    if rating.distinct < 3 or numbers.is_empty() or looks_counted(rating, numbers):
        return None
    low, high = rating.low, rating.high
    grid = (
        1.0 if rating.kind == "whole" else 0.5 if bool((numbers * 2 == (numbers * 2).floor()).all()) else 0.1
    )
    if low < 0 < high:
        like, dislike = float(numbers.filter(numbers > 0).min()), 0.0  # type: ignore[arg-type]
    else:
        like = math.ceil((low + 0.75 * (high - low)) / grid - 1e-9) * grid
        dislike = math.ceil((low + 0.5 * (high - low)) / grid - 1e-9) * grid
    zeros = float((numbers == 0).sum()) / len(numbers)
    if low == 0 and high >= 5 and zeros > 0.2:
        dislike = 0.0
    share = float((numbers >= like).sum()) / len(numbers)
    if share < 0.05:
        like = float(numbers.quantile(0.75, "nearest") or like)
        dislike = min(dislike, like)
    seen = (
        f"from {low:g} to {high:g}; {float((numbers >= like).sum()) / len(numbers):.0%} are {like:g} or more"
    )
    if low == 0 and not dislike:
        seen += f"; {zeros:.0%} are 0, which may stand for no rating, so nothing is a dislike"
    return Feedback("ratings", {"like": round(like, 6), "dislike": round(dislike, 6)}, seen=seen)
