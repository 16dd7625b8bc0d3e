"""Evaluating rankings, and saying under which protocol a value was measured."""

from palate.evaluation.direction import lower_is_better
from palate.evaluation.each_event import EVENTS, evaluate_each_event
from palate.evaluation.evaluate import Evaluation, evaluate
from palate.evaluation.interval import Summary, summarise
from palate.evaluation.pooling import pooled
from palate.evaluation.protocol import differences, fingerprint

__all__ = [
    "EVENTS", "Evaluation", "Summary", "differences", "evaluate", "evaluate_each_event", "fingerprint",
    "lower_is_better", "pooled", "summarise",
]  # fmt: skip
