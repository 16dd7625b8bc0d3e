"""A trained model as a folder that transformers and sentence-transformers load."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from palate.components.text_model import TextModel

WEIGHTS = (".safetensors", ".bin", ".gguf", ".index.json", ".onnx", ".h5", ".msgpack", ".ot", ".xml")
SENTENCE = ("modules.json", "sentence_bert_config.json", "config_sentence_transformers.json")
MODES = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken")
_MODE = {
    "mean": "mean_tokens", "cls": "cls_token", "last": "lasttoken", "weighted-mean": "weightedmean_tokens",
}  # fmt: skip


def save(model: TextModel, body: Any, folder: Path) -> None:
    """Write the model with its tokenizer, and how its token vectors are pooled."""
    for path in model.folder.iterdir():
        own = path.is_file() and not path.name.endswith(WEIGHTS) and path.name not in SENTENCE
        if own and path.suffix in (".json", ".txt", ".model", ".jinja"):
            shutil.copyfile(path, folder / path.name)
    body.save_pretrained(folder, safe_serialization=True)
    pooling = {"word_embedding_dimension": int(body.config.get_text_config().hidden_size)}
    pooling |= {f"pooling_mode_{mode}": mode == _MODE[model.pooling] for mode in MODES}
    _write(folder / "1_Pooling" / "config.json", pooling)
    kinds = (
        ("", "sentence_transformers.models.Transformer"),
        ("1_Pooling", "sentence_transformers.models.Pooling"),
    )
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": kind} for at, (path, kind) in enumerate(kinds)
    ]
    _write(folder / "modules.json", modules)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": model.longest, "do_lower_case": False})


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
