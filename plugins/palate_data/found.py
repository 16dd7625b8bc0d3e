"""What a data report holds."""

from __future__ import annotations

from dataclasses import dataclass

from palate.data import Dataset, Fold
from palate.findings import Finding, Size


@dataclass(frozen=True)
class FileRead:
    """One file that the source names.

    `lines` is how many lines of text it has behind its head, None for one that is not plain text;
    `unused` are its columns that nothing reads.
    """

    path: str
    what: str
    lines: int | None
    columns: tuple[str, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """The data after a step of the recipe, such as `cleaner drop-duplicates`."""

    name: str
    size: Size


@dataclass(frozen=True)
class Part:
    """A part of the split: its events, the users and items that have them, and their likes."""

    name: str
    size: Size


@dataclass(frozen=True)
class DataReport:
    """The data of a recipe. `read` is as the source gave them, `dataset` and `fold` what is fitted on.

    `several` says that the split gives more folds; the report has the parts of the last.
    """

    name: str
    source: str
    files: tuple[FileRead, ...]
    stages: tuple[Stage, ...]
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    read: Dataset
    dataset: Dataset
    fold: Fold
    several: bool = False
