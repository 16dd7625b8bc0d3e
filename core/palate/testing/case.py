"""The component under test, and how a check says that it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, NoReturn

import numpy as np
import polars as pl
import scipy.sparse as sp

from palate.components.component import Component, flaws, learned
from palate.components.kinds import KINDS
from palate.components.trainable import is_trainable
from palate.errors import ComponentError
from palate.testing.data import crowd, strolls
from palate.testing.reading import with_letters
from palate.training import Chain, train_chain

Check = Callable[["Case"], None]


class Nonconforming(AssertionError):
    """A component does not do what its kind must."""


@dataclass(frozen=True)
class Case:
    """A component's class with the options it is tested with."""

    component: Component
    options: dict[str, Any]

    @property
    def cls(self) -> type:
        return self.component.cls

    @property
    def kind(self) -> str:
        return self.component.kind

    def make(self) -> Any:
        """A new component. Raises MissingLibrary where its library is not installed."""
        return self.component.make(self.options)

    def fitted(self, training: Any = None) -> Any:
        """One fitted on the training data given, the crowd's if none is."""
        return self.fit(self.make(), crowd()[0] if training is None else training)

    def fit(self, component: Any, training: Any) -> Any:
        """The component, fitted on this, and trained where it is trainable."""
        if "encoder" in self.component.needs and training.reader is None:
            training = with_letters(training)
        if callable(getattr(component, "fit", None)):
            component.fit(training)
        if is_trainable(component):
            chain = Chain(aggregator=component) if self.kind == "aggregator" else Chain(ranker=component)
            train_chain(chain, training)
        return component

    def transform(self, vectors: Any, component: Any = None) -> Any:
        """A transform, a new one if none is given, fitted on these vectors, and trained where it can be."""
        component = (component or self.make()).fit(vectors)
        if is_trainable(component):
            train_chain(Chain((component,)), strolls(vectors))
        return component


def case_of(cls: type, kind: str | None, options: dict[str, Any]) -> Case:
    """The case for a class: its kind is the one it is registered as, or the only one it fits.

    Raises ComponentError where that is not clear, or where the class is no component at all.
    """
    from palate.registry import installed

    for component in installed():
        if component.cls is cls and kind in (None, component.kind):
            return Case(component, options)
    kinds = [kind] if kind else [name for name in KINDS if not flaws(cls, name)]
    if len(kinds) > 1:  # a transform also has what a cleaner and a preprocessor must have
        kinds = [name for name in kinds if len(KINDS[name].methods) > 1] or kinds
    if len(kinds) != 1:
        fits = f"it fits {', '.join(kinds)}" if kinds else "; ".join(flaws(cls, "ranker"))
        raise ComponentError(f"of which kind is {cls.__name__}? Say kind=…; {fits}")
    wrong = flaws(cls, kinds[0])
    if wrong:
        raise ComponentError("; ".join(wrong))
    return Case(Component(kinds[0], cls, "tested", "palate", "0", installed()), options)


def fail(message: str) -> NoReturn:
    __tracebackhide__ = True
    raise Nonconforming(message)


def ensure(held: bool, message: str) -> None:
    """Fail with the message unless what should hold does."""
    __tracebackhide__ = True
    if not held:
        fail(message)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal to the last bit, NaN being equal to NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return bool(alike) and one.tobytes() == other.tobytes()
    if sp.issparse(one):
        return same(one.toarray(), other.toarray())
    if isinstance(one, (pl.DataFrame, pl.Series)):
        return bool(one.equals(other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one) and not isinstance(one, type):
        names = [item.name for item in fields(one) if item.compare]
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    return bool(one == other or one != one)


def state(component: Any) -> dict[str, Any]:
    """Its fitted state, by field."""
    return {name: getattr(component, name) for name in learned(component) if hasattr(component, name)}
