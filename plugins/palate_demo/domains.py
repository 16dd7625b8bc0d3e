"""The data of every domain by name."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from palate_demo.demo import Demo


def made(domain: str, users: int = 600, seed: int = 7) -> Demo:
    """The data of a domain with so many users; the same for the same seed, to the last byte."""
    make = import_module(f"palate_demo.{domain}").make
    found: Demo = make(np.random.default_rng(seed), users)
    return found
