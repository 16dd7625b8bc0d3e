"""Logs as lines of JSON."""

from __future__ import annotations

import json
import logging
import sys
import time
from functools import lru_cache


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, what, and of an answer its place, status and time."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": _second(int(record.created)), "level": record.levelname.lower()}
        line |= {"message": record.getMessage(), "worker": str(record.process)}
        request = getattr(record, "request", None)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line | (request or {}), ensure_ascii=False)


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    """A time as ISO 8601 has it, in UTC; many lines are of one second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def log_json(access: bool = True) -> None:
    """From now on palate's logs are such lines on standard error; answers are logged if `access`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name, level in (
        ("palate", logging.WARNING),
        ("palate_serve", logging.INFO if access else logging.WARNING),
    ):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
