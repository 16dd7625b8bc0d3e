"""A recipe as steps with fingerprints."""

from palate.plan.compile import compile_plan
from palate.plan.steps import Plan, Row, Step

__all__ = ["Plan", "Row", "Step", "compile_plan"]
