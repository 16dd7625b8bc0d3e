"""What a component logs while it works."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def logged(component: Any) -> Iterator[list[str]]:
    """The warnings that a component's package logs within the block, as a list that fills."""
    logger = logging.getLogger(type(component).__module__.split(".")[0])
    handler = _Kept()
    logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        logger.removeHandler(handler)
