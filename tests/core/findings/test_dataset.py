"""What stands out in a data set; every count is computed by hand from the frames."""

import numpy as np
import polars as pl
import pytest

from palate.data import Dataset
from palate.findings import lost, of_dataset, size, warnings_of

DAY = 86_400
START = 1_600_000_000


def dataset(items=None, **columns):
    n = len(next(iter(columns.values())))
    frame = {"user": [at % 5 for at in range(n)], "item": [at % 4 for at in range(n)], **columns}
    return Dataset.from_frames(pl.DataFrame(frame), items)


def found(data, code):
    return [finding for finding in of_dataset(data) if finding.code == code]


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        (
            [1, 0, 0, 1, 1],
            "the rating is 0 or 1, as a label is, and 2 of 5 events (40%) with 0 count as likes",
        ),
        (
            [1, -1, 1, 1],
            "the rating is -1 or 1, as a label is, and 1 of 4 events (25%) with -1 count as likes",
        ),
        (
            [1, -1, 0, 0],
            "the rating is -1, 0 or 1, as a label is, and 3 of 4 events (75%) with -1 or 0 count",
        ),
    ],
)
def test_a_rating_that_is_a_label_is_a_warning_with_the_events_that_count_as_likes(ratings, said):
    (finding,) = found(dataset(rating=ratings), "label")
    assert finding.message.startswith(said)
    assert finding.level == "warning"


def test_nothing_is_said_of_a_label_that_a_feedback_has_read():
    data = dataset(rating=[1.0, 0.0, 0.0, 1.0])
    marked = data.with_strengths(data.interactions["rating"].to_numpy() * 2 - 1)
    assert found(marked, "label") == []


def test_one_rating_for_all_and_low_ratings_are_notes_that_no_run_reports():
    assert found(dataset(rating=[1, 1, 1]), "flag")[0].level == "note"
    (finding,) = found(dataset(rating=[1, 2, 3, 4, 5, 5]), "ratings-as-likes")
    assert finding.message.startswith("every event counts as a like, the 2 (33%) with a rating below 3 too")
    assert warnings_of(of_dataset(dataset(rating=[1, 2, 3, 4, 5, 5]))) == []


@pytest.mark.parametrize(
    ("ratings", "values"),
    [
        ([0, 1, 2, 5, 0], {0.0: 2}),
        ([-1, 1, 2, 5], {-1.0: 1}),
        ([1, 2, 5, 9999], {9999.0: 1}),
        ([1, 2, 3, 99, -9, 4], {99.0: 1, -9.0: 1}),
        ([-1, 1, 2, 5, 9999, 9999], {-1.0: 1, 9999.0: 2}),
        ([1, 2, 3, 4, 5], {}),
        ([-2, -1, 0, 1, 2], {}),
        ([0, 1, 0, 1], {}),
        ([20, 50, 80, 99, 100], {}),
    ],
)
def test_a_rating_apart_from_all_others_seems_to_stand_for_none(ratings, values):
    findings = found(dataset(rating=ratings), "missing-value")
    assert {each.numbers["value"]: each.numbers["events"] for each in findings} == values


def test_words_and_numbers_that_stand_for_none_are_found_among_attributes():
    items = pl.DataFrame(
        {"id": [0, 1, 2, 3], "genre": ["a", "NA", "?", "?"], "year": [1990, 1995, 9999999, 2000],
         "price": [3.5, -1.0, 2.0, 7.25]}
    )  # fmt: skip
    data = dataset(items, rating=[1, 2])
    findings = found(data, "missing-value")
    assert {each.level for each in findings} == {"note"}
    assert [each.level for each in of_dataset(data, {"genre"}) if each.code == "missing-value"] == [
        "warning", "note",
    ]  # fmt: skip
    assert {each.numbers["column"]: each.numbers["values"] for each in findings} == {
        "genre": {"?": 2, "NA": 1},
        "price": {"-1": 1},
    }


def test_a_column_that_nothing_reads_is_a_warning_with_its_values():
    (finding,) = found(dataset(type=["view", "view", "cart", "view"]), "unused-column")
    assert finding.message.startswith("the column 'type' of the interactions (view 3, cart 1) is not used")


