"""Fields as text into ids, numbers, times and lists."""

from __future__ import annotations

import html

import polars as pl

WHOLE = r"^(0|-?[1-9]\d{0,17})$"
_TEXT = r'"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_LIST = rf"\[\s*(?:{_TEXT}\s*(?:,\s*{_TEXT}\s*)*)?\]"
_LISTS = rf"\[\s*{_LIST}\s*(?:,\s*{_LIST}\s*)*\]"


def with_ids(
    interactions: pl.DataFrame, items: pl.DataFrame | None, users: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame | None, pl.DataFrame | None]:
    """The same with ids as int64 where all ids of items, or of users, are whole numbers; else as text."""
    found = {}
    for name, table in (("item", items), ("user", users)):
        whole = _whole(interactions[name]) and (table is None or _whole(table["id"]))
        form = pl.Int64 if whole else pl.String
        interactions = interactions.with_columns(pl.col(name).cast(form))
        found[name] = None if table is None else one_each(table.with_columns(pl.col("id").cast(form)))
    return interactions, found["item"], found["user"]


def one_each(table: pl.DataFrame) -> pl.DataFrame:
    """The first row of each id."""
    return table.filter(pl.col("id").is_not_null()).unique("id", keep="first", maintain_order=True)


def number(column: str) -> pl.Expr:
    """A number as float32; null where there is none. `$1,299.00` is 1299."""
    bare = pl.col(column).str.strip_chars("$ ").str.replace_all(",", "")
    return bare.cast(pl.Float32, strict=False)


def whole(column: str) -> pl.Expr:
    """A whole number as int64; null where there is none. `12.0` is 12."""
    text = pl.col(column)
    return pl.coalesce(
        text.cast(pl.Int64, strict=False), text.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    )


def texts(column: str) -> pl.Expr:
    """A JSON list of texts, also one of lists, as a list without repeats; a text alone as a list of one."""
    bare = pl.col(column).str.strip_chars()
    flat, nested = bare.str.contains(f"^{_LIST}$"), bare.str.contains(f"^{_LISTS}$")
    inner = pl.when(nested).then(bare).str.json_decode(pl.List(pl.List(pl.String)))
    found = pl.coalesce(
        pl.when(flat).then(bare).str.json_decode(pl.List(pl.String)),
        inner.list.eval(pl.element().explode()),
        pl.when(bare != "").then(pl.concat_list(bare)),  # "[Reissue] Blue" is a text
    )
    filled = found.list.eval(pl.element().str.strip_chars()).list.eval(
        pl.element().filter(pl.element().is_not_null() & (pl.element() != ""))
    )
    return filled.list.unique(maintain_order=True)


def prose(column: str) -> pl.Expr:
    """A text, or a JSON list of texts, as one text; null where nothing is in it."""
    joined = texts(column).list.join(" ")
    return pl.when(joined != "").then(joined)


def plain(values: pl.Series) -> pl.Series:
    """Text with `&amp;` and its like as the characters they stand for."""
    if not values.str.contains("&", literal=True).any():
        return values
    odd = values.str.contains(r"&#?\w+;").fill_null(False)
    read = [html.unescape(text) for text in values.filter(odd)]
    return values.scatter(odd.arg_true(), pl.Series(read, dtype=pl.String)) if read else values


def _whole(ids: pl.Series) -> bool:
    if ids.dtype.is_integer():
        return True
    return bool(ids.drop_nulls().str.contains(WHOLE).all())
