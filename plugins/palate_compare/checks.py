"""What may be wrong with a comparison, and how to fix it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from palate_compare.entry import Entry, EvaluatedRanking
from palate_compare.pairing import PairedValues

LARGE_SHARE = 0.2
VARIANTS = 3
FEW = 30
IMPORTED = {
    "seen": (
        "seen items",
        "recommendations were items that the user had interacted with before; they were removed, the rest "
        "moved up",
        "mask what a user has seen before ranking",
    ),
    "without ranking": (
        "dropped",
        "of the users evaluated have no ranking; they count with no relevant item found",
        "rank for every user of the test part",
    ),
    "unknown users": (
        "dropped",
        "of its users are not among the users evaluated, and are left out",
        "check that user ids are written as in the data, and that the split is the same",
    ),
    "unknown items": (
        "dropped",
        "recommendations are of items that are not in the data; they were removed",
        "check that item ids are written as in the data",
    ),
    "repeated": (
        "dropped",
        "recommendations repeat an item for the same user; the first of each was kept",
        "rank each item once",
    ),
    "short": (
        "too short",
        "users have fewer items than the deepest metric looks at; the missing ranks count as misses",
        "rank more items",
    ),
}


@dataclass(frozen=True)
class ComparisonWarning:
    """A reason to be careful: a short `kind`, the `message`, and the `fix` that would remove it."""

    kind: str
    message: str
    fix: str


def comparison_warnings(
    entries: Sequence[Entry], paired: PairedValues, pairs: Sequence[tuple[int, int]], metric: str
) -> tuple[ComparisonWarning, ...]:
    """All that was found, each once. `pairs` are those with a difference that matters in `metric`."""
    runs: dict[Path, EvaluatedRanking] = {}
    for evaluated in (each for entry in entries for each in entry.evaluations):
        runs.setdefault(evaluated.run.folder, evaluated)
    found = chain(
        chain.from_iterable(_of_a_run(evaluated) for evaluated in runs.values()),
        chain.from_iterable(_of_an_imported_ranking(entry) for entry in entries),
        _of_the_whole(entries, paired),
        _single_user(paired, pairs, metric),
    )
    return tuple(dict.fromkeys(found))


def _of_a_run(evaluated: EvaluatedRanking) -> Iterator[ComparisonWarning]:
    found = evaluated.run.results
    counts, periods = found["evaluated"], found["periods"]
    if periods and periods["trained_later"]:
        share = periods["trained_later"] / periods["learned"]
        yield ComparisonWarning(
            "future",
            f"{share:.1%} of the training events happened after the first test event: models know a "
            "future that they would not know in production",
            "split by time for all users at once: `split: {use: temporal, ...}`",
        )
    if counts["seen_again"]:
        yield ComparisonWarning(
            "duplicates",
            f"{counts['seen_again']:,} events of the test part repeat earlier ones of the same user; seen "
            "items are masked, so these cannot be found and are not counted",
            "add `drop-duplicates` to `clean`, or, where repeats count, `repeats: allow` to `split`",
        )
    if counts["excluded"]:
        yield ComparisonWarning(
            "excluded",
            f"{counts['excluded']:,} users of the test part have no relevant item that is new to them and "
            "are not evaluated",
            "make the test part larger, or report how many were excluded beside the values",
        )
    if found["protocol"]["candidates"] != "all items":
        yield ComparisonWarning(
            "sampled",
            f"not all items were ranked ({found['protocol']['candidates']}): sampled metrics may order "
            "pipelines otherwise than full ones",
            "rank all items",
        )
    if (evaluated.run.lineage.get("tuned") or {}).get("part") == "test":
        yield ComparisonWarning(
            "tuned on test",
            f"{evaluated.run.name!r} was tuned on the part it is evaluated on: its values are too good",
            "tune on the validation part",
        )


def _of_an_imported_ranking(entry: Entry) -> Iterator[ComparisonWarning]:
    counts = Counter[str]()
    for evaluated in entry.evaluations:
        counts.update(evaluated.corrections or {})
    for key, (kind, words, fix) in IMPORTED.items():
        if counts[key]:
            yield ComparisonWarning(kind, f"{entry.name!r}: {counts[key]:,} {words}", fix)


def _of_the_whole(entries: Sequence[Entry], paired: PairedValues) -> Iterator[ComparisonWarning]:
    if not any(entry.is_popularity for entry in entries):
        yield ComparisonWarning(
            "no popularity",
            "there is no baseline that recommends the most popular items to every user",
            "compare with the recipe `popularity`, or run with its plugin installed",
        )
    for name, count in paired.missing.items():
        if count:
            yield ComparisonWarning(
                "dropped",
                f"{count:,} users have values under other entries and none under {name!r}; only users that "
                "all entries have are compared",
                "evaluate every entry on the same test part",
            )
    sampled = [metric for metric in paired.metrics if "sampled" in metric]
    if sampled:
        yield ComparisonWarning(
            "sampled",
            f"{', '.join(sampled)} ranks a sample of the items: it may order pipelines otherwise than "
            "the full metric",
            "use the full metric",
        )
    if len(paired) < FEW:
        yield ComparisonWarning(
            "few users", f"only {len(paired)} users are compared", "make the test part larger, or add seeds"
        )
    names = Counter(entry.evaluations[0].run.name for entry in entries if entry.is_whole)
    for name, count in names.items():
        if count >= VARIANTS:
            yield ComparisonWarning(
                "tuned on test",
                f"{count} variants of {name!r} are evaluated on the test part: to take the best of them by "
                "these values is to tune on the test part, and overrates it",
                "choose on the validation part, then test the one chosen",
            )


def _single_user(
    paired: PairedValues, pairs: Sequence[tuple[int, int]], metric: str
) -> Iterator[ComparisonWarning]:
    """Pairs whose difference would shrink by a fifth, or change its sign, without one single user."""
    values = paired.values[:, :, paired.metrics.index(metric)]
    known = ~np.isnan(values).any(axis=1)
    counts = np.ones(len(values)) if paired.events is None else paired.events
    for first, second in pairs:
        apart = (values[known, first] - values[known, second]) * counts[known]
        total = float(apart.sum())
        if not total or len(apart) < 2:
            continue
        most = int(np.argmax(apart * np.sign(total)))
        share = float(apart[most]) / total
        if share >= LARGE_SHARE:
            yield ComparisonWarning(
                "single user",
                f"{share:.0%} of the difference between {paired.entries[first]!r} and "
                f"{paired.entries[second]!r} in {metric} comes from user "
                f"{paired.users.filter(pl.Series(known))[most]!r} alone",
                "look at that user's events, and compare on more users",
            )
