"""An encoder that hashes words: without a model, always with the same result."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_hash.encoder import Hash

    return [Hash]
