"""Runs: the results of recipes."""

from palate.runs.finished import Run
from palate.runs.start import fit, run

__all__ = ["Run", "fit", "run"]
