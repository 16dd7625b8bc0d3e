import numpy as np
import pytest

from palate.errors import ComponentError
from palate_transformers.tokens import Reading

transformers = pytest.importorskip("transformers", reason="the encoder needs transformers")


@pytest.fixture
def bert(bert_folder):
    return transformers.AutoTokenizer.from_pretrained(bert_folder)


@pytest.fixture
def decoder(decoder_folder):
    return transformers.AutoTokenizer.from_pretrained(decoder_folder)


def read(tokenizer, *texts, prompt="{text}", echo=False, max_length=None):
    found = Reading(tokenizer, prompt, echo, max_length).tokens(texts)
    return [" ".join(tokenizer.convert_ids_to_tokens(row)) for row in found.rows], found


def test_texts_are_cut_as_the_tokenizer_itself_cuts_them(bert):
    rows, found = read(bert, "a b c d e", "a b", max_length=5)
    wanted = bert(["a b c d e", "a b"], truncation=True, max_length=5)["input_ids"]
    assert found.rows == wanted
    assert rows == ["[CLS] a b c [SEP]", "[CLS] a b [SEP]"]
    assert found.cut == 1


def test_a_prompt_keeps_its_end_when_the_text_is_cut(bert, decoder):
    rows, found = read(bert, "a b c d e a b", prompt="f {text} e f", max_length=8)
    assert rows == ["[CLS] f a b c e f [SEP]"]
    assert found.cut == 1
    rows, _ = read(decoder, "a b c d e a b", prompt="f {text} e f", max_length=6)
    assert rows == ["f a b c e f"]


def test_a_prompt_that_leaves_no_room_is_refused(decoder):
    with pytest.raises(ComponentError, match=r"leaves 2 tokens, and the prompt alone has 2 behind the text"):
        read(decoder, "a b c", prompt="{text} e f", max_length=2)


def test_an_echo_stands_twice_and_only_the_second_time_counts(decoder):
    rows, found = read(decoder, "a b", "c", echo=True)
    assert rows == ["a b a b", "c c"]
    assert found.skipped.tolist() == [2, 1]


def test_an_echo_that_is_too_long_is_cut_in_both_halves(decoder):
    rows, found = read(decoder, "a b c d", "e", echo=True, max_length=5)
    assert rows == ["a b a b", "e e"]
    assert (found.cut, found.skipped.tolist()) == (1, [2, 1])


def test_no_texts_give_no_tokens(bert):
    rows, found = read(bert)
    assert (rows, found.skipped.shape) == ([], (0,))


def test_a_text_of_100000_characters_is_cut(bert):
    _, found = read(bert, "a b " * 25_000, max_length=16)
    assert [len(row) for row in found.rows] == [16]
    assert np.array_equal(found.rows[0][-1:], [3])
