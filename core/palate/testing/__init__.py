"""What a plugin's tests need: small data with known answers, and the checks every component passes.

    from palate.testing import conforms
    from my_plugin import MyRanker

    TestMyRanker = conforms(MyRanker, factors=8)

makes one test for each thing that a ranker must do. Without pytest, `check(MyRanker, factors=8)`
gives the same as a list of outcomes.
"""

from __future__ import annotations

from palate.testing.by_hand import worked_example
from palate.testing.case import Nonconforming
from palate.testing.conformance import Outcome, check, conforms
from palate.testing.data import asking, checkerboard, crowd, dataset, training_of, tuning_of
from palate.testing.distributions import put_distribution

__all__ = [
    "Nonconforming",
    "Outcome",
    "asking",
    "check",
    "checkerboard",
    "conforms",
    "crowd",
    "dataset",
    "put_distribution",
    "training_of",
    "tuning_of",
    "worked_example",
]
