"""Keeping libraries from writing to the terminal, for a while."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_hub() -> Iterator[None]:
    """No progress bars from the hub's library within."""
    from huggingface_hub import utils as hub

    already = hub.are_progress_bars_disabled()  # type: ignore[attr-defined]
    hub.disable_progress_bars()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        if not already:
            hub.enable_progress_bars()  # type: ignore[attr-defined]


@contextlib.contextmanager
def unreported() -> Iterator[None]:
    """OpenVINO and NNCF send nothing out within; they would report how they are used, but not from test
    servers.
    """
    before = os.environ.get("CI")
    os.environ["CI"] = "true"
    try:
        yield
    finally:
        if before is None:
            del os.environ["CI"]
        else:
            os.environ["CI"] = before


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars, log lines below errors, or warnings within."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with quiet_hub(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            logging.set_verbosity(level)
            if bars:
                logging.enable_progress_bar()  # type: ignore[no-untyped-call]
