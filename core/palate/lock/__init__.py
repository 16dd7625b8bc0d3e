"""Pinning the plugins of a recipe: a lock file beside it, and whether what is installed agrees."""

from __future__ import annotations

from palate.lock.differ import differences, remarks
from palate.lock.file import lock_path, read, write
from palate.lock.pins import Pins, pins

__all__ = ["Pins", "differences", "lock_path", "pins", "read", "remarks", "write"]
