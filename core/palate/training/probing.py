"""Trying a module out: what it gives for an array, and which of its weights that depends on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def given_by(module: Any, array: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the module gives for an array."""
    import torch

    with torch.no_grad():
        given: NDArray[np.float32] = module(torch.from_numpy(np.array(array))).numpy()
    return given


def weights_of_no_effect(module: Any, array: NDArray[np.float32]) -> list[str]:
    """The names of parameters that get no gradient from what the module gives, and its `table()` if any."""
    import torch

    made = module(torch.from_numpy(np.array(array)))
    made = made @ module.table().T if hasattr(module, "table") else made
    (made * torch.from_numpy(np.random.default_rng(0).normal(size=made.shape))).sum().backward()
    return [name for name, each in module.named_parameters() if each.grad is None]
