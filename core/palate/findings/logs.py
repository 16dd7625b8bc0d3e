"""What a component logs while it works."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

READING = "palate.reading"


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def logged(component: Any) -> Iterator[list[str]]:
    """The warnings that a component's package, or palate's reading of tables, logs within the block.

    They are a list that fills.
    """
    package = type(component).__module__.split(".")[0]
    loggers = [logging.getLogger(name) for name in {package, READING} - {"palate"}]
    handler = _Kept()
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
