"""Texts to vectors by the vectors of their words."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_glove.encoder import Glove

    return [Glove]
