import polars as pl
import pytest

from palate import Items
from palate.errors import DataError
from palate_text.clean import Clean
from palate_text.stop_words import CHINESE, ENGLISH


def cleaned(*texts, **options):
    frame = pl.DataFrame({"id": range(len(texts)), "text": texts}, schema_overrides={"text": pl.String})
    return Clean(**options).apply(Items(frame)).text.to_list()


def test_by_default_only_markup_and_white_space_go():
    assert cleaned("<p>Heat,\n\tin  1995:</p> <b>Don't</b>!") == ["Heat, in 1995: Don't!"]


def test_tags_within_a_word_leave_no_gap_and_others_do():
    assert cleaned("<i>un</i>seen<br/>and<p class='x'>heard") == ["unseen and heard"]


def test_what_a_browser_does_not_show_goes_with_its_contents():
    text = "a<!-- not\nthis -->b<script type='x'>var c = '<d>'</script >e<style>f{}</style>g"
    assert cleaned(text) == ["a b e g"]


def test_entities_become_characters_once_and_only_after_tags_went():
    assert cleaned("caf&eacute; &amp;amp; &lt;b&gt; &#20320;", "none here") == [
        "café &amp; <b> 你",
        "none here",
    ]


def test_signs_that_are_no_tags_stay():
    assert cleaned("I <3 you & 1 < 2 > 0") == ["I <3 you & 1 < 2 > 0"]


def test_markup_stays_on_request():
    assert cleaned("<b>a</b> &amp;", html="keep") == ["<b>a</b> &amp;"]


def test_characters_are_written_one_way():
    assert cleaned("cafe\u0301") == ["caf\u00e9"]
    assert cleaned("\ufb01lm \uff26\uff49\uff4c\uff4d", unicode="NFKC") == ["film Film"]
    assert cleaned("cafe\u0301", unicode="none") == ["cafe\u0301"]


def test_lower_case_in_any_script():
    assert cleaned("ÉTÉ Ärger ЁЖ", lower=True) == ["été ärger ёж"]


def test_punctuation_digits_and_symbols_give_way_to_spaces():
    text = "Ocean's 11: $20-million—«über» 第3集\uff01"
    assert cleaned(text, punctuation="strip") == ["Ocean s 11 20 million über 第3集"]
    assert cleaned(text, digits="strip") == ["Ocean's : $ -million—«über» 第 集\uff01"]


def test_english_stop_words_go_whatever_their_case_and_parts_of_words_stay():
    text = "The Thin Red Line, and THE other theatre of the in-laws"
    assert cleaned(text, stop_words="en") == ["Thin Red Line, theatre -laws"]


def test_contractions_are_one_word_with_either_apostrophe():
    assert cleaned("It's what they\u2019re made for; don't", stop_words="en") == ["made ; don't"]


def test_ones_own_stop_words():
    assert cleaned("A film about Film makers", stop_words=["film", "About"]) == ["A makers"]


def test_chinese_stop_words_go_from_text_in_words():
    assert cleaned("我们 的 目的 是 电影", stop_words="zh") == ["目的 电影"]


def test_nothing_is_a_stop_word_that_turns_a_meaning_round():
    assert not {"not", "no", "nor", "never", "without"} & ENGLISH
    assert not {"不", "没", "没有", "无", "非"} & CHINESE


def test_white_space_stays_on_request():
    assert cleaned(" a  b ", whitespace="keep") == [" a  b "]


def test_missing_text_comes_out_empty():
    assert cleaned(None, "a", "<br>") == ["", "a", ""]


def test_without_any_text_the_message_says_what_to_add():
    with pytest.raises(DataError, match="add a preprocessor"):
        Clean().apply(Items(pl.DataFrame({"id": [1]})))