def test_events_of_one_time_have_no_order():
    (finding,) = found(dataset(time=[START] * 6), "one-time")
    assert finding.message == (
        "all 6 events have one time, 2020-09-13 12:26, so no order in time means anything"
    )


def test_a_few_times_outside_any_calendar_are_a_warning_and_all_are_a_note():
    times = [START + at * DAY for at in range(8)]
    (finding,) = found(dataset(time=[0, *times, 10**11]), "odd-time")
    assert finding.message.startswith(
        "2 of 10 events are before 1990 or after 2100, from 1970-01-01 00:00 to"
    )
    assert found(dataset(time=list(range(30))), "odd-time")[0].level == "note"
    assert found(dataset(time=times), "odd-time") == []


def test_a_moment_with_a_fifth_of_the_events_is_a_warning():
    spread = [START + at * DAY for at in range(40)]
    (finding,) = found(dataset(time=[*spread, *[START] * 10]), "one-moment")
    assert finding.message.startswith("11 of 50 events (22%) have the time 2020-09-13 12:26")
    assert found(dataset(time=[*spread, *[START] * 5]), "one-moment") == []


def test_a_long_time_without_events_is_a_note():
    times = [START + at * DAY for at in [*range(20), *range(60, 80)]]
    (finding,) = found(dataset(time=times), "gap")
    assert finding.message == "there are no events from 2020-10-02 12:26 to 2020-11-12 12:26, 41 of 79 days"


def test_a_user_with_a_fifth_of_the_events_is_a_warning():
    users = [*range(25), *[7] * 6]
    data = Dataset.from_frames(pl.DataFrame({"user": users, "item": list(range(31))}))
    (finding,) = found(data, "one-user")
    assert finding.message == "user 7 has 7 of 31 events (23%); the median of the others is 1"
    few = Dataset.from_frames(pl.DataFrame({"user": [0, 0, 0, 1], "item": [0, 1, 2, 0]}))
    assert found(few, "one-user") == []


def test_items_of_the_catalogue_are_counted_against_those_with_events():
    items = pl.DataFrame({"id": [1, 2, 3, 4, 5], "title": ["a", "b", "c", "d", "e"]})
    data = Dataset.from_frames(pl.DataFrame({"user": [1, 1, 2], "item": [1, 9, 8]}), items)
    (idle,) = found(data, "idle-items")
    assert idle.message == "4 of 7 items (57%) have no event"
    (unknown,) = found(data, "unknown-items")
    assert unknown.message == "2 of 3 items with events (67%) have no attribute at all, such as 8, 9"
    assert unknown.level == "warning"


def test_catalogues_that_share_no_id_with_the_events_get_the_hint():
    items = pl.DataFrame({"id": [11, 12], "title": ["a", "b"]})
    data = Dataset.from_frames(pl.DataFrame({"user": [1, 1], "item": [1, 2]}), items)
    (unknown,) = found(data, "unknown-items")
    assert unknown.message.endswith("such as 1, 2: compare how both files write their ids")


def test_what_a_step_takes_out_is_a_warning_from_half_of_the_users_or_items():
    before = Dataset.from_frames(pl.DataFrame({"user": [1, 2, 3, 4, 4], "item": [1, 1, 2, 3, 1]}))
    rows = before.interactions["user"].to_numpy() == 3  # the fourth user, with two events
    after = before.with_interactions(before.interactions.filter(pl.Series(rows)))
    assert (size(before).users, size(before).items, size(after).users, size(after).items) == (4, 3, 1, 2)
    (finding,) = lost("cleaner 'x'", size(before), size(after))
    assert finding.message == "cleaner 'x' leaves 3 of 4 users (75%) without events"
    assert lost("cleaner 'x'", size(before), size(before)) == []


def test_plain_data_have_nothing_that_a_run_reports():
    rng = np.random.default_rng(0)
    times = (START + rng.permutation(200) * DAY).tolist()
    data = Dataset.from_frames(
        pl.DataFrame({"user": [at % 40 for at in range(200)], "item": [at % 31 for at in range(200)],
                      "rating": [1 + at % 5 for at in range(200)], "time": times})
    )  # fmt: skip
    assert warnings_of(of_dataset(data)) == []
