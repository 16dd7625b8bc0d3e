"""The kinds of component: what each is called, which hook registers it, what it must be able to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of component.

    `methods` must all be there, `one_of` at least one of them.
    """

    name: str
    plural: str
    methods: tuple[str, ...]
    one_of: tuple[str, ...] = ()

    @property
    def hook(self) -> str:
        return f"register_{self.plural}"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("source", "sources", ("load",)),
        Kind("cleaner", "cleaners", ("apply",)),
        Kind("feedback", "feedbacks", ("mark",)),
        Kind("splitter", "splitters", ("split",)),
        Kind("preprocessor", "preprocessors", ("apply",)),
        Kind("encoder", "encoders", ("encode",)),
        Kind("finetuner", "finetuners", ("train",)),
        Kind("objective", "objectives", ("fit", "batches", "loss")),
        Kind("transform", "transforms", ("fit", "apply")),
        Kind("aggregator", "aggregators", ("profile",)),
        Kind("index", "indexes", ("build", "search")),
        Kind("ranker", "rankers", ("fit", "score")),
        Kind("fuser", "fusers", ("fuse",)),
        Kind("reranker", "rerankers", ("rerank",)),
        Kind("metric", "metrics", (), ("score", "overall")),
        Kind("engine", "engines", ("run",)),
    )
}


def article(kind: str) -> str:
    """`a ranker`, `an encoder`."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
