import pytest

from palate.data.words import bags, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Heat (1995). Crime, Drama", ["heat", "1995", "crime", "drama"]),
        ("It's Bob\u2019s sci-fi", ["it's", "bob's", "sci", "fi"]),
        ("安静 的 海", ["安静", "的", "海"]),
        ("Æon_Flux", ["æon", "flux"]),
        (" \n?!", []),
    ],
)
def test_letters_and_digits_are_words_in_lower_case(text, found):
    assert words(text) == found


def test_bags_count_the_words_they_know():
    columns = {"sea": 0, "film": 1}
    assert bags(["sea film sea", "war", ""], columns).toarray().tolist() == [[2, 1], [0, 0], [0, 0]]
    assert columns == {"sea": 0, "film": 1}


def test_bags_that_grow_number_words_as_they_come():
    columns = {}
    assert bags(["b a b", "c a"], columns, grow=True).toarray().tolist() == [[2, 1, 0], [0, 1, 1]]
    assert columns == {"b": 0, "a": 1, "c": 2}


def test_no_texts_make_no_rows():
    assert bags([], {"a": 0}).shape == (0, 1)
