"""Values as files without pickle: a tree of JSON, with arrays and frames beside it.

What can be kept: numbers, text, None, lists, tuples and dicts with text keys of these, numpy
arrays without objects, scipy sparse arrays, polars frames and series, palate's own dataclasses,
and registered components with what they have learned.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import scipy.sparse as sp

from palate.components.component import Component, learned
from palate.components.nested import nested_options
from palate.errors import StoreError
from palate.paths import literally
from palate.registry import Registry, installed
from palate.store import mapped
from palate.store.file_tree import FileTree
from palate.store.frames import write_frame

TREE = "tree.json"
_PART = re.compile(r"[0-9]+\.(npy|arrow|d)")
_DAMAGE = (
    *(OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError),
    *(pl.exceptions.PolarsError, RuntimeError),
)


def pack(value: Any, folder: Path, registry: Registry | None = None) -> None:
    """Write `value` into an existing, empty folder. Raises StoreError for what cannot be kept."""
    tree = _Packer(folder, registry or installed()).pack(value, "value")
    (folder / TREE).write_text(json.dumps(tree, allow_nan=False), encoding="utf-8")


def unpack(folder: Path, registry: Registry | None = None) -> Any:
    """The value that `pack` wrote."""
    try:
        with _whole(folder / TREE):
            tree = json.loads((folder / TREE).read_text(encoding="utf-8"))
        if isinstance(tree, dict) and tree.get("$") == "array":
            with _whole(folder / tree["file"]):
                return mapped.load(_within(folder, tree["file"]))
        return _Unpacker(folder, registry or installed()).unpack(tree)
    except StoreError as error:
        raise StoreError(f"{folder} cannot be read: {error}") from error.__cause__
    except _DAMAGE as error:
        raise StoreError(f"{folder} cannot be read: it is damaged ({type(error).__name__})") from error


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Say which file is missing or damaged, and not what its reader would advise."""
    try:
        yield
    except _DAMAGE as error:
        said = f"{path.name} is {'damaged' if path.exists() else 'missing'}"
        raise StoreError(said) from error


def _within(folder: Path, name: str) -> Path:
    """A part of the folder by the only names that `pack` gives, none of which leads out of it."""
    if not _PART.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a part")
    return folder / name


@dataclass
class _Packer:
    folder: Path
    registry: Registry
    count: int = field(default=0)

    def pack(self, value: Any, path: str) -> Any:
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"$": "float", "value": repr(value)}
        if isinstance(value, np.generic):
            return self.pack(value.item(), path)
        if isinstance(value, list):
            return [self.pack(item, f"{path}[{at}]") for at, item in enumerate(value)]
        if isinstance(value, tuple):
            return {"$": "tuple", "value": self.pack(list(value), path)}
        if isinstance(value, dict):
            return {"$": "dict", "value": self.entries(value, path)}
        if isinstance(value, FileTree):
            return self.file_tree(value)
        if is_dataclass(value) and not isinstance(value, type):
            return self.dataclass(value, path)
        return self.array(value, path)

    def entries(self, value: dict[Any, Any], path: str) -> dict[str, Any]:
        if not all(isinstance(key, str) for key in value):
            raise StoreError(f"{path} has keys that are not text, and cannot be kept")
        return {key: self.pack(item, f"{path}.{key}") for key, item in value.items()}

    def file_tree(self, value: FileTree) -> dict[str, Any]:
        folder = self.file("d")
        shutil.copytree(value.path, self.folder / folder)
        return {"$": "files", "folder": folder}

    def array(self, value: Any, path: str) -> dict[str, Any]:
        if isinstance(value, np.ndarray) and value.dtype != object:
            file = self.file("npy")
            mapped.save(value, self.folder / file)
            return {"$": "array", "file": file}
        if sp.issparse(value):
            rows = sp.csr_array(value)
            parts = (rows.data, rows.indices, rows.indptr)
            return {
                "$": "csr",
                "shape": list(rows.shape),
                "parts": [self.array(part, path) for part in parts],
            }
        if isinstance(value, pl.Series):
            return {"$": "series", "value": self.array(value.to_frame(), path)}
        if isinstance(value, pl.DataFrame):
            file = self.file("arrow")
            write_frame(value, self.folder / file)
            return {"$": "frame", "file": file}
        raise StoreError(
            f"{path} is a {type(value).__name__}, which cannot be kept; keep arrays, frames, numbers, "
            "text and lists or dicts of these, or give the component save(folder) and load(folder)"
        )

    def dataclass(self, value: Any, path: str) -> dict[str, Any]:
        component = self.registry.component_of(type(value))
        if component is not None:
            return self.component(component, value, path)
        home = type(value).__module__
        if home.split(".")[0] != "palate":
            raise StoreError(
                f"{path} is a {type(value).__name__}, which no plugin registers, and cannot be kept"
            )
        inner = {item.name: getattr(value, item.name) for item in fields(value)}
        return {
            "$": "dataclass",
            "type": f"{home}:{type(value).__qualname__}",
            "fields": self.entries(inner, path),
        }

    def component(self, component: Component, value: Any, path: str) -> dict[str, Any]:
        options = self.options(value)
        made: dict[str, Any] = {"$": "component", "kind": component.kind, "name": component.name}
        made["options"] = component.options.model_validate(options).model_dump(mode="json")
        if callable(getattr(value, "save", None)):
            made["folder"] = self.file("d")
            (self.folder / made["folder"]).mkdir()
            value.save(self.folder / made["folder"])
        else:
            state = {name: getattr(value, name) for name in learned(value) if hasattr(value, name)}
            made["state"] = self.entries(state, f"{path}({component.kind} {component.name!r})")
        return made

    def options(self, value: Any) -> dict[str, Any]:
        """What a component was made with; a component that an option holds as a block is written."""
        options = {item.name: getattr(value, item.name) for item in fields(value) if item.init}
        cls: type = type(value)
        for name in nested_options(cls):
            held = options[name]
            if held is None:
                continue
            found = self.registry.component_of(type(held))
            if found is None:
                raise StoreError(f"{name} is a {type(held).__name__}, which no plugin registers")
            options[name] = {"use": found.name, **self.options(held)}
        return options

    def file(self, ending: str) -> str:
        self.count += 1
        return f"{self.count}.{ending}"


