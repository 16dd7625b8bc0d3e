"""`palate plugins`: what is installed, from which distribution, and whether it works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from palate.cli.terminal import share_options
from palate.components.kinds import KINDS
from palate.errors import closest

_WIDE = 110  # columns of a terminal from which the distribution is shown when it is always palate

if TYPE_CHECKING:
    from palate.components.component import Component
    from palate.registry import Registry


class _Plugins(click.Group):
    """`palate plugins`, with the kind to be shown as a command of its own."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["[OPTIONS]", "[KIND | check NAME]"]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check", *KINDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "check":
            from palate.cli.check import command as check

            return share_options(check)
        return share_options(_of_kind(cmd_name)) if cmd_name in KINDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            known = self.list_commands(ctx)
            raise click.UsageError(
                f"there is no kind {args[0]!r}.{closest(args[0], known)} There are {', '.join(known[1:])}.",
                ctx,
            )
        return super().resolve_command(ctx, args)


@click.group("plugins", cls=_Plugins, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print everything, options included, as JSON.")
@click.option(
    "--provenance", is_flag=True, help="Show what each plugin registers, and where it was installed from."
)
@click.pass_context
def command(context: click.Context, as_json: bool, provenance: bool) -> None:
    """List every component: its kind, name, plugin, distribution, version and state.

    A kind, such as `ranker`, shows only components of that kind. Plugins that could not be loaded
    follow with the reason. PALATE_PLUGINS=a,b restricts palate to the plugins a and b.
    """
    if context.invoked_subcommand:
        return
    if provenance:
        from palate.cli.provenance import show_provenance

        show_provenance(as_json)
        return
    _list(None, as_json)


def _of_kind(kind: str) -> click.Command:
    @click.command(kind, hidden=True)
    @click.option("--json", "as_json", is_flag=True, help="Print everything, options included, as JSON.")
    @click.pass_context
    def listing(context: click.Context, as_json: bool) -> None:
        """List the components of this kind."""
        before = context.parent.params if context.parent else {}
        _list(kind, as_json or bool(before.get("as_json")))

    return listing


def _list(kind: str | None, as_json: bool) -> None:
    from palate.registry import installed

    registry = installed()
    shown = [component for component in registry if kind in (None, component.kind)]
    if as_json:
        click.echo(json.dumps(_everything(registry, shown), indent=2))
        return
    _print(registry, shown)


def state(component: Component, registry: Registry) -> str:
    """`ready`, what is missing and how to get it, or the clash in words."""
    from palate.errors import PluginError

    try:
        registry.find(component.kind, component.name)
    except PluginError as error:
        return f"clash: {error}"
    try:
        _ = component.options
    except PluginError as error:
        return f"broken: {error}"
    if component.missing:
        return f"missing {', '.join(component.missing)}: {component.install}"
    return "ready"


def _print(registry: Registry, shown: list[Component]) -> None:
    from palate.cli.listing import piped, show, terminal_width

    states = {id(component): state(component, registry) for component in shown}
    headings = ["kind", "name", "what it is", "plugin", "distribution", "state"]
    if piped():
        show(headings, [_row(each, states[id(each)]) for each in shown])
    else:
        rows = [_row(each, _short(states[id(each)])) for each in shown]
        taken = [0, 1, 2, 3, 5] if terminal_width() < _WIDE and not _third_party(shown) else range(6)
        show([headings[i] for i in taken], [[row[i] for i in taken] for row in rows], shrink="what it is")
        for each in shown:
            if states[id(each)] != _short(states[id(each)]):
                click.echo(f"{each.kind} {each.name!r}: {states[id(each)]}")
    for failure in registry.failures:
        click.echo(f"failed: {failure}")
    for notice in registry.notices:
        click.echo(f"notice: {notice}")


def _row(component: Component, said: str) -> list[str]:
    origin = f"{component.distribution} {component.version}"
    return [component.kind, component.name, component.summary, component.plugin, origin, said]


def _short(said: str) -> str:
    """The state without what can be done about it."""
    return said.partition(":")[0]


def _third_party(shown: list[Component]) -> bool:
    return any(component.distribution != "palate" for component in shown)


def _everything(registry: Registry, shown: list[Component]) -> dict[str, Any]:
    return {
        "components": [_about(component, registry) for component in shown],
        "failures": [vars(failure) for failure in registry.failures],
        "notices": [vars(notice) for notice in registry.notices],
        "recipes": {name: str(path) for name, path in sorted(registry.recipes.items())},
        "commands": {name: each.get_short_help_str() for name, each in sorted(registry.commands.items())},
    }


def _about(component: Component, registry: Registry) -> dict[str, Any]:
    said = state(component, registry)
    return {
        "kind": component.kind,
        "name": component.name,
        "plugin": component.plugin,
        "distribution": component.distribution,
        "version": component.version,
        "summary": component.summary,
        "state": said.split(" ")[0].rstrip(":"),
        "remark": "" if said == "ready" else said,
        "needs": sorted(component.needs),
        "missing": list(component.missing),
        "install": component.extra,
        "options": _schema(component),
    }


def _schema(component: Component) -> dict[str, Any] | None:
    """The JSON Schema of its options, or None where they cannot be put in one."""
    from pydantic.errors import PydanticUserError

    from palate.errors import PluginError

    try:
        return component.options.model_json_schema()
    except (PluginError, PydanticUserError):
        return None
