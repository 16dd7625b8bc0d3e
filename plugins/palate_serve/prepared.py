"""A request before its items are scored, and the answer after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from palate.data import Query
from palate.errors import PalateError
from palate.pipeline import Pipeline
from palate.pipeline.allowed import Allowed
from palate.pipeline.best import Best, best_of_several
from palate_serve.messages import Answer, Ask, Recommended
from palate_serve.refused import of_palate
from palate_serve.served_run import ServedRun


@dataclass(eq=False, slots=True)
class Recommendation:
    """An answer, with what it was made of: the row numbers of its items, and what they are explained from."""

    answer: Answer
    run: ServedRun
    pipeline: Pipeline
    query: Query
    rows: list[int]

    def explained(self) -> Answer:
        """The answer with why each item has its score; touches nothing that others change.

        An item that no branch scores, and that is there because little else is allowed, has no explanation.
        Raises Refused where nothing can be explained.
        """
        from palate.cli.explain import as_plain
        from palate.pipeline.explain import explain

        wrong = None
        for row, item in zip(self.rows, self.answer.items, strict=True):
            try:
                item.explanation = as_plain(explain(self.pipeline, self.query, row), self.run.ids)
            except PalateError as error:
                wrong = error
        if wrong is not None and not any(item.explanation for item in self.answer.items):
            raise of_palate(wrong, "explain")
        return self.answer


@dataclass(eq=False, slots=True)
class Prepared:
    """A request whose user, pipeline and limits are known, and whose items are not scored yet."""

    ask: Ask
    run: ServedRun
    pipeline: Pipeline
    query: Query
    known: bool
    unknown: list[Any]
    limits: Allowed | None

    @property
    def alike(self) -> object:
        """What requests that can be answered together have in common."""
        if self.limits is not None:
            return id(self)
        return id(self.pipeline), self.ask.k, self.ask.include_seen

    @staticmethod
    def best(several: list[Prepared]) -> list[Best]:
        """The best items of each of these requests, which are `alike`."""
        first, *others = several
        pipeline, k, shown = first.pipeline, first.ask.k, first.ask.include_seen
        if others:
            return best_of_several(pipeline, [each.query for each in several], k, shown)
        return [pipeline.best(first.query, k, shown, first.limits)]

    def recommendation(self, found: Best) -> Recommendation:
        """The answer, with these items in it."""
        ask, run, rows = self.ask, self.run, found.items.tolist()
        items = [
            Recommended(rank, run.ids[row], run.titles[row], score)
            for rank, (row, score) in enumerate(zip(rows, found.scores.tolist(), strict=True), 1)
        ]
        if ask.attributes:
            for row, item in zip(rows, items, strict=True):
                item.attributes = run.attributes(row, ask.attributes)
        remarks = _remarks(ask, self.known, self.unknown, self.limits, len(items))
        answer = Answer(run.name, ask.user, self.known, found.fallback, items, self.unknown, remarks)
        return Recommendation(answer, run, self.pipeline, self.query, rows)


def _remarks(ask: Ask, known: bool, unknown: list[Any], limits: Allowed | None, found: int) -> list[str]:
    said = list(limits.remarks) if limits is not None else []
    if ask.user is not None and not known:
        said.append(f"there is no user {ask.user!r}; these are recommendations for a new user")
    if unknown:
        said.append(f"{len(unknown):,} of {len(ask.history or ()):,} items of the history are unknown")
    if found < ask.k:
        said.append(f"{found:,} instead of {ask.k:,} recommendations: no more are left")
    return said
