"""`palate plan`: the steps of a recipe, and which are stored already."""

from __future__ import annotations

import click

from palate.cli import options

LINE = 80
"""Components that are longer together stand one below the other."""


def _together(names: list[str]) -> str:
    from rich.markup import escape

    line = ", ".join(names)
    return escape(line if len(line) <= LINE else ",\n".join(names))


@click.command("plan")
@click.argument("recipe")
@options.settings
@options.store
def command(recipe: str, settings: tuple[str, ...], store: str | None) -> None:
    """Show the steps of RECIPE, and which the store has already. Nothing is computed."""
    from palate.cli.searching import opened

    checked, spaces = opened(recipe, settings)
    from rich.table import Table

    from palate.cli.tables import console
    from palate.plan import compile_plan
    from palate.plan.sending import sent
    from palate.store.place import store_at

    plan = compile_plan(checked, store_at(store))
    missing = {step.fingerprint for step in plan.missing()}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("step", "components", "fingerprint", "state"):
        table.add_column(column, no_wrap=column != "components")
    kept = [step for step in plan.steps if step.kept]
    for step in kept:
        state = (
            "to do"
            if step.fingerprint in missing
            else "stored"
            if plan.store.has(step.fingerprint)
            else "not needed"
        )
        table.add_row(
            step.name,
            _together([block.label or block.name for block in step.blocks]),
            step.fingerprint[:12],
            state,
        )
    console().print(table)
    todo = sum(step.fingerprint in missing for step in kept)
    for step in kept:
        if step.fingerprint in missing and (said := sent(step, plan.store)):
            console().print(f"\n{step.name}: {said}")
    for space in spaces:
        console().print(space)
    if checked.asks_each_event:
        console().print("\neach event of the test part is asked for, after all that its user did before it")
    console().print(f"\n{len(kept)} steps, {todo} to do, in the store {plan.store.place}")
