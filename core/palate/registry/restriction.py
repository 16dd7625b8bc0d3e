"""Which plugins palate is restricted to."""

from __future__ import annotations

import os


def wanted() -> list[str]:
    """The plugins that the environment variable PALATE_PLUGINS restricts palate to; empty for all."""
    return [name.strip() for name in os.environ.get("PALATE_PLUGINS", "").split(",") if name.strip()]
