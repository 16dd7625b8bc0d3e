"""`palate plugins --provenance`: what each installed plugin registers, and where it came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from palate.registry.entry_points import plugin_entries

if TYPE_CHECKING:
    from palate.registry import Registry

_HEADINGS = ("plugin", "distribution", "version", "from", "registers")


def show_provenance(as_json: bool) -> None:
    """One line for each plugin, those that failed too: nothing that is imported is left out."""
    from palate.cli.listing import show
    from palate.registry import installed

    registry = installed()
    found = provenance(registry)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [[*(each[name] for name in _HEADINGS[:4]), _words(each["registers"])] for each in found]
    show(_HEADINGS, rows)
    for failure in registry.failures:
        click.echo(f"failed: {failure}")


def provenance(registry: Registry) -> list[dict[str, Any]]:
    """Each plugin with its distribution, version, origin, and what it registers by kind."""
    found = []
    for entry in plugin_entries():
        own = (entry.name, entry.distribution, entry.version)
        registered: dict[str, list[str]] = {}
        for component in registry:
            if (component.plugin, component.distribution, component.version) == own:
                registered.setdefault(component.kind, []).append(component.name)
        for each in registry.registrations:
            if (each.plugin, each.distribution, each.version) == own:
                registered.setdefault(each.what, []).append(each.name)
        found.append(
            {
                "plugin": entry.name,
                "distribution": entry.distribution,
                "version": entry.version,
                "from": _origin(entry.distribution),
                "module": entry.entry,
                "registers": registered,
            }
        )
    return found


def _origin(distribution: str) -> str:
    """Where it was installed from: an address or folder, or the package index, as pip wrote it down."""
    import importlib.metadata

    try:
        record = importlib.metadata.distribution(distribution).read_text("direct_url.json")
        known = json.loads(record) if record else {}
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return "unknown"
    if not known:
        return "package index"
    editable = " (editable)" if known.get("dir_info", {}).get("editable") else ""
    commit = known.get("vcs_info", {}).get("commit_id", "")
    return f"{known.get('url', 'unknown')}{'@' if commit else ''}{commit}{editable}"


def _words(registered: dict[str, list[str]]) -> str:
    if not registered:
        return "nothing"
    plain = {
        what: "listens to events" if what == "events" else f"{what} {', '.join(names)}"
        for what, names in registered.items()
    }
    return "; ".join(plain.values())
