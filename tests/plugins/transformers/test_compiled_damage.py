"""A compiled network that is damaged in the cache is compiled again, and gives the same vectors."""

import numpy as np
import pytest

from palate.paths import cache_folder
from palate_transformers.encoder import Transformers

pytest.importorskip("openvino", reason="needs palate[openvino]")


def test_a_network_with_a_flipped_bit_is_made_again(bert_folder, monkeypatch, tmp_path):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path))

    def vectors():
        return Transformers(model=str(bert_folder), dtype="float32", backend="openvino").encode(["a", "b a"])

    right = vectors()
    (place,) = (cache_folder() / "openvino").iterdir()
    path = place / "network.bin"
    data = bytearray(path.read_bytes())
    data[-1] ^= 64  # the exponent of a weight
    path.write_bytes(data)
    assert np.array_equal(vectors(), right)
    assert [each.name for each in place.parent.iterdir()] == [place.name]
