"""What every objective must do."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.text_model import TextModel
from palate.errors import ComponentError
from palate.testing.case import Case, ensure, same
from palate.testing.models import VOCABULARY, liking, text_model


def fit_returns_itself(case: Case) -> None:
    component = case.make()
    for decoder in (False, True):
        try:
            ensure(component.fit(liking(), _model(decoder)) is component, "fit() must return itself")
        except ComponentError:
            continue
        return


def fitting_leaves_the_data_as_they_are(case: Case) -> None:
    training = liking()
    before = deepcopy((training.history, training.text))
    _fitted(case, training)
    ensure(same((training.history, training.text), before), "fitting changes the data")


def batches_are_arrays_of_examples(case: Case) -> None:
    """So that a batch which memory does not hold can be taken in parts."""
    batches = _batches(case)
    ensure(bool(batches), "there are no batches")
    right = all(isinstance(each, np.ndarray) and each.ndim >= 1 and len(each) for each in batches)
    ensure(right, "each batch must be an array with one row an example")


def the_same_generator_gives_the_same_batches(case: Case) -> None:
    ensure(same(_batches(case), _batches(case)), "all randomness must come from the generator given")


def its_loss_trains_the_network(case: Case) -> None:
    """The loss is a finite number, and says how the network's weights should move."""
    component, model = _fitted(case)
    network, batch = _network(model), next(iter(component.batches(np.random.default_rng(0))))
    loss = component.loss(network, batch)
    ensure(getattr(loss, "ndim", None) == 0, "loss() must give a scalar")
    ensure(bool(np.isfinite(float(loss.detach()))), f"the loss is {float(loss.detach())}")
    loss.backward()
    moved = network.table.grad is not None and bool(network.table.grad.abs().sum() > 0)
    ensure(moved, "the loss does not depend on the network")


def a_part_of_a_batch_has_a_loss(case: Case) -> None:
    component, model = _fitted(case)
    batch = next(iter(component.batches(np.random.default_rng(0))))
    loss = component.loss(_network(model), batch[: max(1, len(batch) // 2)])
    ensure(bool(np.isfinite(float(loss.detach()))), "half of a batch has no loss")


def items_without_a_text_are_never_read(case: Case) -> None:
    """Those that are held out have none."""
    training = liking()
    text = training.text
    if text is None:
        return
    from dataclasses import replace

    import polars as pl

    some = pl.Series("text", [each if at % 4 else "" for at, each in enumerate(text)])
    component, model = _fitted(case, replace(training, text=some))
    network = _network(model)
    read: list[str] = []
    for name in ("vectors", "numbers"):
        setattr(network, name, _noting(getattr(network, name), read))
    for batch in component.batches(np.random.default_rng(0)):
        component.loss(network, batch)
    ensure(all(each.strip() for each in read), "it reads the blank text of an item that is held out")


def _noting(method: Any, read: list[str]) -> Any:
    def noted(texts: Any) -> Any:
        read.extend(texts)
        return method(texts)

    return noted


def _model(decoder: bool) -> TextModel:
    return text_model(Path("letters"), decoder)


def _fitted(case: Case, training: Any = None) -> tuple[Any, TextModel]:
    """The objective with a model that it can train: some are for decoders only."""
    try:
        return case.make().fit(training or liking(), _model(False)), _model(False)
    except ComponentError:
        return case.make().fit(training or liking(), _model(True)), _model(True)


def _batches(case: Case) -> list[NDArray[Any]]:
    component, _ = _fitted(case)
    return list(component.batches(np.random.default_rng(1)))


def _network(model: TextModel) -> Any:
    from palate.training.letters import letters_network

    return letters_network(model, VOCABULARY)


CHECKS = (
    fit_returns_itself,
    fitting_leaves_the_data_as_they_are,
    batches_are_arrays_of_examples,
    the_same_generator_gives_the_same_batches,
    its_loss_trains_the_network,
    a_part_of_a_batch_has_a_loss,
    items_without_a_text_are_never_read,
)
