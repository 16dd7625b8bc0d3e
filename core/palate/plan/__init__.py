"""A recipe as steps with fingerprints."""

from palate.plan.compile import compile_plan, compile_validation
from palate.plan.merged import MergedPlan
from palate.plan.steps import Plan, Row, Step
from palate.plan.validation_plan import ValidationPlan, shared_steps, varying_steps

__all__ = [
    "MergedPlan", "Plan", "Row", "Step", "ValidationPlan", "compile_plan", "compile_validation",
    "shared_steps", "varying_steps",
]  # fmt: skip
