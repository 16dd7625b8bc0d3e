import numpy as np
import polars as pl
import pytest

from palate.data import Dataset, Fold
from palate.data import questions as module
from palate.data.questions import Questions
from palate.errors import DataError

EVENTS = [  # user, item, time
    (0, 0, 1), (0, 1, 2), (0, 2, 5), (0, 3, 7), (0, 4, 7), (0, 2, 8), (0, 0, 9), (0, 5, 10),
    (1, 1, 6), (1, 1, 6), (1, 3, 6),
]  # fmt: skip
CUT = 5


def dataset(events=EVENTS, **columns):
    user, item, time = (list(each) for each in zip(*events, strict=True))
    items = pl.DataFrame({"id": range(6)})
    return Dataset.from_frames(pl.DataFrame({"user": user, "item": item, "time": time, **columns}), items)


def cut(data, repeats="discover"):
    test = data.interactions["time"].to_numpy() >= CUT
    return Fold(Fold.from_masks(len(test), test=test).part, repeats)


def asked(questions):
    """(User, item, what is known) of each question."""
    history = questions.query(np.arange(len(questions))).masked
    past = [history.items[a:b].tolist() for a, b in zip(history.indptr, history.indptr[1:], strict=False)]
    return list(zip(questions.users.tolist(), questions.items.tolist(), past, strict=True))


def test_each_event_is_asked_for_after_all_before_it():
    data = dataset()
    found = Questions.of(data, cut(data), "test")
    assert asked(found) == [
        (0, 2, [0, 1]),
        (0, 3, [0, 1, 2]),  # of the same second as the next: neither knows the other
        (0, 4, [0, 1, 2]),
        (0, 5, [0, 1, 2, 3, 4, 2, 0]),
        (1, 1, []),  # twice in one second is once
        (1, 3, []),
    ]
    assert (found.seen_again, found.asked) == (3, 2)


def test_where_repeats_count_they_are_asked_for_too():
    data = dataset()
    found = Questions.of(data, cut(data, "allow"), "test")
    assert asked(found)[3:5] == [(0, 2, [0, 1, 2, 3, 4]), (0, 0, [0, 1, 2, 3, 4, 2])]
    assert found.seen_again == 1
    assert not found.truth(np.arange(2)).masks


def test_the_truth_of_a_question_is_its_one_item():
    data = dataset(rating=[3.0, 3, 1, 2, 3, 4, 5, 6, 7, 7, 9])
    found = Questions.of(data, cut(data), "test")
    truth = found.truth(np.array([1, 3]))
    assert truth.relevant.tolist() == [3, 5]
    assert truth.counts.tolist() == [1, 1]
    assert truth.gains.tolist() == [2, 6]
    assert truth.history.counts.tolist() == [3, 7]
    assert truth.popularity.tolist() == [1, 1, 0, 0, 0, 0]
    assert truth.trained == 1
    assert found.truth().relevant.tolist() == found.items.tolist()


def test_a_user_who_was_not_in_training_is_unknown():
    data = dataset()
    query = Questions.of(data, cut(data), "test").query(np.array([0, 5]))
    assert query.users.tolist() == [0, -1]
    assert query.rows.tolist() == [0, 1]


def test_questions_of_one_user_and_second_are_asked_once():
    data = dataset()
    first, place = Questions.of(data, cut(data), "test").distinct
    assert first.tolist() == [0, 1, 3, 4]
    assert place.tolist() == [0, 1, 1, 2, 3, 3]


def test_only_some_users_are_asked():
    data = dataset()
    found = Questions.of(data, cut(data), "test", np.array([1]))
    assert asked(found) == [(1, 1, []), (1, 3, [])]
    assert (found.seen_again, found.asked) == (1, 1)


def test_views_are_known_and_masked_and_dislikes_stand_apart():
    strength = [1.0, -1, 0, 1, 0, 1, 1, 1, 1, 1, 1]
    data = dataset(strength=strength)
    found = Questions.of(data, cut(data), "test")
    # item 2 was viewed at 5 and liked at 8: seen before; 4 was only viewed
    assert found.items[found.users == 0].tolist() == [3, 5]
    query = found.query(np.array([1]))
    assert query.history.items.tolist() == [0, 3, 2, 0]
    assert query.disliked.items.tolist() == [1]
    assert query.disliked.strengths.tolist() == [1]
    assert query.seen.items.tolist() == [0, 1, 2, 3, 4, 2, 0]


def test_what_happened_later_does_not_change_what_a_user_liked_before():
    """Item 1 is liked, and later disliked: liked when item 2 is asked for, not any more for item 3."""
    events = [(0, 0, 1), (0, 1, 5), (0, 2, 6), (0, 1, 7), (0, 3, 8)]
    data = dataset(events, strength=[1.0, 1, 1, -3, 1])
    found = Questions.of(data, cut(data), "test")
    query = found.query(np.arange(3))
    assert found.items.tolist() == [1, 2, 3]
    assert query.take([1]).history.items.tolist() == [0, 1]
    assert query.take([2]).history.items.tolist() == [0, 2]
    assert query.take([2]).disliked.items.tolist() == [1]


@pytest.mark.parametrize(("events", "most"), [(1, 9), (5, 9), (100, 2), (100, 9)])
def test_blocks_hold_no_more_events_than_fit_and_lose_no_question(monkeypatch, events, most):
    monkeypatch.setattr(module, "EVENTS", events)
    monkeypatch.setattr(module, "MOST", most)
    data = dataset()
    found = Questions.of(data, cut(data), "test")
    blocks = list(found.blocks(np.arange(len(found))))
    assert np.concatenate(blocks).tolist() == list(range(6))
    assert all(len(block) <= most for block in blocks)
    reach = [int((found.ends - found.starts)[block].sum()) for block in blocks]
    assert all(sum_ <= events or len(block) == 1 for sum_, block in zip(reach, blocks, strict=True))


def test_the_validation_part_is_asked_without_the_test_part():
    data = dataset()
    time = data.interactions["time"].to_numpy()
    fold = Fold.from_masks(len(time), validation=(time >= 5) & (time < 8), test=time >= 8)
    assert [past for user, _, past in asked(Questions.of(data, fold, "validation")) if user == 0] == [
        [0, 1], [0, 1, 2], [0, 1, 2],
    ]  # fmt: skip


def test_a_part_that_is_not_in_order_is_refused_with_what_would_be():
    data = dataset()
    fold = Fold.from_masks(11, test=np.arange(11) == 0)
    with pytest.raises(
        DataError, match=r"1 of 1 events of the test part .* needs a split in time, such as 'temp"
    ):
        Questions.of(data, fold, "test")


def test_without_times_there_is_no_order():
    frame = pl.DataFrame({"user": [0, 0], "item": [0, 1]})
    data = Dataset.from_frames(frame)
    with pytest.raises(DataError, match="the source has no times"):
        Questions.of(data, Fold.from_masks(2, test=np.array([False, True])), "test")
