"""What a new plugin is called, in recipes and in Python."""

from __future__ import annotations

import importlib.util
import keyword
import re
from dataclasses import dataclass

from palate.components.kinds import article
from palate.errors import ComponentError, PluginError
from palate.registry import Registry

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Names:
    """The names of a plugin: `half-life` in recipes is `HalfLife` of the module `palate_half_life`."""

    kind: str
    name: str

    @property
    def distribution(self) -> str:
        return f"palate-{self.name}"

    @property
    def module(self) -> str:
        return f"palate_{self.name.replace('-', '_')}"

    def cls(self, text: str) -> str:
        """A name for the class that `text`, the module it is to be written in, does not use already."""
        plain = "".join(part.capitalize() for part in self.name.split("-"))
        taken = keyword.iskeyword(plain) or re.search(rf"\b{plain}\b", text)
        return plain + self.kind.capitalize() if taken else plain

    def put(self, text: str, cls: str) -> str:
        """The text with the names of this plugin in place of those that stand for them."""
        named = {"PluginName": cls, "plugin-name": self.name, "plugin_name": self.name.replace("-", "_")}
        for stands_for, name in named.items():
            text = text.replace(stands_for, name)
        return text


def check(names: Names, registry: Registry) -> None:
    """Raises ComponentError for a name that cannot be, PluginError for one that is taken."""
    if not _NAME.fullmatch(names.name):
        raise ComponentError(
            f"a plugin's name has small letters and digits, with single hyphens between words, such as "
            f"'half-life'; got {names.name!r}"
        )
    if names.name in registry.names(names.kind):
        found = registry.find(names.kind, names.name)
        raise PluginError(
            f"there is {article(names.kind)} {names.name!r} already, "
            f"of {found.distribution} {found.version}; take another name"
        )
    if importlib.util.find_spec(names.module) is not None:
        raise PluginError(f"there is a module {names.module!r} already; take another name")
