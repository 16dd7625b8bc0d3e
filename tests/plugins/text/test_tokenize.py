import sys

import polars as pl
import pytest

from palate import Items
from palate.errors import MissingLibrary
from palate_text.tokenize import Tokenize


def words(*texts, **options):
    frame = pl.DataFrame({"id": range(len(texts)), "text": texts}, schema_overrides={"text": pl.String})
    return Tokenize(**options).apply(Items(frame)).text.to_list()


def test_english_parts_where_letters_and_digits_end():
    assert words("Ocean's 11: the  heist—part_two (2001)!") == ["Ocean's 11 the heist part two 2001"]


def test_letters_of_any_alphabet_and_their_marks_are_letters():
    assert words("Ärger, cafe\u0301; Привет, नमस्ते") == ["Ärger cafe\u0301 Привет नमस्ते"]


def test_text_without_words_comes_out_empty():
    assert words("...", "", None) == ["", "", ""]


def test_chinese_is_segmented_and_its_punctuation_left_out():
    pytest.importorskip("rjieba", reason="segmenting Chinese needs rjieba")
    assert words("我来到北京清华大学。", "", "《Heat》1995年", language="zh") == [
        "我 来到 北京 清华大学",
        "",
        "Heat 1995 年",
    ]


def test_letters_without_spaces_between_words_become_pairs_in_any_mixture_of_languages():
    assert words("我来到北京。Heat 1995年 AI模型", "北", "カレー와 밥!", None, language="cjk") == [
        "我来 来到 到北 北京 Heat 1995 年 AI 模型",
        "北",
        "カレ レー ー와 밥",
        "",
    ]
    assert words("Ocean's 11: part_two!", language="cjk") == words("Ocean's 11: part_two!")


def test_without_rjieba_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(MissingLibrary, match=r'pip install "palate\[chinese\]"'):
        words("北京", language="zh")
    assert words("Heat.") == ["Heat"]
