"""Texts to vectors with static models: a vector for each token and no network."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_static.encoder import Static

    return [Static]
