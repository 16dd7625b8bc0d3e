"""From recipes and runs to a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from palate.errors import PalateError
from palate.registry import Registry, installed
from palate_compare.comparison import Comparison
from palate_compare.evaluating import Asked, compared
from palate_compare.gather import Named, Vary, entries_of, runs_of


def compare(
    *what: Named,
    vary: Vary = (),
    settings: Sequence[str] = (),
    seeds: Sequence[int] = (),
    baseline: str | None = None,
    metric: str | None = None,
    threshold: float = 0.005,
    rows: bool = False,
    anyway: bool = False,
    segment: Sequence[str] = (),
    imports: Mapping[str, str | Path] | None = None,
    under: Named | None = None,
    seed: int = 0,
    folder: str | Path = "runs",
    store: str | Path | None = None,
    engine: str = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> Comparison:
    """Compare pipelines on the same people.

    `what` are recipes (paths, names of shipped ones, mappings), folders or globs of finished runs,
    or `Run`s. Recipes run as one plan, so that what they share is computed once; `settings` are laid
    over each, `vary` (`["a.b=1,2"]`) makes a variant of each for every combination of values, and
    `seeds` run each several times, pooled by person. Runs that differ in seed alone are pooled too.

    Compared is the final pipeline of each, and with `rows` every branch; popularity always. Every
    pair is tested, or each against `baseline`, on every metric; `metric` (default: the first that
    gives one figure a person) is what the verdict is about. `threshold` is the smallest relative
    difference that matters, to be stated before looking. `segment` adds divisions by columns
    (`user:age`, `item:genres`). `imports` are rankings made elsewhere, by name and file, judged as
    those of `under` (default: the first of `what`) are. `seed` is that of the resamples.

    Raises NotComparable where protocols differ, unless `anyway`, and PalateError for fewer than two
    entries or an unknown baseline or metric.
    """
    registry = registry or installed()
    if not 0 <= threshold < 1:
        raise PalateError(f"the threshold is a share from 0 to below 1, such as 0.005; got {threshold:g}")
    named = [*what, *([under] if under is not None and under not in what else [])]
    if not named:
        raise PalateError("name recipes or runs to compare; a ranking made elsewhere is judged `under` one")
    places = {"folder": folder, "store": store, "engine": engine, "display": display}
    runs = runs_of(named, settings, vary, seeds, registry, **places)
    entries = entries_of([run for _, run in runs], rows)
    if imports:
        from palate_compare.importing import imported

        host = next(run for each, run in runs if under is None or each == under)
        entries += [imported(name, Path(file), host, registry) for name, file in imports.items()]
    asked = Asked(metric, baseline, threshold, seed)
    found = compared(entries, asked, registry, anyway=anyway, segment=tuple(segment))
    return replace(found, computed=sum(run.computed for _, run in runs))
