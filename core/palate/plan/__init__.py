"""A recipe as steps with fingerprints."""

from palate.plan.compile import compile_plan, compile_validation
from palate.plan.steps import Plan, Row, Step
from palate.plan.union import Union

__all__ = ["Plan", "Row", "Step", "Union", "compile_plan", "compile_validation"]
