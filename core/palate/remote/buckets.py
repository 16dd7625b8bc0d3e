"""Buckets of object storage, opened with the credentials of the environment."""

from __future__ import annotations

import os
from typing import Any

from palate.secrets import hidden

OBJECTS = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gs"),
    **dict.fromkeys(("az", "azure", "abfs", "abfss", "adl"), "az"),
}
"""Schemes of addresses of object storage, and how the library calls each."""


def opened(bucket: str) -> Any:
    """A bucket, or what is below a prefix of one: `s3://bucket/prefix`. Needs obstore."""
    from datetime import timedelta

    from obstore.store import from_url

    plain = any(
        os.environ.get(name, "").startswith("http://") for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
    )
    options: Any = {"connect_timeout": "5s", "timeout": "60s", "allow_http": plain}
    retries: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
    return from_url(bucket, client_options=options, retry_config=retries)


def said_by(error: Exception) -> str:
    """The first sentence of what the library says, which shows its whole state behind it."""
    secrets = [
        value
        for name, value in os.environ.items()
        if name.startswith(("AWS_", "GOOGLE_", "AZURE_"))
        and ("SECRET" in name or "KEY" in name or "TOKEN" in name)
    ]
    return hidden(str(error).split("\n")[0].split("Debug source")[0], secrets)
