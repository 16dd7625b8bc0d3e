import pytest

from palate.report.axis import Axis, fitted, plain_number, written

DAY = 86400.0


def texts(values, scale="linear", room=0.08):
    return [text for _, text in fitted(values, 0, 100, scale, room).ticks]


def test_round_marks_stand_on_every_axis():
    assert texts([0.0, 0.4]) == ["0.0", "0.1", "0.2", "0.3", "0.4"]
    assert texts([0.05, 20.0], "log") == ["0.1", "1", "10"]
    assert texts([120.0, 190.0], "log") == ["120", "140", "160", "180"]
    assert texts([3.0, 3.0]) == ["2.8", "3.0", "3.2"]


def test_an_axis_is_fitted_to_data_that_lie_far_from_zero():
    axis = fitted([0.2036, 0.2038], 0, 100)
    assert (axis.low, axis.high) == (pytest.approx(0.203584), pytest.approx(0.203816))
    assert [text for _, text in axis.ticks] == ["0.20360", "0.20365", "0.20370", "0.20375", "0.20380"]


def test_a_single_value_stands_in_the_middle():
    assert fitted([3.0, 3.0], 0, 100).place(3.0) == pytest.approx(50)
    assert fitted([7.0], 0, 100, "log").place(7.0) == pytest.approx(50)
    assert fitted([DAY * 9000], 0, 100, "date").place(DAY * 9000) == pytest.approx(50)


def test_a_logarithmic_axis_puts_equal_factors_at_equal_distances():
    axis = Axis(1, 100, 0, 100, "log")
    assert [axis.place(value) for value in (1, 10, 100)] == [0, 50, 100]


@pytest.mark.parametrize(
    ("days", "marks"),
    [
        ((0, 9), ["1970-01-01", "1970-01-03", "1970-01-05", "1970-01-07", "1970-01-09"]),
        ((0, 200), ["1970-01", "1970-03", "1970-05", "1970-07"]),
        ((0, 5 * 365), ["1970", "1971", "1972", "1973", "1974"]),
        ((0.2, 0.4), ["1970-01-01", "1970-01-01"]),
    ],
)
def test_a_time_axis_has_days_months_or_years(days, marks):
    assert texts([day * DAY for day in days], "date", room=0.0) == marks


def test_numbers_are_written_as_people_write_them():
    shown = [plain_number(value) for value in (0.05, 12000.0, 3e6, 2.5e9, -1234.5, 0.0)]
    assert shown == ["0.05", "12,000", "3M", "2.5G", "-1,234", "0"]
    assert written(0.0, "date") == "1970-01-01"
