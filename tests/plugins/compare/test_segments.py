import numpy as np
import polars as pl
import pytest

from palate import compare
from palate.data import History, Items, Truth
from palate.errors import DataError
from palate.runs.ground_truth import GroundTruth
from palate_compare.rankings import as_ranking, rows_of
from palate_compare.segmentations import popularity_class, segmentations
from palate_compare.segments import only


def judged_of(past, relevant, popularity, **columns):
    n_items = len(popularity)
    truth = History.from_lists(relevant, n_items)
    counts = np.array(popularity, np.int64)
    items = Items(pl.DataFrame({"id": range(n_items), **columns.get("items", {})}))
    people = pl.DataFrame({"id": [f"u{at}" for at in range(len(past))], **columns.get("people", {})})
    known = np.array([bool(each) for each in past])
    return GroundTruth(people, known, Truth(truth.indptr, truth.items, n_items, counts),
                  History.from_lists(past, n_items), items)  # fmt: skip


def test_head_items_have_a_third_of_what_was_met_and_items_never_met_are_cold():
    # 30 events: the first 10 are head, up to 20 middle, the rest tail
    assert popularity_class(np.array([1, 0, 10, 4, 5, 10, 0])).tolist() == [2, 3, 0, 2, 2, 1, 3]


def test_users_are_divided_by_history_activity_and_whether_they_are_known():
    past = [[], [0], [0] * 5, [0] * 20, [0] * 100, [0] * 99]
    found = {each.name: each for each in segmentations(judged_of(past, [[1]] * 6, [3, 1]))}
    lengths = {label: np.flatnonzero(mask).tolist() for label, mask in found["history length"].masks.items()}
    assert lengths == {"none": [0], "1 to 4": [1], "5 to 19": [2], "20 to 99": [3, 5], "100 and more": [4]}
    assert np.flatnonzero(found["users"].masks["cold"]).tolist() == [0]
    assert [int(mask.sum()) for mask in found["user activity"].masks.values()] == [2, 2, 2]


def test_any_column_divides_by_value_by_list_or_in_quarters():
    people = {"age": ["old", "young", None]}
    items = {"genres": [["a", "b"], ["b"], []] * 5, "year": [float(at) for at in range(15)]}
    ground_truth = judged_of([[0]] * 3, [[1]] * 3, [1] * 15, people=people, items=items)
    *_, age, genres, year = segmentations(ground_truth, ("user:age", "item:genres", "item:year"))
    assert {label: mask.tolist() for label, mask in age.masks.items()} == {
        "old": [True, False, False], "young": [False, True, False]
    }  # fmt: skip
    assert [int(mask.sum()) for mask in genres.masks.values()] == [10, 5]
    assert [int(mask.sum()) for mask in year.masks.values()] == [4, 4, 3, 4]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("age", "a segment is `user:COLUMN`"),
        ("user:agge", "Did you mean 'age'"),
        ("item:text", "items have no column"),
    ],
)
def test_a_column_that_is_not_there_is_said(asked, said):
    ground_truth = judged_of([[0]], [[1]], [1, 1], people={"age": [3]})
    with pytest.raises(DataError, match=said):
        list(segmentations(ground_truth, (asked,)))


def test_a_segment_of_items_counts_only_relevant_items_of_that_kind():
    ground_truth = judged_of([[0], [0], [0]], [[1, 2], [2], [3]], [5, 1, 1, 1])
    part = only(ground_truth.truth, np.array([False, True, False, True]))
    assert part.counts.tolist() == [1, 0, 1]
    assert part.relevant.tolist() == [1, 3]


def test_a_ranking_from_a_file_has_a_row_for_everyone_judged_whatever_the_order_of_its_lines():
    ground_truth = judged_of([[0], [0]], [[1], [2]], [1] * 4)
    frame = pl.DataFrame(
        {"user": ["u1", "stranger", "u1", "u1"], "rank": [2, 1, 1, 3], "item": [3, 0, 2, 99]}
    )
    assert as_ranking(frame, ground_truth).items.tolist() == [[-1, -1, -1], [2, 3, -1]]


def test_ids_are_found_though_written_as_another_type():
    assert rows_of(pl.Series([3, 7, 9]), pl.Series([" 9", "x", "3"])).tolist() == [2, -1, 0]
    assert rows_of(pl.Series(["3", "7"]), pl.Series([7, 8])).tolist() == [1, -1]


def test_the_segments_of_users_make_up_the_whole(found):
    for dimension in ("history length", "user activity", "users"):
        rows = found.segments.filter(dimension=dimension, name="fused")
        mean = (rows["mean"] * rows["users"]).sum() / rows["users"].sum()
        assert rows["users"].sum() == len(found.paired)
        assert mean == pytest.approx(found.table.filter(name="fused")["ndcg@5"].item())


def test_popularity_serves_the_head_and_not_the_tail(found):
    rows = found.segments.filter(dimension="items", name="popularity")
    values = dict(zip(rows["segment"], rows["mean"], strict=True))
    assert values["head"] > values["tail"] == 0.0


def test_columns_asked_for_stand_in_the_comparison(single, places):
    found = compare(single, segment=["user:age", "item:kind", "item:price"], **places)
    assert set(found.segments["dimension"].unique()) > {"user:age", "item:kind", "item:price"}
    assert set(found.segments.filter(dimension="user:age")["segment"]) == {"young", "old"}
    assert found.segments.filter(name=found.reference)["verdict"].null_count() > 0
    with pytest.raises(DataError, match="users have no column 'sex'"):
        compare(single, segment=["user:sex"], **places)
