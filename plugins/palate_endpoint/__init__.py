"""Language models behind an address: any server with the OpenAI protocol."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_encoders() -> list[type]:
    from palate_endpoint.encoder import Endpoint

    return [Endpoint]


@hookimpl
def register_preprocessors() -> list[type]:
    from palate_endpoint.generate import Generate

    return [Generate]
