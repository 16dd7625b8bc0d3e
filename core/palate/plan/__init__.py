"""A recipe as steps with fingerprints."""

from palate.plan.compile import compile_plan, compile_validation
from palate.plan.merged import MergedPlan
from palate.plan.steps import Plan, Row, Step

__all__ = ["MergedPlan", "Plan", "Row", "Step", "compile_plan", "compile_validation"]
