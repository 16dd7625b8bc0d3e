"""Whether the libraries of the extra `serve` are there."""

from __future__ import annotations

from importlib.util import find_spec

from palate.errors import MissingLibrary

LIBRARIES = ("msgspec", "prometheus_client", "uvicorn")


def check_libraries() -> None:
    """Raises MissingLibrary that says what to install."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise MissingLibrary(f"`palate serve` needs {', '.join(missing)}: pip install 'palate[serve]'")
