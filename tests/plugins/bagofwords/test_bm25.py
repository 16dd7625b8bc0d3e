import math

import numpy as np

from palate.testing import conforms
from palate_bagofwords.bm25 import BM25

TEXTS = ["sea film sea", "sea war", "war robots film", "comedy"]

TestBM25 = conforms(BM25)


def test_a_text_by_hand():
    encoder = BM25(k1=1.2, b=0.5).fit(TEXTS)
    columns = encoder.vocabulary_.columns
    vector = encoder.encode(["sea film sea"])[0]
    slow = 1.2 * (0.5 + 0.5 * 3 / (9 / 4))
    rarity = math.log(1 + 2.5 / 2.5)
    assert math.isclose(vector[columns["sea"]], rarity * 2 * 2.2 / (2 + slow), rel_tol=1e-6)
    assert math.isclose(vector[columns["film"]], rarity * 2.2 / (1 + slow), rel_tol=1e-6)
    assert np.count_nonzero(vector) == 2


def test_without_k1_only_rarity_counts():
    encoder = BM25(k1=0).fit(TEXTS)
    vector = encoder.encode(["sea sea sea comedy"])[0]
    assert math.isclose(vector[encoder.vocabulary_.columns["sea"]], math.log(2), rel_tol=1e-6)
    assert math.isclose(vector[encoder.vocabulary_.columns["comedy"]], math.log(1 + 3.5 / 1.5), rel_tol=1e-6)


def test_with_b_a_long_text_is_held_against_its_words():
    for b, same in ((0.0, True), (0.75, False)):
        encoder = BM25(b=b).fit(TEXTS)
        short, long = encoder.encode(["sea", "sea war robots film comedy"])
        column = encoder.vocabulary_.columns["sea"]
        assert math.isclose(short[column], long[column], rel_tol=1e-6) is same
        assert short[column] >= long[column]


def test_a_word_in_every_text_never_counts_against_one():
    encoder = BM25().fit(["sea a", "sea b"])
    assert (encoder.encode(["sea a"]) >= 0).all()


def test_fewer_dimensions():
    assert BM25(dimensions=2).fit(TEXTS).encode(TEXTS).shape == (4, 2)
