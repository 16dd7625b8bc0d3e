"""All that stands out in a data set, and in its split."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from palate.data import Dataset, Fold
from palate.findings.catalogue import of_catalogue
from palate.findings.finding import Finding
from palate.findings.parts import of_shares, of_test
from palate.findings.ratings import of_attributes, of_columns, of_ratings
from palate.findings.times import of_times, of_users


def of_dataset(dataset: Dataset, used: Collection[str] = ()) -> list[Finding]:
    """Of data as they are before the split: cleaned, and with likes told apart, where a recipe does so.

    `used` are the attributes of items and users that the recipe reads.
    """
    return [
        *of_ratings(dataset),
        *of_columns(dataset),
        *of_times(dataset),
        *of_users(dataset),
        *of_catalogue(dataset),
        *of_attributes(dataset.items.frame, "items", used),
        *of_attributes(dataset.users, "users", used),
    ]


def of_fold(dataset: Dataset, fold: Fold, asked: Mapping[str, Any]) -> list[Finding]:
    """Of a split; `asked` are the options of the splitter, of which `test` and `validation` are shares."""
    return [*of_shares(dataset, fold, asked), *of_test(dataset, fold)]
