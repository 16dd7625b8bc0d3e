"""What every source, cleaner and preprocessor must do."""

from __future__ import annotations

from copy import deepcopy

import polars as pl

from palate.data import Dataset, Items
from palate.testing.case import Case, ensure, same
from palate.testing.data import dataset

COLUMNS = {
    "user": pl.Int32,
    "item": pl.Int32,
    "rating": pl.Float32,
    "time": pl.Int64,
    "part": pl.UInt8,
    "strength": pl.Float32,
}


def loads_a_dataset(case: Case) -> None:
    _ensure_sound(case.make().load())


def loading_again_gives_the_same(case: Case) -> None:
    one, other = case.make().load(), case.make().load()
    ensure(_equal(one, other), "loading twice gives two datasets")


def gives_a_dataset(case: Case) -> None:
    _ensure_sound(case.make().apply(dataset()))


def adds_no_rows(case: Case) -> None:
    """A cleaner leaves out or repairs; ids that come out had gone in."""
    before, after = dataset(), case.make().apply(dataset())
    unknown = set(after.items.ids.to_list()) - set(before.items.ids.to_list())
    if not getattr(case.cls, "renames_users", False):
        unknown |= set(after.users["id"].to_list()) - set(before.users["id"].to_list())
    ensure(not unknown, f"ids come out that had not gone in, such as {sorted(map(str, unknown))[:3]}")
    ensure(after.interactions.height <= before.interactions.height, "more interactions come out than went in")


def no_user_unsees_an_item(case: Case) -> None:
    """Where user and item both stay, what the user had seen is still among the events.

    An event that says nothing of liking is made `dataset.seen_only(...)`: what users have seen is not
    recommended to them again.
    """
    before, after = dataset(), case.make().apply(dataset())
    left = set(zip(after.users["id"].gather(after.interactions["user"]),
                   after.items.ids.gather(after.interactions["item"]), strict=True))  # fmt: skip
    users, items = set(after.users["id"]), set(after.items.ids)
    pairs = zip(before.users["id"].gather(before.interactions["user"]),
                before.items.ids.gather(before.interactions["item"]), strict=True)  # fmt: skip
    lost = sorted({pair for pair in pairs if pair[0] in users and pair[1] in items} - left)
    ensure(
        not lost,
        f"{len(lost)} users unsee an item, such as {lost[:2]}; keep events as `dataset.seen_only(rows)`",
    )


def cleaning_leaves_its_input_as_it_is(case: Case) -> None:
    data = dataset()
    before = deepcopy((data.interactions, data.items, data.users))
    one = case.make().apply(data)
    ensure(
        same((data.interactions, data.items, data.users), before), "cleaning changes the dataset it was given"
    )
    ensure(_equal(one, case.make().apply(data)), "cleaning twice gives two datasets")


def writes_a_text_for_each_item(case: Case) -> None:
    items = dataset().items
    out = case.make().apply(items)
    ensure(isinstance(out, Items), f"apply() must give Items; got {type(out).__name__}")
    ensure(out.ids.equals(items.ids), "the items must be the same, in the same order")
    ensure("text" in out.frame.columns, "there is no column `text`")
    text = out.frame["text"]
    ensure(text.dtype == pl.String and not text.null_count(), "`text` must be text, and never missing")


def attributes_stay_as_they_are(case: Case) -> None:
    items = dataset().items
    before = deepcopy(items)
    out = case.make().apply(items)
    ensure(same(items, before), "the items given are changed")
    ensure(
        out.frame.select(items.attributes).equals(items.frame.select(items.attributes)), "attributes change"
    )


def _ensure_sound(data: object) -> None:
    if not isinstance(data, Dataset):
        ensure(False, f"a Dataset must come out; got {type(data).__name__}")
        return
    frame = data.interactions
    for name, sort in COLUMNS.items():
        if name in frame.columns or name in ("user", "item"):
            found = frame.schema.get(name)
            ensure(found == sort, f"interactions need {name!r} as {sort}; got {found}")
    ensure(frame.height > 0, "there are no interactions")
    for name, count in (("user", data.users.height), ("item", len(data.items))):
        low, high = frame.select(pl.col(name).min().alias("low"), pl.col(name).max().alias("high")).row(0)
        ensure(
            0 <= low <= high < count, f"row numbers of {name}s must be 0 to {count - 1}; got {low} to {high}"
        )
    for ids, what in ((data.users["id"], "users"), (data.items.ids, "items")):
        ensure(
            ids.is_sorted() and not ids.is_duplicated().any(), f"ids of {what} must be ascending and unique"
        )
    ensure(
        same(data.with_interactions(frame).interactions, frame),
        "interactions must be in order; use from_frames",
    )


def _equal(one: Dataset, other: Dataset) -> bool:
    return same((one.interactions, one.items, one.users), (other.interactions, other.items, other.users))


SOURCE = (loads_a_dataset, loading_again_gives_the_same)
CLEANER = (gives_a_dataset, adds_no_rows, no_user_unsees_an_item, cleaning_leaves_its_input_as_it_is)
PREPROCESSOR = (writes_a_text_for_each_item, attributes_stay_as_they_are)
