"""A recipe tried before it is handed over, and changed until it runs."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from palate.data import Dataset, Fold
from palate.errors import PalateError
from palate.recipe import load_recipe
from palate.recipe.model import Recipe
from palate_init.draft import Draft, splits_after
from palate_init.writing import recipe

SMALL = 100_000
FEW_ITEMS = 5_000
FEW_TEXTS = 500
ENOUGH = 10


def tried(draft: Draft) -> Draft:
    """The draft with what made it run: rows that are skipped, another split, another encoder.

    The data are loaded, cleaned, marked and split as the recipe says; where they are small, the whole
    recipe runs. What had to change, and what could not be tried, is in its notes. Raises DataError
    where the files cannot be read at all.
    """
    with tempfile.TemporaryDirectory(prefix="palate-init-") as folder:
        draft, dataset = _loaded(draft, Path(folder))
        draft = _split(draft, dataset, Path(folder))
        if dataset.interactions.height > SMALL or len(dataset.items) > FEW_ITEMS:
            return draft.noting("loaded and split, but not run: there is much of it; see `palate plan`")
        if draft.encoder == "transformers" and len(dataset.items) > FEW_TEXTS:
            return _run_without_model(draft, Path(folder))
        return _run(draft, Path(folder))


def _written(draft: Draft, folder: Path) -> Recipe:
    path = folder / "tried.yaml"
    path.write_text(recipe(draft), encoding="utf-8")
    return load_recipe(path)


def _loaded(draft: Draft, folder: Path) -> tuple[Draft, Dataset]:
    """The data after cleaning and feedback; rows that do not read are skipped, and reported."""
    with reports() as said:
        try:
            dataset = _prepared(_written(draft, folder))
        except PalateError as error:
            if not draft.skip and "bad_rows: skip" in str(error):
                return _loaded(replace(draft, skip=True), folder)
            if draft.events.feedback is None:
                raise
            return _loaded(_all_likes(draft, str(error)), folder)
    for line in said:
        draft = draft.noting(line)
    return draft, dataset


def _all_likes(draft: Draft, why: str) -> Draft:
    events = replace(draft.events, feedback=None)
    return replace(draft, events=events).noting(
        f"likes and dislikes cannot be told apart, so every event is a like: {why}"
    )


def _prepared(made: Recipe) -> Dataset:
    dataset: Dataset = made.source.make().load()
    for block in made.clean:
        dataset = block.make().apply(dataset)
    if made.feedback is not None:
        dataset = made.feedback.make().mark(dataset)
    return dataset


def _split(draft: Draft, dataset: Dataset, folder: Path) -> Draft:
    """The first split that leaves enough users to evaluate, and to tune on."""
    best: tuple[int, str] = (-1, draft.split)
    for split in splits_after(draft.split):
        chosen = replace(draft, split=split)
        if split == "cold-users" or ("user-temporal" in split and "time" not in draft.events.roles):
            continue
        made = _written(chosen, folder)
        try:
            (fold,) = made.split.make().split(dataset, np.random.default_rng(made.seed))
            found = evaluable(dataset, fold, chosen.tuned)
        except PalateError:
            continue
        if found >= min(ENOUGH, max(dataset.users.height // 10, 1)):
            return chosen
        best = max(best, (found, split), key=lambda pair: pair[0])
    if best[0] < 1:
        best = (0, "cold-users")
        draft = draft.noting(
            "no user has events to fit on and others to evaluate: users are evaluated without a history, "
            "which tells what popularity is worth, and nothing of what is personal"
        )
    else:
        draft = draft.noting(f"only {best[0]} users can be evaluated: the intervals of the values are wide")
    return replace(draft, split=best[1])


def evaluable(dataset: Dataset, fold: Fold, tuned: bool) -> int:
    """How many users have events that train and others to find, in the smaller of the parts in use."""
    user = dataset.interactions["user"].to_numpy()
    known = np.bincount(user[fold.rows("train")], minlength=dataset.users.height) > 0
    parts = ("validation", "test") if tuned else ("test",)
    return min(int(known[fold.users(dataset, part)].sum()) for part in parts)  # type: ignore[arg-type]


def _run(draft: Draft, folder: Path) -> Draft:
    """The draft that runs; the last one with what went wrong in its notes if none does."""
    first = ""
    for candidate in _simpler(draft):
        problem = _trouble(candidate, folder)
        if not problem:
            return candidate if candidate.notes == draft.notes else candidate.noting(f"the reason: {first}")
        first = first or problem
    return draft.noting(f"it does not run as it stands: {first}")


def _run_without_model(draft: Draft, folder: Path) -> Draft:
    """The draft that runs with words counted in place of a language model, which reads one text."""
    done = _run(replace(draft, encoder="tfidf"), folder)
    if "content" not in done.branches:
        return done
    try:
        for branch in _written(draft, folder).branches:
            if branch.encode is not None:
                branch.encode.make().encode(["one text"])
    except PalateError as error:
        return done.noting(f"no language model can be used, so words are counted: {error}")
    return replace(done, encoder="transformers").noting("tried with counted words, and the model on one text")


def _simpler(draft: Draft) -> Iterator[Draft]:
    """The draft, then with less and less that may fail."""
    yield draft
    if draft.core:
        draft = replace(draft, core=False)
        yield draft
    if draft.encoder == "transformers":
        draft = replace(draft, encoder="tfidf").noting("no language model can be used: words are counted")
        yield draft
    if "content" in draft.branches:
        draft = _without(draft, "content")
        yield draft
    if draft.tuned:
        draft = replace(draft, split="random, untuned").noting("there is too little to tune weights on")
        yield draft
    for branch in ("linear", "neighbours"):
        if branch in draft.branches:
            draft = _without(draft, branch)
            yield draft


def _without(draft: Draft, branch: str) -> Draft:
    rest = tuple(name for name in draft.branches if name != branch)
    return replace(draft, branches=rest).noting(
        f"the branch {branch!r} does not run on these data and is left out"
    )


def _trouble(draft: Draft, folder: Path) -> str:
    """Why the recipe does not run; nothing where it does."""
    from palate.runs import run

    path = folder / "tried.yaml"
    path.write_text(recipe(draft), encoding="utf-8")
    try:
        with reports():
            run(path, folder=folder / "runs")
    except PalateError as error:
        return str(error).splitlines()[0]
    return ""


@contextmanager
def reports(package: str = "palate.reading") -> Iterator[list[str]]:
    """What is reported meanwhile by a package, each once, instead of the terminal."""
    found: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if (said := record.getMessage()) not in found:
                found.append(said)

    logger, handler = logging.getLogger(package), Keeping(logging.WARNING)
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
