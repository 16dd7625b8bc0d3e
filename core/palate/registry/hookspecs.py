"""The hooks a plugin may implement. Import `hookimpl` from `palate` and decorate functions so named.

Registration hooks return classes and import nothing heavy: a class imports its library inside its
methods, and the hook imports the class inside its body. What stands here is never called: pluggy reads
names and arguments, and type checkers want a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from palate.events import Event
    from palate.forgetting import Forgetting

PROJECT = "palate"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def register_sources() -> Sequence[type]:
    """Classes that bring data in."""
    raise NotImplementedError


@hookspec
def register_cleaners() -> Sequence[type]:
    """Classes that remove or fix interactions, users and items."""
    raise NotImplementedError


@hookspec
def register_feedbacks() -> Sequence[type]:
    """Classes that say which events are likes, how strong, and which are dislikes."""
    raise NotImplementedError


@hookspec
def register_splitters() -> Sequence[type]:
    """Classes that divide interactions into training, validation and test."""
    raise NotImplementedError


@hookspec
def register_preprocessors() -> Sequence[type]:
    """Classes that write or rewrite the text of each item."""
    raise NotImplementedError


@hookspec
def register_encoders() -> Sequence[type]:
    """Classes that turn texts into vectors."""
    raise NotImplementedError


@hookspec
def register_finetuners() -> Sequence[type]:
    """Classes that train the language model of an encoder on what users liked."""
    raise NotImplementedError


@hookspec
def register_objectives() -> Sequence[type]:
    """Classes that give the losses by which a finetuner trains."""
    raise NotImplementedError


@hookspec
def register_transforms() -> Sequence[type]:
    """Classes that change vectors: centring, normalising, projecting."""
    raise NotImplementedError


@hookspec
def register_aggregators() -> Sequence[type]:
    """Classes that make a user's history into interest vectors."""
    raise NotImplementedError


@hookspec
def register_indexes() -> Sequence[type]:
    """Classes that find the items nearest to interest vectors without scoring all."""
    raise NotImplementedError


@hookspec
def register_rankers() -> Sequence[type]:
    """Classes that score items for users."""
    raise NotImplementedError


@hookspec
def register_fusers() -> Sequence[type]:
    """Classes that make one score of several."""
    raise NotImplementedError


@hookspec
def register_rerankers() -> Sequence[type]:
    """Classes that put a ranking into another order."""
    raise NotImplementedError


@hookspec
def register_metrics() -> Sequence[type]:
    """Classes that evaluate rankings."""
    raise NotImplementedError


@hookspec
def register_engines() -> Sequence[type]:
    """Classes that run the steps of a plan somewhere."""
    raise NotImplementedError


@hookspec
def register_recipes() -> Sequence[Path]:
    """Recipes that the plugin ships: files, or folders of them (`*.yaml`)."""
    raise NotImplementedError


@hookspec
def register_commands() -> Sequence[click.Command]:
    """Commands that the plugin adds to `palate`."""
    raise NotImplementedError


@hookspec
def on_forget(forgetting: Forgetting) -> None:
    """Users or items leave what the plugin wrote: logs, tables, copies. An exception ends the command."""
    raise NotImplementedError


@hookspec
def on_event(event: Event) -> None:
    """Something happened in a run. Results are ignored; an exception is reported and the run goes on."""
