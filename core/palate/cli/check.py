"""`palate plugins check`: whether a component does what its kind must, without pytest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from palate.components.abilities import near_misses
from palate.components.kinds import KINDS
from palate.errors import UnknownComponent, closest

if TYPE_CHECKING:
    from palate.components.component import Component
    from palate.registry import Registry
    from palate.testing import Outcome


@click.command("check")
@click.argument("name")
@click.option("--kind", type=click.Choice(list(KINDS)), help="Which, where two kinds have the name.")
@click.option("--set", "settings", multiple=True, metavar="OPTION=VALUE", help="An option to check it with.")
@click.option(
    "--expect", "expected", multiple=True, metavar="CHECK=REASON",
    help="A check that is to fail, and why; it must fail.",
)  # fmt: skip
def command(name: str, kind: str | None, settings: Sequence[str], expected: Sequence[str]) -> None:
    """Run every check of its kind on the component NAME, and show how each went."""
    import warnings

    from palate.deprecation import Deprecated
    from palate.errors import ComponentError
    from palate.registry import installed
    from palate.testing.case import Case
    from palate.testing.conformance import outcomes

    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", Deprecated)
        component = _component(installed(), name, kind)
        reasons = {check.replace(" ", "_"): why for check, why in map(_pair, expected)}
        found = outcomes(Case(component, _options(settings)), reasons)
    for outcome in found:
        click.echo(_line(outcome))
    for remark in near_misses(component.cls, component.kind):
        click.echo(f"notice     {remark}")
    for said in dict.fromkeys(str(remark.message) for remark in remarks):
        click.echo(f"deprecated {said}")
    failed = sum(not outcome.passed for outcome in found)
    if failed:
        raise ComponentError(f"{component.kind} {name!r} fails {failed} of {len(found)} checks")


def _component(registry: Registry, name: str, kind: str | None) -> Component:
    kinds = [each for each in KINDS if name in registry.names(each)]
    if kind is None and len(kinds) > 1:
        raise click.UsageError(f"{name!r} is {' and '.join(kinds)}; say which with --kind")
    if kind or kinds:
        return registry.find(kind or kinds[0], name)
    said = f"there is no component {name!r}.{closest(name, {each.name for each in registry})}"
    lost = "; ".join(str(failure) for failure in registry.failures)
    raise UnknownComponent(f"{said} Not loaded: {lost}." if lost else said)


def _options(settings: Sequence[str]) -> dict[str, Any]:
    from palate.recipe.yaml import parse_value

    return {option: parse_value(value, f"--set {option}").written() for option, value in map(_pair, settings)}


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.UsageError(f"must look like name=value; got {text!r}")
    return name.strip(), value.strip()


def _line(outcome: Outcome) -> str:
    state = "ok" if outcome.passed and not outcome.message else "expected" if outcome.passed else "FAILED"
    said = f": {outcome.message.removeprefix('expected: ')}" if outcome.message else ""
    return f"{state:<9}  {outcome.check.replace('_', ' ')}{said}"
