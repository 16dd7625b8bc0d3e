"""The tracker `tensorboard`: training curves as they come, metrics, trials and comparisons."""

from __future__ import annotations

from palate import Event, hookimpl

tracks = "FOLDER"


@hookimpl
def on_event(event: Event) -> None:
    from palate_tensorboard.tracker import follow

    follow(event)
