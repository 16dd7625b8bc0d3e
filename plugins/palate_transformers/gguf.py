"""Models in a single GGUF file, as llama.cpp writes them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import struct
from pathlib import Path
from typing import Any, BinaryIO

from palate.checksums import damage
from palate.errors import ComponentError, MissingLibrary
from palate.paths import cache_folder
from palate_transformers.made_once import made_once

_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _ARRAY = 8, 9
_LONGEST = 2**20  # bytes of one text in a header; more is no header


def config(file: Path) -> dict[str, Any]:
    """What the head of the file says of the model, in the words of a config.json.

    The head is read up to the tokenizer, which comes last and is long; no library is needed. Raises
    ComponentError where the file is no GGUF file.
    """
    try:
        with file.open("rb") as data:
            said = _head(data)
    except (OSError, ValueError, struct.error) as error:
        raise ComponentError(f"encoder 'transformers': {file} is not a GGUF file: {error}") from None
    kind = str(said.get("general.architecture", ""))
    found = {"model_type": kind}
    for key, name in (("context_length", "max_position_embeddings"), ("embedding_length", "hidden_size")):
        if f"{kind}.{key}" in said:
            found[name] = said[f"{kind}.{key}"]
    return found


def unpacked(file: Path, digest: str) -> Path:
    """A folder in the cache with the same model as safetensors in float32, made at first use.

    transformers takes 10 to 20 seconds to read a GGUF file, and one or two to read the folder. Raises
    MissingLibrary without the libraries `gguf` and `accelerate`, ComponentError where the file cannot
    be read.
    """
    folder = cache_folder() / "gguf" / digest
    if damage(folder):
        with made_once(folder) as made:
            _unpack(file, made)
    return folder


def _unpack(file: Path, folder: Path) -> None:
    import torch

    from palate_transformers.library_logs import quiet

    missing = [name for name in ("gguf", "accelerate") if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingLibrary(
            f"encoder 'transformers' needs {' and '.join(missing)} to read {file.name}, not installed: "
            'pip install "palate[gguf]"'
        )
    from safetensors.torch import save_file
    from transformers import AutoModel, AutoTokenizer

    try:
        with quiet(), contextlib.redirect_stderr(io.StringIO()):
            place: dict[str, Any] = {"gguf_file": file.name, "local_files_only": True}
            AutoTokenizer.from_pretrained(str(file.parent), **place).save_pretrained(folder)
            network = AutoModel.from_pretrained(str(file.parent), dtype=torch.float32, **place)
    except Exception as error:  # whatever is wrong with the file, the libraries have many words for it
        said = str(error).strip().split("\n")[0] or type(error).__name__
        raise ComponentError(f"encoder 'transformers': {file} cannot be loaded: {said}") from error
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    said_of_it = network.config.to_dict()
    said_of_it.pop("quantization_config", None)
    (folder / "config.json").write_text(json.dumps(said_of_it, default=str), encoding="utf-8")


def _head(data: BinaryIO) -> dict[str, Any]:
    if data.read(4) != b"GGUF":
        raise ValueError("it does not begin with the letters GGUF")
    version, _, entries = _number(data, "I"), _number(data, "Q"), _number(data, "Q")
    if version < 2:
        raise ValueError(f"it has version {version} of the format; 2 and later can be read")
    said: dict[str, Any] = {}
    for _ in range(entries):
        key = _text(data)
        if key.startswith("tokenizer."):
            break
        said[key] = _value(data, _number(data, "I"))
    return said


def _value(data: BinaryIO, kind: int) -> Any:
    if kind == _TEXT:
        return _text(data)
    if kind == _ARRAY:
        inner, length = _number(data, "I"), _number(data, "Q")
        return [_value(data, inner) for _ in range(length)]
    if kind not in _NUMBERS:
        raise ValueError(f"it has a value of an unknown kind, {kind}")
    return _number(data, _NUMBERS[kind])


def _number(data: BinaryIO, code: str) -> Any:
    (value,) = struct.unpack(f"<{code}", data.read(struct.calcsize(code)))
    return value


def _text(data: BinaryIO) -> str:
    length = _number(data, "Q")
    if length > _LONGEST:
        raise ValueError(f"it has a text of {length:,} bytes in its head")
    return data.read(length).decode("utf-8", "replace")
