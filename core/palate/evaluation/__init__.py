"""Evaluating rankings, and saying under which protocol a value was measured."""

from palate.evaluation.direction import lower_is_better
from palate.evaluation.evaluate import Evaluation, evaluate
from palate.evaluation.interval import Summary, summarise
from palate.evaluation.pooling import pooled
from palate.evaluation.protocol import differences, fingerprint

__all__ = [
    "Evaluation", "Summary", "differences", "evaluate", "fingerprint", "lower_is_better", "pooled",
    "summarise",
]  # fmt: skip
