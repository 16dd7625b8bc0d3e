import math

import numpy as np
import pytest

from palate.errors import ComponentError
from palate.testing import conforms
from palate_bagofwords.tfidf import TfIdf

TEXTS = ["sea film sea", "sea war", "war robots film", "comedy"]

TestTfIdf = conforms(TfIdf)


def test_a_text_by_hand():
    encoder = TfIdf().fit(TEXTS)
    assert list(encoder.vocabulary_.columns) == ["film", "sea", "war", "comedy", "robots"]
    vector = encoder.encode(["sea film sea"])[0]
    weight = math.log(5 / 3) + 1
    assert np.allclose(vector, np.array([weight, 2 * weight, 0, 0, 0]) / (weight * math.sqrt(5)))


def test_the_same_as_scikit_learn():
    sklearn = pytest.importorskip("sklearn.feature_extraction.text", reason="compares with scikit-learn")
    theirs = sklearn.TfidfVectorizer(vocabulary=TfIdf().fit(TEXTS).vocabulary_.columns)
    wanted = theirs.fit_transform(TEXTS).toarray()
    assert np.allclose(TfIdf().fit(TEXTS).encode(TEXTS), wanted, atol=1e-6)
    theirs = sklearn.TfidfVectorizer(vocabulary=TfIdf().fit(TEXTS).vocabulary_.columns, sublinear_tf=True)
    assert np.allclose(
        TfIdf(sublinear=True).fit(TEXTS).encode(TEXTS), theirs.fit_transform(TEXTS).toarray(), atol=1e-6
    )


def test_fewer_dimensions_keep_what_the_largest_singular_values_hold():
    whole = TfIdf().fit(TEXTS).encode(TEXTS).astype(np.float64)
    left, values, right = np.linalg.svd(whole)
    reduced = TfIdf(dimensions=2).fit(TEXTS).encode(TEXTS)
    assert reduced.shape == (4, 2)
    best = left[:, :2] * values[:2] @ right[:2]
    assert np.allclose(reduced @ reduced.T, best @ best.T, atol=1e-5)


def test_words_too_rare_too_common_or_too_many_do_not_count():
    assert list(TfIdf(min_texts=2).fit(TEXTS).vocabulary_.columns) == ["film", "sea", "war"]
    assert list(TfIdf(max_share=0.25).fit(TEXTS).vocabulary_.columns) == ["comedy", "robots"]
    assert list(TfIdf(words=2).fit(TEXTS).vocabulary_.columns) == ["film", "sea"]


def test_a_text_with_no_word_that_counts_gets_zeros():
    vectors = TfIdf(max_share=0.25).fit(TEXTS).encode(["the sea", "", "comedy"])
    assert not vectors[:2].any()
    assert vectors[2].tolist() == [1, 0]


def test_no_word_left_is_refused():
    with pytest.raises(ComponentError, match=r"of 5 different words in 4 texts none is in at least 3 texts"):
        TfIdf(min_texts=3).fit(TEXTS)


def test_more_dimensions_than_there_can_be_are_refused():
    with pytest.raises(ComponentError, match="less than both the 4 different texts and the 5 words"):
        TfIdf(dimensions=4).fit(TEXTS)
