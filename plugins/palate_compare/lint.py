"""What may be wrong with a comparison, and what to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from palate_compare.entry import Entry, Figures
from palate_compare.pairing import Paired

CARRIED = 0.2
VARIANTS = 3
FEW = 30
FOREIGN = {
    "seen": (
        "seen items",
        "recommendations were items that the person had met before; they were taken out, the rest moved up",
        "mask what a person has met before ranking",
    ),
    "people": (
        "dropped",
        "of the people judged have no ranking; they count with nothing found",
        "rank for everybody in the test part",
    ),
    "strangers": (
        "dropped",
        "of its users are not among the people judged, and are left out",
        "check that user ids are written as in the data, and that the split is the same",
    ),
    "items": (
        "dropped",
        "recommendations are of items that the data do not have; they were taken out",
        "check that item ids are written as in the data",
    ),
    "repeated": (
        "dropped",
        "recommendations repeat an item for the same person; the first of each was kept",
        "rank each item once",
    ),
    "short": (
        "too short",
        "people have fewer items than the deepest metric looks at; the places left over count as misses",
        "rank more items",
    ),
}


@dataclass(frozen=True)
class Warned:
    """One thing to mind: a short `kind`, what is `said` of it, and the `change` that would mend it."""

    kind: str
    said: str
    change: str


def lint(
    entries: Sequence[Entry], paired: Paired, pairs: Sequence[tuple[int, int]], metric: str
) -> tuple[Warned, ...]:
    """Everything found, each thing once."""
    runs: dict[Path, Figures] = {}
    for figures in (figures for entry in entries for figures in entry.figures):
        runs.setdefault(figures.run.folder, figures)
    found = chain(
        chain.from_iterable(_of_a_run(figures) for figures in runs.values()),
        chain.from_iterable(_of_a_foreign_ranking(entry) for entry in entries),
        _of_the_whole(entries, paired),
        _one_person(paired, pairs, metric),
    )
    return tuple(dict.fromkeys(found))


def _of_a_run(figures: Figures) -> Iterator[Warned]:
    found = figures.run.results
    judged, periods = found["judged"], found["periods"]
    if periods and periods["trained_later"]:
        share = periods["trained_later"] / periods["learned"]
        yield Warned(
            "future",
            f"{share:.1%} of the events learned from happened after the first test event: models know a "
            "future that they would not know at work",
            "split by time for all people at once: `split: {use: temporal, ...}`",
        )
    if judged["seen_again"]:
        yield Warned(
            "duplicates",
            f"{judged['seen_again']:,} events of the test part repeat what the person had met before; they "
            "cannot be found, for what was met is masked, and are not counted",
            "add `drop-duplicates` to `clean`, or split by a rule that keeps repeats together",
        )
    if judged["left_out"]:
        yield Warned(
            "left out",
            f"{judged['left_out']:,} people of the test part have nothing new to be found and are not judged",
            "make the test part larger, or say how many were left out beside the figures",
        )
    if found["protocol"]["candidates"] != "all items":
        yield Warned(
            "sampled",
            f"not all items were ranked ({found['protocol']['candidates']}): sampled figures may order "
            "pipelines otherwise than full ones",
            "rank all items",
        )
    if (figures.run.lineage.get("tuned") or {}).get("part") == "test":
        yield Warned(
            "tuned on test",
            f"{figures.run.name!r} was tuned on the part it is judged on: its figures are too good",
            "tune on the validation part",
        )


def _of_a_foreign_ranking(entry: Entry) -> Iterator[Warned]:
    remarks = Counter[str]()
    for figures in entry.figures:
        remarks.update(figures.remarks or {})
    for key, (kind, words, change) in FOREIGN.items():
        if remarks[key]:
            yield Warned(kind, f"{entry.name!r}: {remarks[key]:,} {words}", change)


def _of_the_whole(entries: Sequence[Entry], paired: Paired) -> Iterator[Warned]:
    if not any(entry.is_popularity for entry in entries):
        yield Warned(
            "no popularity",
            "nothing shows what recommending the most popular items to everybody would give",
            "compare with the recipe `popularity`, or run with its plugin installed",
        )
    for name, count in paired.missing.items():
        if count:
            yield Warned(
                "dropped",
                f"{count:,} people have figures under other entries and none under {name!r}; only people "
                "whom all have are compared",
                "judge everything on the same test part",
            )
    sampled = [metric for metric in paired.metrics if "sampled" in metric]
    if sampled:
        yield Warned(
            "sampled",
            f"{', '.join(sampled)} ranks a sample of the items: it may order pipelines otherwise than "
            "the full metric",
            "use the full metric",
        )
    if len(paired) < FEW:
        yield Warned(
            "few people", f"only {len(paired)} people are compared", "make the test part larger, or add seeds"
        )
    names = Counter(entry.figures[0].run.name for entry in entries if entry.is_whole)
    for name, count in names.items():
        if count >= VARIANTS:
            yield Warned(
                "tuned on test",
                f"{count} variants of {name!r} are judged on the test part: to take the best of them by "
                "these figures is to tune on test, and flatters it",
                "choose on the validation part, then test the one chosen",
            )


def _one_person(paired: Paired, pairs: Sequence[tuple[int, int]], metric: str) -> Iterator[Warned]:
    """Pairs whose difference would shrink by a fifth or turn without one single person."""
    figures = paired.figures[:, :, paired.metrics.index(metric)]
    known = ~np.isnan(figures).any(axis=1)
    for first, second in pairs:
        apart = figures[known, first] - figures[known, second]
        total = float(apart.sum())
        if not total or len(apart) < 2:
            continue
        most = int(np.argmax(apart * np.sign(total)))
        share = float(apart[most]) / total
        if share >= CARRIED:
            yield Warned(
                "one person",
                f"{share:.0%} of the difference between {paired.entries[first]!r} and "
                f"{paired.entries[second]!r} in {metric} comes from user "
                f"{paired.users.filter(pl.Series(known))[most]!r} alone",
                "look at that person's events, and compare on more people",
            )
