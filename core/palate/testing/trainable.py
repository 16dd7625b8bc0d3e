"""What every component must do whose weights are trained with its branch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.trainable import Sizes
from palate.testing import aggregators, transforms
from palate.testing.case import Case, ensure
from palate.testing.data import CATALOGUE, DIMENSIONS, crowd
from palate.training.probing import given_by, weights_of_no_effect

USERS, LONG = 3, 5
ROUNDING = 1e-4


def its_module_gives_what_its_place_asks_for(case: Case) -> None:
    """Features of vectors; interests after each event; or what the products with `table()` are scores of."""
    module = _module(case)
    if case.kind == "transform":
        ensure(given_by(module, _events()[0]).ndim == 2, "forward must give [m, d'] of [m, d]")
    elif case.kind == "aggregator":
        ensure(
            isinstance(getattr(case.make(), "length", None), int), "say with a field `length` how many events"
        )
        shape = given_by(module, _events()).shape
        right = len(shape) == 4 and shape[:2] == (USERS, LONG) and shape[3] == DIMENSIONS
        ensure(right, f"forward must give [n, l, interests, d] of [n, l, d]; it gave {list(shape)}")
    else:
        hidden, table = given_by(module, _events()).shape, tuple(module.table().shape)
        right = hidden[:2] == (USERS, LONG) and table == (CATALOGUE, hidden[2])
        said = "forward must give [..., h] of [..., d], and table() [items, h]"
        ensure(right, f"{said}; got {list(hidden)} and {list(table)}")


def interests_do_not_depend_on_what_follows(case: Case) -> None:
    """Short histories are padded behind, and events to be predicted follow those that are read."""
    if case.kind != "aggregator":
        return
    module, events = _module(case), _events()
    other = events.copy()
    other[:, 3:] = 7
    gap = np.abs(given_by(module, events)[:, :3] - given_by(module, other)[:, :3]).max()
    ensure(gap < ROUNDING, f"interests after an event depend on later ones, by {gap:.3g}")


def every_weight_is_trained(case: Case) -> None:
    """Each parameter of the module gets a gradient."""
    events = _events()[0] if case.kind == "transform" else _events()
    without = weights_of_no_effect(_module(case), events)
    ensure(not without, f"these weights get no gradient: {', '.join(without)}")


def it_works_with_the_weights_it_is_given(case: Case) -> None:
    """What it gives when it is used is what its module gives with the same weights."""
    component, sizes = case.make(), Sizes(CATALOGUE, DIMENSIONS)
    training, query = crowd()
    if callable(getattr(component, "fit", None)):
        component.fit(transforms._vectors() if case.kind == "transform" else training)
    module = component.torch_module(sizes).eval()
    weights = {name: each.detach().numpy().copy() for name, each in module.state_dict().items()}
    component.set_weights(weights, sizes)
    used, given = _both(case, component, module, query)
    gap = np.abs(used - given).max()
    ensure(gap < ROUNDING, f"it gives something else than its module, by up to {gap:.3g}")


def _both(case: Case, component: Any, module: Any, query: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """What the component gives, and what its module does; of a ranker, the order of the items."""
    if case.kind == "transform":
        return component.apply(transforms._vectors()), given_by(module, transforms._vectors())
    if case.kind == "aggregator":
        asked, vectors = aggregators._asked()
        row = int(np.argmax((asked.history.counts > 1) & (asked.history.counts <= component.length)))
        events = vectors[asked.history.take(np.array([row])).items][None]
        return component.profile(asked, vectors)[row], given_by(module, events)[0, -1]
    some = np.flatnonzero(query.history.counts > 0)
    scores, hidden = component.score(query)[some], given_by(module, query.interests[some])
    logits = (hidden @ module.table().detach().numpy().T).max(axis=1)
    known = np.isfinite(scores).all(axis=0)
    return np.argsort(-scores[:, known], axis=1), np.argsort(-logits[:, known], axis=1)


def _module(case: Case) -> Any:
    component, training = case.make(), crowd()[0]
    if callable(getattr(component, "fit", None)):
        component.fit(transforms._vectors() if case.kind == "transform" else training)
    return component.torch_module(Sizes(CATALOGUE, DIMENSIONS)).eval()


def _events() -> NDArray[np.float32]:
    """float32[users, events, d]."""
    return np.random.default_rng(4).normal(size=(USERS, LONG, DIMENSIONS)).astype(np.float32)


CHECKS = (
    its_module_gives_what_its_place_asks_for,
    interests_do_not_depend_on_what_follows,
    every_weight_is_trained,
    it_works_with_the_weights_it_is_given,
)
