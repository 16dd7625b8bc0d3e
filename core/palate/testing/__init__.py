"""What a plugin's tests need: small data with known answers, and the checks every component passes."""

from __future__ import annotations

from palate.testing.data import asking, checkerboard, crowd, dataset, training_of

__all__ = ["asking", "checkerboard", "crowd", "dataset", "training_of"]
