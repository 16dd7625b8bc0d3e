"""`palate lock`: the versions of a recipe's plugins, written down beside it."""

from __future__ import annotations

import click

from palate.cli import options
from palate.cli.terminal import Terminal


@click.command("lock")
@click.argument("recipe")
@options.settings
@click.option("--check", is_flag=True, help="Write nothing; end with code 2 where versions differ.")
@click.pass_obj
def command(terminal: Terminal, recipe: str, settings: tuple[str, ...], check: bool) -> None:
    """Write down which plugins RECIPE uses and their versions, in a .lock file beside it.

    From then on a run of it says where what is installed differs.
    """
    from palate.errors import Problem, RecipeError
    from palate.lock import lock_path, pins, remarks, write
    from palate.recipe import load_recipe

    checked = load_recipe(recipe, settings)
    if not check:
        found = pins(checked)
        path = write(checked, found)
        terminal.say(f"wrote {path}: {', '.join(f'{name} {at}' for name, at in found.plugins.items())}")
        return
    place = lock_path(checked)
    if place is None or not place.is_file():
        raise RecipeError([Problem(recipe, "", f"has no lock; `palate lock {recipe}` writes one")])
    wrong = remarks(checked)
    if wrong:
        raise RecipeError([Problem(recipe, "", said) for said in wrong])
    terminal.say(f"what is installed agrees with {place}")
