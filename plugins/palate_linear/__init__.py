"""Linear models of what goes with what, in closed form."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_linear.ease import Ease

    return [Ease]
