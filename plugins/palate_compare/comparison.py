"""A finished comparison: which pipeline is better, by how much, and how sure one can be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from palate.errors import PalateError
from palate_compare.checks import ComparisonWarning
from palate_compare.entry import Entry
from palate_compare.pairing import PairedValues
from palate_compare.protocols import SharedProtocol


@dataclass(frozen=True)
class Comparison:
    """Pipelines compared on the same users.

    `table` has one row an entry: `name`, `users`, the mean of each metric, `seconds`, `peak_gb`.
    `pairs` has one row a pair of entries and metric: `metric`, `first`, `second`, `users`,
    `mean_first`, `mean_second`, `difference` (first minus second), `relative` to the second, its
    95% interval `low` to `high`, `p`, `adjusted` (after Holm), `effect` (Cohen's d of paired
    differences), `detectable` (the minimum detectable difference: the smallest true one found with 80%
    power), `threshold`
    (the smallest that matters, stated beforehand) and `verdict`, which is about the first.
    `segments` has the same for `metric` by kind of user and item; `warnings` say what to be careful of.
    """

    entries: tuple[Entry, ...]
    paired: PairedValues
    protocol: SharedProtocol
    metric: str
    baseline: str | None
    threshold: float
    seed: int
    lower_is_better: tuple[str, ...]
    table: pl.DataFrame
    pairs: pl.DataFrame
    segments: pl.DataFrame
    warnings: tuple[ComparisonWarning, ...]
    computed: int = 0

    def __repr__(self) -> str:
        return f"Comparison by {self.metric}\n{self.verdict}\n{self.table}"

    def _repr_html_(self) -> str:
        """The verdict and the table, for notebooks."""
        import html

        said = "".join(f"<p>{html.escape(line)}</p>" for line in self.verdict.splitlines())
        return said + self.table._repr_html_()

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries]

    @property
    def reference(self) -> str:
        """What the others are compared with: the baseline, or the best by the metric."""
        return self.baseline or self.best

    @property
    def best(self) -> str:
        """The entry with the best mean of the metric."""
        means = self.table[self.metric]
        at = means.arg_min() if self.metric in self.lower_is_better else means.arg_max()
        return self.names[int(at or 0)]

    @cached_property
    def verdict(self) -> str:
        """The result in a few sentences."""
        from palate_compare.summary import sentences

        return "\n".join(sentences(self))

    def against(self, name: str | None = None, metric: str | None = None) -> pl.DataFrame:
        """The rows of `pairs` in which this entry (default: the reference) is one of the two."""
        who, what = name or self.reference, metric or self.metric
        both = (pl.col("first") == who) | (pl.col("second") == who)
        return self.pairs.filter((pl.col("metric") == what) & both)

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        from palate_compare.export import as_dict

        return as_dict(self)

    def to_json(self, path: str | Path | None = None) -> str:
        """Everything as JSON; written to `path` if one is given, as those below are."""
        from palate_compare.export import as_json

        return _written(as_json(self), path)

    def to_csv(self, path: str | Path | None = None) -> str:
        """The pairs, one row each, with the protocol's fingerprint in the last column."""
        return _written(self.pairs.with_columns(protocol=pl.lit(self.protocol.fingerprint)).write_csv(), path)

    def to_markdown(self, path: str | Path | None = None) -> str:
        """The verdict, the table and the warnings."""
        from palate_compare.tables import markdown

        return _written(markdown(self), path)

    def to_latex(self, path: str | Path | None = None) -> str:
        """The table, for the package booktabs."""
        from palate_compare.tables import latex

        return _written(latex(self), path)

    def to_html(self, path: str | Path | None = None) -> str:
        """A report in one page that needs no network, no script and no other file."""
        from palate_compare.page import page

        return _written(page(self.as_dict()).html(), path)

    def write(self, path: str | Path) -> Path:
        """Write a file in the format of its suffix: .html, .json, .csv, .tex or .md, and give its path.

        Raises PalateError for another suffix.
        """
        writers = {
            ".html": self.to_html, ".json": self.to_json, ".csv": self.to_csv, ".tex": self.to_latex,
            ".md": self.to_markdown,
        }  # fmt: skip
        write = writers.get(Path(path).suffix.lower())
        if write is None:
            raise PalateError(f"a comparison is written as {', '.join(writers)}; got {str(path)!r}")
        write(path)
        return Path(path)


def _written(text: str, path: str | Path | None) -> str:
    if path is not None:
        from palate.paths import write_whole

        write_whole(Path(path), text.encode())
    return text