@dataclass
class _Unpacker:
    folder: Path
    registry: Registry

    def unpack(self, tree: Any) -> Any:
        if isinstance(tree, list):
            return [self.unpack(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        read = getattr(self, f"a_{tree['$']}")
        return read(tree)

    def a_float(self, tree: dict[str, Any]) -> float:
        return float(tree["value"])

    def a_tuple(self, tree: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(self.unpack(tree["value"]))

    def a_dict(self, tree: dict[str, Any]) -> dict[str, Any]:
        return {key: self.unpack(item) for key, item in tree["value"].items()}

    def a_array(self, tree: dict[str, Any]) -> Any:
        with _whole(self.folder / tree["file"]):
            return mapped.load_private(_within(self.folder, tree["file"]))

    def a_files(self, tree: dict[str, Any]) -> FileTree:
        folder = _within(self.folder, tree["folder"])
        if not folder.is_dir():
            raise StoreError(f"{tree['folder']} is missing")
        return FileTree(folder)

    def a_csr(self, tree: dict[str, Any]) -> sp.csr_array:
        return sp.csr_array(tuple(self.unpack(tree["parts"])), shape=tuple(tree["shape"]))

    def a_frame(self, tree: dict[str, Any]) -> pl.DataFrame:
        with _whole(self.folder / tree["file"]):
            return pl.read_ipc(literally(_within(self.folder, tree["file"])))

    def a_series(self, tree: dict[str, Any]) -> pl.Series:
        return self.a_frame(tree["value"]).to_series()

    def a_dataclass(self, tree: dict[str, Any]) -> Any:
        home, _, name = tree["type"].partition(":")
        if home.split(".")[0] != "palate":
            raise StoreError(f"{tree['type']} is not one of palate's own types")
        cls = getattr(import_module(home), name)
        inner = {key: self.unpack(item) for key, item in tree["fields"].items()}
        return cls(**{item.name: inner[item.name] for item in fields(cls) if item.name in inner})

    def a_component(self, tree: dict[str, Any]) -> Any:
        made = self.registry.find(tree["kind"], tree["name"]).make(tree["options"])
        if "folder" in tree:
            with _whole(self.folder / tree["folder"]):
                made.load(_within(self.folder, tree["folder"]))
        state = tree.get("state", {})
        if not set(state) <= set(learned(made)):
            raise ValueError("it sets what no fit sets")
        for name, item in state.items():
            setattr(made, name, self.unpack(item))
        return made
