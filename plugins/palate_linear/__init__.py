"""Linear models of what goes with what, in closed form."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_rankers() -> list[type]:
    from palate_linear.dlae import Dlae
    from palate_linear.ease import Ease
    from palate_linear.l3ae import L3ae
    from palate_linear.slim import Slim

    return [Ease, Dlae, L3ae, Slim]
