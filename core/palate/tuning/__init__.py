"""Tuning: search spaces tried on the validation part, the best written down as a recipe."""

from palate.tuning.start import tune
from palate.tuning.tuned import Tuned

__all__ = ["Tuned", "tune"]
