"""The table of the recipe grammar, as `docs/recipe-grammar.md` has it."""

from __future__ import annotations

from palate.components.kinds import KINDS, article
from palate.recipe.grammar import PLACES, Place


def table() -> str:
    """A line for each place, in the order in which they are written."""
    rows = [f"| `{_path(place)}` | {_about(place)} | {_left_out(place)} |" for place in PLACES]
    return "\n".join(["| place | what stands there | if left out |", "|---|---|---|", *rows]) + "\n"


def _path(place: Place) -> str:
    return place.path.replace("*", "NAME")


def _about(place: Place) -> str:
    if "const" in place.schema:
        return f"`{place.schema['const']}`, {place.about}"
    if not place.kind:
        return place.about
    kinds = f"{KINDS[place.kind].plural}, one or a list" if place.many else article(place.kind)
    off = f", or `{place.off}`" if place.off else ""
    return f"{kinds}{off}: {place.about}"


def _left_out(place: Place) -> str:
    if place.required:
        return "required"
    default = [str(place.schema["default"])] if "default" in place.schema else place.default
    return ", ".join(f"`{name}`" for name in default) or "nothing"
