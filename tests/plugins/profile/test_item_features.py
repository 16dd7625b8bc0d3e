import polars as pl

from palate import Items
from palate_profile.item_features import item_features


def items(**columns):
    return Items(pl.DataFrame({"id": range(len(next(iter(columns.values())))), **columns}))


def test_items_are_described_by_words_and_by_attributes():
    found = item_features(
        items(title=["Red fish", "Red boat", "Blue boat", "Boats"] * 2, kind=["x", "y"] * 4, empty=[None] * 8)
    )
    assert list(found) == ["words", "kind"]
    assert sorted(found["words"].names) == ["blue", "boat", "boats", "fish", "red"]
    assert found["words"].matrix.sum() == 2 * (2 + 2 + 2 + 1)


def test_a_word_counts_once_an_item_and_not_at_all_where_one_item_has_it():
    found = item_features(items(title=["red red fish", "red", "green boat"]))
    assert found["words"].names == ["red"]
    assert found["words"].matrix.toarray().tolist() == [[1], [1], [0]]
