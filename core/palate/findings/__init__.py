"""What stands out in data, and in what is fitted on them: likely mistakes, in words and in numbers."""

from palate.findings.finding import Finding, Level, warnings_of
from palate.findings.losses import Size, lost, size
from palate.findings.whole import of_dataset, of_fold

__all__ = ["Finding", "Level", "Size", "lost", "of_dataset", "of_fold", "size", "warnings_of"]
