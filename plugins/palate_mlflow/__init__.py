"""The tracker `mlflow`: runs with parameters, metrics and curves, trials and comparisons."""

from __future__ import annotations

from palate import Event, hookimpl

tracks = "URI"


@hookimpl
def on_event(event: Event) -> None:
    from palate_mlflow.tracker import follow

    follow(event)
