"""What a first recipe is to say, before it is text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec

from palate_init.catalogue import Catalogue
from palate_init.interactions import Events
from palate_init.origin import Origin

FEW_ITEMS = 10_000
SPLITS: dict[str, tuple[str, bool]] = {
    "column": ("{use: column, validation: 0.1}", True),
    "temporal": ("{use: temporal, test: 0.1, validation: 0.1}", True),
    "temporal, larger": ("{use: temporal, test: 0.2, validation: 0.2}", True),
    "user-temporal": ("{use: user-temporal, test: 0.2, validation: 0.2}", True),
    "random": ("{use: random, test: 0.2, validation: 0.1}", True),
    "random, larger": ("{use: random, test: 0.3, validation: 0.3}", True),
    "cold-users": ("{use: cold-users, test: 0.2, validation: 0, given: 0}", False),
    "random, untuned": ("{use: random, test: 0.3, validation: 0}", False),
}
"""Splits by name, each as it is written, and whether it leaves a part to tune weights on."""


@dataclass(frozen=True)
class Draft:
    """The choices of a recipe for these files; `notes` is what to tell about them.

    `branches` are those to fit, `encoder` what encodes texts, empty where there are none. `skip` says
    that some rows do not read and are left out, `core` that rare users and items are not fitted on;
    `origin` is the database, if they are no files.
    """

    events: Events
    catalogue: Catalogue | None
    split: str
    branches: tuple[str, ...]
    encoder: str = ""
    skip: bool = False
    core: bool = True
    notes: tuple[str, ...] = ()
    origin: Origin | None = None

    @property
    def tuned(self) -> bool:
        """Whether a validation part tells the branches' weights."""
        return SPLITS[self.split][1] and len(self.branches) > 1

    def noting(self, note: str) -> Draft:
        """The same with one note more."""
        return self if note in self.notes else replace(self, notes=(*self.notes, note))

    @classmethod
    def of(cls, events: Events, catalogue: Catalogue | None, origin: Origin | None = None) -> Draft:
        """The first choice for what was found in the files."""
        texts = catalogue is not None and bool(catalogue.texts)
        linear = ("linear",) if events.items <= FEW_ITEMS else ()
        encoder = ("transformers" if _has_model() else "tfidf") if texts else ""
        return cls(
            events,
            catalogue,
            _split(events),
            ("popularity", "neighbours", *linear, *(("content",) if texts else ())),
            encoder,
            core=events.counts.dense and not texts,
            origin=origin,
        )


def _split(events: Events) -> str:
    if events.part:
        return "column"
    if events.own_order:
        return "user-temporal"
    return "temporal" if events.by_time else "random"


def splits_after(split: str) -> list[str]:
    """A split and those to try if it leaves too little, the best first."""
    names = list(SPLITS)
    return names[names.index(split) :]


def _has_model() -> bool:
    """Whether the libraries of the language model are installed."""
    return all(find_spec(library) for library in ("torch", "transformers"))
