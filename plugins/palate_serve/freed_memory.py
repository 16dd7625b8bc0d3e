"""Memory that is used again, instead of being handed back to the system after each answer."""

from __future__ import annotations

import ctypes
import sys

_TRIM, _PAD, _MAP = -1, -2, -3  # M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of mallopt(3)
_MIB = 2**20


def keep_freed_memory() -> None:
    """Have the C library keep up to 256 MiB that is free, and cut arrays of up to 32 MiB from it.

    Arrays as long as a catalogue of 100,000 items are taken from the system one by one otherwise, and most of
    the time of an answer goes into emptying their pages. Does nothing where the C library is not glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "gnu_get_libc_version"):
        for setting, size in ((_TRIM, 256), (_PAD, 64), (_MAP, 32)):
            library.mallopt(setting, size * _MIB)
