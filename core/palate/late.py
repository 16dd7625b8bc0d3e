"""Libraries that are loaded at their first use, so that what does not use them starts sooner."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

_lock = RLock()


class _Late(ModuleType):
    """A module that is loaded when something is asked of it that it does not have yet."""

    def __getattr__(self, name: str) -> Any:
        with _lock:  # another thread waits here until it is whole
            spec = self.__spec__
            if type(self) is _Late and spec is not None and spec.loader is not None:
                if self.__dict__.get("_loading"):  # a part of it asks for a part that is not there yet
                    raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
                self.__dict__["_loading"] = True
                try:
                    spec.loader.exec_module(self)
                finally:
                    del self.__dict__["_loading"]
                self.__class__ = ModuleType  # type: ignore[assignment]
        return getattr(self, name)


class _LateLoader(Loader):
    """Makes the module, and leaves loading it to its first use."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        module.__class__ = _Late


class _LateFinder(MetaPathFinder):
    """Finds some modules before other finders do."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = set(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self.names else None
        if spec is not None and spec.loader is not None:
            spec.loader = _LateLoader(spec.loader)
        return spec


def load_late(*names: str) -> None:
    """From now on `import` of these modules loads them when something of them is first used.

    `importlib.util.LazyLoader` would not do: its modules are loaded by the second `import` of them.
    """
    sys.meta_path.insert(0, _LateFinder(names))
