import pytest

from palate_progress.formatting import memory, printable, rate, seconds


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0.00 s"), (0.034, "0.03 s"), (12.34, "12.3 s"), (125, "2 min 5 s"), (3720, "1 h 2 min")],
)
def test_seconds_are_told_in_the_unit_that_fits(value, said):
    assert seconds(value) == said


@pytest.mark.parametrize(("value", "said"), [(0.517, "0.52"), (14.23, "14.2"), (1234.4, "1,234")])
def test_a_rate_has_about_three_digits(value, said):
    assert rate(value) == said


def test_memory_is_in_megabytes():
    assert memory(1_234_000_000) == "1,234 MB"


def test_control_characters_become_spaces():
    assert printable("a\tb\x07c\u2603") == "a b c\u2603"
