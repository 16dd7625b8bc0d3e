"""BLAS with one thread, for work that is shared out among cores already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within, a product of matrices is worked out by the thread that asks for it.

    Many small products are slowed down, not sped up, by threads of BLAS, and many times over where
    other processes want the cores too. BLAS has one setting for the whole process: where several
    threads are within at once, the first one's leaving puts it back, which costs the others time and
    nothing else.
    """
    with _controller().limit(limits=1, user_api="blas"):
        yield


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
