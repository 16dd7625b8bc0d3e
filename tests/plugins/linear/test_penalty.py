import numpy as np
import pytest

from palate.testing import training_of
from palate_linear.dlae import Dlae
from palate_linear.ease import Ease
from palate_linear.penalty import in_steps, penalty


def test_left_to_the_data_it_is_near_three_times_the_mean_events_of_an_item_that_has_any():
    history = training_of([[0, 1], [0], [0]], 5).history  # three events of item 0, one of item 1: 6
    assert penalty("auto", history) == pytest.approx(2**2.5)  # between 2 to the 2½ and 2 to the 2¾, 6.73
    assert penalty(7.5, history) == 7.5


def test_a_few_events_more_leave_it_as_it_was():
    many = [[0, 1]] * 50
    before, after = (penalty("auto", training_of(rows, 2).history) for rows in (many, [*many, [0], [1]]))
    assert before == after == pytest.approx(2**7.25)  # 150 and 153
    assert penalty("auto", training_of([[0, 1]] * 60, 2).history) == pytest.approx(2**7.5)  # 180


def test_without_any_event_there_is_a_penalty_too():
    assert penalty("auto", training_of([[]], 2).history) > 0


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_the_weights_are_those_of_that_penalty(cls):
    training = training_of([[0, 1], [0], [0]], 3)
    assert (cls().fit(training).weights_ == cls(l2=2**2.5).fit(training).weights_).all()


def test_numbers_in_steps_are_the_nearest_powers():
    assert in_steps(np.array([0.0, 1.0, 1.4, 3.0, 100.0]), 1).tolist() == [0, 1, 1, 4, 128]
