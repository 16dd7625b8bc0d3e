"""An encoder of texts by the language models that the transformers library loads."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_transformers.encoder import Transformers

    return [Transformers]
