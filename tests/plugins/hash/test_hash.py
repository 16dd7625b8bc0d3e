import subprocess
import sys

import numpy as np

from palate.testing import conforms
from palate_hash.encoder import Hash

TestHash = conforms(Hash)


def test_a_word_is_one_column_with_a_sign_and_counts_as_often_as_it_stands():
    once, twice, upper, none = Hash(dimensions=64).encode(["sea", "sea, sea!", "SEA", "?!"])
    assert sorted(np.abs(once).tolist()) == [0.0] * 63 + [1.0]
    assert np.array_equal(twice, 2 * once)
    assert np.array_equal(upper, once)
    assert not none.any()


def test_a_text_is_the_sum_of_its_words():
    sea, film, both = Hash(dimensions=32).encode(["sea", "film", "film sea"])
    assert np.array_equal(both, sea + film)


def test_another_seed_deals_words_out_otherwise():
    texts = ["sea film war robots planets comedy"]
    assert not np.array_equal(Hash(seed=0).encode(texts), Hash(seed=1).encode(texts))


def test_another_process_gets_the_same_vectors():
    script = (
        "from palate_hash.encoder import Hash; "
        "print(Hash(dimensions=16).encode(['a quiet film about the sea'])[0].tolist())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(Hash(dimensions=16).encode(["a quiet film about the sea"])[0].tolist())
