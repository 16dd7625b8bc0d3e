"""A component that is used before it is trained."""

from __future__ import annotations

from typing import Any

from palate.errors import ComponentError


def check_trained(component: Any, state: str) -> None:
    """Raise ComponentError where the component has no fitted state of this name."""
    if not hasattr(component, state):
        how = "it is trained with its branch, by palate.training.train_chain"
        raise ComponentError(f"{component.name!r} is not trained: {how}")
