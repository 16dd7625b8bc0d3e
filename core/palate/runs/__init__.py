"""Runs: what comes of a recipe."""

from palate.runs.run import Run
from palate.runs.start import run

__all__ = ["Run", "run"]
