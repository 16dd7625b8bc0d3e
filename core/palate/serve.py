"""A run as a service: what palate's own plugin `serve` gives, `palate.serve.App(run)` before all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate_serve import App as App
    from palate_serve import Limits as Limits
    from palate_serve import Tokens as Tokens
    from palate_serve import kept_events as kept_events

__all__ = ["App", "Limits", "Tokens", "kept_events"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'palate.serve' has no attribute {name!r}")
    from palate.registry.entry_points import load_tool

    return getattr(load_tool("serve"), name)
