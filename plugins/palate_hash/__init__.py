"""Texts to vectors by hashing their words: no model, always the same."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_hash.encoder import Hash

    return [Hash]
