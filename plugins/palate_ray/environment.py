"""What results depend on beside the data: code, plugins and versions, here and on another node."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable, Mapping, Sequence

from palate.errors import PalateError
from palate.plan.code import core_code
from palate.plan.steps import Step
from palate.registry import Registry, plugin_entries

ALWAYS = ("numpy", "scipy", "polars")


def asked_of(steps: Iterable[Step]) -> tuple[list[tuple[str, str]], list[str]]:
    """The components of steps by kind and name, and the libraries whose versions count."""
    components: set[tuple[str, str]] = set()
    libraries = set(ALWAYS)
    for step in steps:
        for block in step.blocks:
            for component in block.component.whole(block.options):
                components.add((component.kind, component.name))
                libraries.update(getattr(component.cls, "libraries", ()))
    return sorted(components), sorted(libraries)


def environment(
    components: Iterable[Sequence[str]], libraries: Iterable[str], registry: Registry
) -> dict[str, str]:
    """What a result depends on, each with its version or hash: these components and libraries, and palate."""
    found = {
        "palate": f"{importlib.metadata.version('palate')} ({core_code()})",
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "BLAS": _blas(),
    }
    found |= {library: _version(library) for library in libraries}
    for kind, name in components:
        found[f"{kind} {name!r}"] = _component(registry, kind, name)
    return found


def beside_installed(registry: Registry) -> list[list[str]]:
    """Plugins of a registry that are not installed and can be imported: name, distribution, version, entry.

    One that was given as an object is not among them: other nodes have no way to it, and say so.
    """
    known = {(entry.key, entry.entry) for entry in plugin_entries()}
    return [
        [entry.name, entry.distribution, entry.version, entry.entry]
        for entry in registry.hooks.entries
        if isinstance(entry.entry, str) and (entry.key, entry.entry) not in known
    ]


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """In what another node differs, a phrase for each."""
    return [
        f"{name} is {theirs.get(name, 'unknown')} there and {value} here"
        for name, value in ours.items()
        if theirs.get(name) != value
    ]


def _component(registry: Registry, kind: str, name: str) -> str:
    try:
        component = registry.find(kind, name)
    except PalateError:
        return "not installed"
    missing = f", without {', '.join(component.missing)}" if component.missing else ""
    return f"{component.distribution} {component.version} ({component.code}){missing}"


def _version(library: str) -> str:
    """The version of the distribution that brings a library, of that name or of another."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        pass
    names = importlib.metadata.packages_distributions().get(library, [])
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in sorted(set(names))) or "missing"


def _blas() -> str:
    """What computes numpy's products, and for which processor: other kernels round otherwise."""
    import numpy as np
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))
    found = {
        f"{each['internal_api']} {each['version']} for {each.get('architecture', '?')}"
        for each in threadpool_info()
        if each["user_api"] == "blas" and "numpy" in str(each["filepath"])
    }
    return ", ".join(sorted(found)) or "unknown"
