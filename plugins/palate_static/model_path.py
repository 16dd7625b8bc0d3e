"""Finding a static model: in a folder, an installed package, the hub's cache, the hub."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import NamedTuple

from palate.errors import ModelNotFound

WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
PACKAGES = {
    "wordllama": (
        "wordllama", "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json",
    )
}  # fmt: skip
"""Packages known to carry a model: the module, and within it the weights and the tokenizer."""

_OFFLINE = ("1", "ON", "YES", "TRUE")


class Files(NamedTuple):
    """The files of a static model."""

    weights: Path
    tokenizer: Path


def find(model: str) -> Files:
    """The files of a model: local folder, known package, hub's cache, hub, in this order.

    The package is not imported. Raises ModelNotFound, which lists what was tried.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _whole(model, Files(folder / WEIGHTS, folder / TOKENIZER))
    if model in PACKAGES:
        module, *inside = PACKAGES[model]
        spec = importlib.util.find_spec(module)
        places = list(spec.submodule_search_locations or ()) if spec else []
        if not places:
            raise ModelNotFound(
                f"encoder 'static': the package {module!r}, which carries the model {model!r}, is not "
                'installed: pip install "palate[static]"'
            )
        return _whole(model, Files(*(Path(places[0]) / name for name in inside)))
    if model.count("/") != 1 or folder.is_absolute():
        raise ModelNotFound(
            f"encoder 'static': there is no folder {model!r}, and it can be no name on the model hub "
            f"(OWNER/NAME); packages known to carry a model: {', '.join(PACKAGES)}"
        )
    return _hub(model)


def _whole(model: str, files: Files) -> Files:
    missing = [file for file in files if not file.is_file()]
    if missing:
        what = "weights" if missing[0] == files.weights else "tokenizer"
        raise ModelNotFound(f"encoder 'static': the model {model!r} has no {what}: there is no {missing[0]}")
    return files


def _hub(model: str) -> Files:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelNotFound(
            f"encoder 'static': there is no folder {model!r}, and the model hub cannot be queried without "
            "huggingface_hub: pip install huggingface_hub"
        ) from None
    tried = []
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in _OFFLINE
    for cached in (True,) if offline else (True, False):
        try:
            folder = Path(
                snapshot_download(model, allow_patterns=[WEIGHTS, TOKENIZER], local_files_only=cached)
            )
            return _whole(model, Files(folder / WEIGHTS, folder / TOKENIZER))
        except (OSError, ValueError, ModelNotFound) as error:
            said = str(error).strip().split("\n")[0] or type(error).__name__
            tried.append(f"the hub's cache: {said}" if cached else f"the hub: {said}")
    raise ModelNotFound(
        f"encoder 'static': model {model!r} was not found. Tried: no such folder; {'; '.join(tried)}"
        + ("; the hub was not queried, as HF_HUB_OFFLINE is set" if offline else "")
    )
