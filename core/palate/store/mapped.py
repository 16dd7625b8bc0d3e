"""Arrays larger than memory should hold, in files whose pages the system brings in and lets go."""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 2**25  # bytes from which on an array is kept in a file
BLOCK = 2**24  # bytes that are written at once


def zeros(shape: tuple[int, int], folder: Path) -> NDArray[np.float32]:
    """float32 zeros: in memory if they are few, else in a nameless file in this folder.

    The file takes its room at once, so that a full disk is an OSError here and no crash later; it
    is gone with the last array that shows it.
    """
    size = 4 * shape[0] * shape[1]
    if size < LARGE:
        return np.zeros(shape, np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
        room = mmap.mmap(file.fileno(), size)
    return np.frombuffer(room, np.float32).reshape(shape)


def release(array: NDArray[Any]) -> None:
    """Let go of the memory behind an array in a file; its values stay. Does nothing to others."""
    room = _room(array)
    if room is not None and hasattr(mmap, "MADV_DONTNEED"):
        room.madvise(mmap.MADV_DONTNEED)


def save(array: NDArray[Any], path: Path) -> None:
    """Write an array as `.npy`; one in a file block by block, without bringing it all into memory."""
    if _room(array) is None or not array.flags.c_contiguous:
        np.save(path, array, allow_pickle=False)
        return
    rows = max(1, BLOCK // max(1, array.nbytes // len(array)))
    with path.open("wb") as out:
        np.lib.format.write_array_header_1_0(out, np.lib.format.header_data_from_array_1_0(array))
        for start in range(0, len(array), rows):
            out.write(array[start : start + rows].tobytes())
            release(array)


def load(path: Path) -> NDArray[Any]:
    """The array of a `.npy` file: read if it is small, else left there, and read-only."""
    large = path.stat().st_size >= LARGE
    array: NDArray[Any] = np.load(path, mmap_mode="r" if large else None, allow_pickle=False)
    return np.asarray(array)


def load_private(path: Path) -> NDArray[Any]:
    """The same, but what is written to the array is the caller's alone, and never reaches the file."""
    large = path.stat().st_size >= LARGE
    array: NDArray[Any] = np.load(path, mmap_mode="c" if large else None, allow_pickle=False)
    return np.asarray(array)


def brought_in(array: NDArray[Any]) -> NDArray[Any]:
    """The array in memory of its own, where it shows a file; read-only if that is. Others as they are."""
    if _room(array) is None:
        return array
    found = np.array(array)
    found.flags.writeable = array.flags.writeable
    return found


def _room(array: Any) -> mmap.mmap | None:
    """The file that an array shows, if it shows one."""
    while array is not None:
        if isinstance(array, mmap.mmap):
            return array
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return None
