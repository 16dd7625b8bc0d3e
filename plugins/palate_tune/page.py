"""A study as one page: the winner, how the search went, which options matter, every trial."""

from __future__ import annotations

from typing import Any

import palate
from palate.recipe.space import Space
from palate.report import Column, Page, Point, Section, bars, code, scatter
from palate_tune.result import TuningResult

COLOURS = {"complete": "c0", "pruned": "c4", "failed": "bad"}


def page(tuned: TuningResult, spaces: tuple[Space, ...]) -> Page:
    """The page of a finished study; it loads nothing and runs no script."""
    counts = ", ".join(f"{tuned.count(state)} {state}" for state in COLOURS)
    made = Page(
        f"{tuned.name}: {tuned.metric} {tuned.value:.4f}",
        note=f"Study {tuned.study}; sampler {tuned.sampler}, pruner {tuned.pruner}, seed {tuned.seed}; "
        f"protocol {tuned.protocol}.",
        foot=f"Written by palate {palate.__version__}.",
    )
    head = made.section()
    head.text(
        f"Best in trial {tuned.best} of {tuned.trials.height} ({counts}), evaluated on {tuned.evaluated_on}; "
        f"{'lower' if tuned.lower_is_better else 'higher'} is better. The test part was not read."
    )
    head.add(code(tuned.recipe))
    _history(tuned, made.section("History"))
    _importance(tuned, made.section("Importance"))
    _options(tuned, spaces, made.section("Options"))
    _trials(tuned, made.section("Trials"))
    return made


def _history(tuned: TuningResult, section: Section) -> None:
    rows = [row for row in tuned.trials.to_dicts() if row["value"] is not None]
    best: list[tuple[float, float]] = []
    for row in rows:
        better = not best or (
            row["value"] < best[-1][1] if tuned.lower_is_better else row["value"] > best[-1][1]
        )
        if row["state"] == "complete" and better:
            best.append((row["trial"], row["value"]))
    if best:
        best.append((rows[-1]["trial"], best[-1][1]))
    points = [
        Point(row["trial"], row["value"], kind=row["state"],
              tooltip=f"trial {row['trial']}: {row['value']:.5g} ({row['state']})")
        for row in rows
    ]  # fmt: skip
    section.figure(
        scatter(points, x="trial", y=tuned.metric, colours=COLOURS, steps=best),
        f"{tuned.metric} of each trial; the line is the best so far.",
    )


def _importance(tuned: TuningResult, section: Section) -> None:
    if not tuned.importance:
        section.text("Too few complete trials to tell which options matter.")
    section.figure(
        bars(tuned.importance, x="share of importance", form="{:.0%}".format),
        "How much each search space tells whether a trial is among the best quarter (PED-ANOVA).",
    )


def _options(tuned: TuningResult, spaces: tuple[Space, ...], section: Section) -> None:
    """What each value of each space came to, in the complete trials."""
    for space in spaces:
        if space.path not in tuned.trials.columns:
            continue
        rows = [
            (row[space.path], row["value"])
            for row in tuned.trials.to_dicts()
            if row["state"] == "complete" and row[space.path] is not None
        ]
        if space.kind == "choice" and rows:
            best = min if tuned.lower_is_better else max
            values = {name: [value for key, value in rows if key == name] for name, _ in rows}
            lines = [[name, len(found), f"{best(found):.4f}"] for name, found in values.items()]
            section.table([space.path, "trials", f"best {tuned.metric}"], lines)
        elif rows:
            points = [Point(float(value), found) for value, found in rows]
            drawn = scatter(
                points, x=space.path, y=tuned.metric, x_scale="log" if space.kind == "log" else "linear"
            )
            section.figure(drawn, f"{tuned.metric} by {space.path}.")


def _trials(tuned: TuningResult, section: Section) -> None:
    columns = [name for name in tuned.trials.columns if name != "reason" or tuned.count("failed")]
    heads = [Column(name, text=name in ("state", "reason")) for name in columns]
    section.table(heads, [[_shown(row[name]) for name in columns] for row in tuned.trials.to_dicts()])


def _shown(value: Any) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value
