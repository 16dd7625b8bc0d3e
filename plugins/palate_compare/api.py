"""From recipes and runs to a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from palate.errors import PalateError
from palate.events import Event
from palate.registry import Registry, installed
from palate.runs.engines import EngineChoice
from palate_compare.analysis import ComparisonConfig, analyse
from palate_compare.comparison import Comparison
from palate_compare.entries import Input, Vary, entries_of, runs_of
from palate_compare.telling import told


def compare(
    *inputs: Input,
    vary: Vary = (),
    settings: Sequence[str] = (),
    seeds: Sequence[int] = (),
    baseline: str | None = None,
    metric: str | None = None,
    threshold: float = 0.005,
    branches: bool = False,
    allow_mixed_protocols: bool = False,
    segment: Sequence[str] = (),
    imports: Mapping[str, str | Path] | None = None,
    protocol_from: Input | None = None,
    seed: int = 0,
    folder: str | Path = "runs",
    store: str | Path | None = None,
    engine: EngineChoice = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> Comparison:
    """Compare pipelines on the same users.

    `inputs` are recipes (paths, names of shipped ones, mappings), folders or globs of finished runs,
    or `Run`s. Recipes run as one plan, so that what they share is computed once; `settings` are laid
    over each, `vary` (`["a.b=1,2"]`) makes a variant of each for every combination of values, and
    `seeds` run each several times, pooled by user. Runs that differ in seed alone are pooled too.

    Compared is the whole pipeline of each, and with `branches` every branch; popularity always. Every
    pair is tested, or each against `baseline`, on every metric; `metric` (default: the first that
    has a value for each user) is what the verdict is about. `threshold` is the smallest relative
    difference that matters, to be stated before looking. `segment` adds segments by columns
    (`user:age`, `item:genres`). `imports` are rankings of other tools, by name and file, evaluated as
    those of `protocol_from` (default: the first of `inputs`) are. `seed` is that of the resamples.

    Raises ProtocolMismatch where protocols differ, unless `allow_mixed_protocols`, and PalateError for
    fewer than two entries or an unknown baseline or metric.
    """
    registry = registry or installed()
    if not 0 <= threshold < 1:
        raise PalateError(f"the threshold is a share from 0 to below 1, such as 0.005; got {threshold:g}")
    host = [protocol_from] if protocol_from is not None and protocol_from not in inputs else []
    named = [*inputs, *host]
    if not named:
        raise PalateError(
            "name recipes or runs to compare; an imported ranking is evaluated by the protocol of one"
        )
    places = {"folder": folder, "store": store, "engine": engine, "display": display}
    runs = runs_of(named, settings, vary, seeds, registry, **places)
    entries = entries_of([run for _, run in runs], branches)
    if imports:
        from palate_compare.importing import imported

        run = next(run for each, run in runs if protocol_from is None or each == protocol_from)
        entries += [imported(name, Path(file), run, registry) for name, file in imports.items()]
    config = ComparisonConfig(metric, baseline, threshold, seed)
    found = analyse(
        entries, config, registry, allow_mixed_protocols=allow_mixed_protocols, segment=tuple(segment)
    )
    whole = replace(found, computed=sum(run.computed for _, run in runs))
    registry.emit(Event("comparison-finished", details={**told(whole), "display": display}))
    return whole
