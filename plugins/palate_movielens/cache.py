"""Writing into the cache folder, with a word for whoever may not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palate.errors import DataError
from palate.paths import cache_folder, write_whole


@contextmanager
def writing() -> Iterator[None]:
    """Turn an OSError of the cache folder into a DataError that says what to set."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"cannot write into the cache folder {cache_folder()} ({error.strerror or error}); "
            "set PALATE_CACHE to a folder that can be written and has room"
        ) from error


def keep(path: Path, data: bytes) -> None:
    """Write a file whole. Raises DataError where that cannot be done."""
    with writing():
        write_whole(path, data)
