"""What has been fitted, at work."""

from palate.pipeline.branch import FittedBranch
from palate.pipeline.pipeline import Pipeline

__all__ = ["FittedBranch", "Pipeline"]
