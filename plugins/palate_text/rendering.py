"""Templates such as `{title}. {genres}` as polars expressions."""

from __future__ import annotations

from string import Formatter

import polars as pl

from palate.data import Items
from palate.errors import ComponentError, closest

SEPARATOR = ", "


def parts(template: str, where: str) -> list[tuple[str, str | None]]:
    """The template as (literal text, column that follows or None).

    `{{` and `}}` are literal braces. Raises ComponentError, which begins with `where`, for a stray
    brace and for anything in braces that is not simply a column's name.
    """
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise ComponentError(
            f"{where}: the template {template!r} cannot be read ({error}); write {{{{ for a brace"
        ) from None
    found: list[tuple[str, str | None]] = []
    for literal, name, form, conversion in parsed:
        if name == "" or form or conversion:
            raise ComponentError(
                f"{where}: braces in the template {template!r} hold a column's name and nothing else, "
                "such as {title}"
            )
        found.append((literal, name))
    return found


def rendered(template: str, items: Items, where: str) -> pl.Expr:
    """The template filled in for every item.

    A missing value gives nothing; where none of the columns has a value, the whole text is empty,
    so that `fill` can see that the item has none. Raises ComponentError as `parts` and `written`.
    """
    pieces: list[pl.Expr] = []
    values: list[pl.Expr] = []
    for literal, name in parts(template, where):
        if literal:
            pieces.append(pl.lit(literal))
        if name is not None:
            values.append(written(items, name, where))
            pieces.append(values[-1])
    text = pl.concat_str(pieces) if pieces else pl.lit("")
    if not values:
        return text
    nothing = pl.all_horizontal(value == "" for value in values)
    return pl.when(nothing).then(pl.lit("")).otherwise(text)


def written(items: Items, name: str, where: str) -> pl.Expr:
    """A column as text: lists joined by commas, missing values as nothing.

    Raises ComponentError for an unknown column, naming those that are, and for one whose
    values are no text, number, date or list of these.
    """
    frame = items.frame
    if name not in frame.columns:
        raise ComponentError(
            f"{where}: items have no column {name!r}.{closest(name, frame.columns)} "
            f"There are {', '.join(frame.columns)}."
        )
    dtype, column = frame.schema[name], pl.col(name)
    if isinstance(dtype, pl.Array):
        column, dtype = column.arr.to_list(), pl.List(dtype.inner)
    inner = dtype.inner if isinstance(dtype, pl.List) else dtype
    if inner.is_nested() or inner in (pl.Object, pl.Binary):
        raise ComponentError(
            f"{where}: column {name!r} holds {dtype}, which is no text; "
            "it takes text, numbers, dates and lists of these"
        )
    if isinstance(dtype, pl.List):
        column = column.cast(pl.List(pl.String)).list.join(SEPARATOR, ignore_nulls=True)
    return column.cast(pl.String).fill_null("")
