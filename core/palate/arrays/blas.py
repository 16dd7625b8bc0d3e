"""BLAS with one thread, for work that is shared out among cores already."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()
_within = 0
_limit: Any = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within, a product of matrices is computed by the thread that asks for it.

    Many small products are slowed down, not sped up, by threads of BLAS, and many times over where
    other processes want the cores too. BLAS has one setting for the whole process: the first that
    enters changes it, and the last that leaves puts it back.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _within, _limit
    with _lock:
        if not _within:
            from threadpoolctl import threadpool_limits

            _limit = threadpool_limits(1, user_api="blas")
        _within += 1


def _leave() -> None:
    global _within
    with _lock:
        _within -= 1
        if not _within:
            _limit.restore_original_limits()
