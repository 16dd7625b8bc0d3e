"""Comparing pipelines on the same people: how large a difference is, and how sure one can be of it."""

from palate.comparison.comparing import compare
from palate.comparison.comparison import Comparison
from palate.comparison.terms import NotComparable

__all__ = ["Comparison", "NotComparable", "compare"]
