"""Reading a component's class: its options with their bounds, what it needs, and making one."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palate.components.kinds import KINDS, article
from palate.components.nested import nested_options
from palate.errors import ComponentError, MissingLibrary, PalateError, PluginError, closest

if TYPE_CHECKING:
    from pydantic import BaseModel


@dataclass(frozen=True)
class Component:
    """A registered component: its class, and which plugin of which distribution registered it.

    `registry` is where the components that its options hold are found.
    """

    kind: str
    cls: type
    plugin: str
    distribution: str
    version: str
    registry: Any = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        return str(self.cls.name)  # type: ignore[attr-defined]

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (self.cls.__doc__ or "").strip().split("\n")[0]

    @property
    def needs(self) -> frozenset[str]:
        return frozenset(getattr(self.cls, "needs", ()))

    @property
    def extra(self) -> str:
        """What to install for its libraries, such as `palate[llm]`."""
        extra = getattr(self.cls, "extra", "")
        return f"{self.distribution}[{extra}]" if extra and self.distribution != "-" else ""

    @property
    def install(self) -> str:
        """The command that brings its libraries, with the class's `install_note` on what that takes."""
        note = getattr(self.cls, "install_note", "")
        return f'pip install "{self.extra or " ".join(self.missing)}"' + (f" ({note})" if note else "")

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Its libraries that are not installed."""
        libraries = getattr(self.cls, "libraries", ())
        return tuple(library for library in libraries if not _installed(library))

    @cached_property
    def options(self) -> type[BaseModel]:
        """A model of its options, made from the fields of its dataclass.

        Raises PluginError where the annotations cannot be read.
        """
        from palate.components.options import options_model

        try:
            return options_model(self.cls)
        except Exception as error:  # annotations are the plugin's own text, and may raise anything
            said = f"{type(error).__name__}: {error}"
            raise PluginError(
                f"the options of {self.kind} {self.name!r} (plugin {self.plugin!r}, {self.distribution} "
                f"{self.version}) cannot be read: {said}"
            ) from error

    @property
    def code(self) -> str:
        """A hash of the package the class is written in: another text may give another result."""
        return _package_hash(self.cls.__module__.split(".")[0])

    def check(self, options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The options with defaults filled in, and what is wrong with them by dotted place.

        The first is empty where a value is wrong; an unknown option leaves the others standing.
        """
        model, problems = self._validated(options)
        return ({} if model is None else model.model_dump(mode="json")), problems

    def make(self, options: dict[str, Any] | None = None) -> Any:
        """A new component with these options. Raises ComponentError or MissingLibrary."""
        model, problems = self._validated(options or {})
        who = f"{self.kind} {self.name!r}"
        if problems or model is None:
            said = "; ".join(problems.values())
            raise ComponentError(said if said.startswith(who) else f"{who}: {said}")
        if self.missing:
            raise MissingLibrary(self.how_to_install())
        made = {name: getattr(model, name) for name in type(model).model_fields}
        for name, (component, inside) in self.held(made).items():
            made[name] = component.make(inside)
        try:
            return self.cls(**made)
        except ValueError as error:
            raise ComponentError(f"{who}: {error}") from error

    def _validated(self, options: dict[str, Any]) -> tuple[BaseModel | None, dict[str, str]]:
        from pydantic import ValidationError

        from palate.components.options import as_text, explained
        from palate.components.written import as_annotated

        known = self.options.model_fields
        who = f"{self.kind} {self.name!r}"
        problems = {
            name: f"{who} has no option {name!r}.{closest(str(name), known)}{_choices(known)}"
            for name in options
            if name not in known
        }
        held = nested_options(self.cls)
        own = {
            name: as_annotated(value, known[name].annotation)
            for name, value in options.items()
            if name in known and name not in held
        }
        plain, unfit = as_text(own)
        plain, unfit = self._filled(plain | {name: options[name] for name in held if name in options}, unfit)
        try:
            model = self.options.model_validate_json(json.dumps(plain), strict=True)
        except ValidationError as error:
            return None, problems | explained(error, plain) | unfit
        return (None if unfit else model), problems | unfit

    def held(self, options: Mapping[str, Any]) -> dict[str, tuple[Component, dict[str, Any]]]:
        """The components that checked options hold, each with its own options, by option."""
        found = {}
        for name, kind in nested_options(self.cls).items():
            if options.get(name) is not None:
                inside = dict(options[name])
                found[name] = (self.registry.find(kind, inside.pop("use")), inside)
        return found

    def whole(self, options: Mapping[str, Any]) -> Iterator[Component]:
        """Itself, and every component that checked options hold, however deep."""
        yield self
        for component, inside in self.held(options).values():
            yield from component.whole(inside)

    def _filled(
        self, options: dict[str, Any], problems: dict[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The options with every component they hold checked and filled in, and what is wrong."""
        filled, problems = dict(options), dict(problems)
        for name, kind in nested_options(self.cls).items():
            if options.get(name) is not None:
                block, wrong = self._block(name, kind, options[name])
                filled[name] = block
                problems |= wrong
        return filled, problems

    def _block(self, name: str, kind: str, given: Any) -> tuple[Any, dict[str, str]]:
        """`{use: ..., every option}` of the component given, and what is wrong by dotted place."""
        block = {"use": given} if isinstance(given, str) else given
        if not isinstance(block, dict) or not isinstance(block.get("use"), str):
            said = f"{name} must be the name of {article(kind)}, or a mapping with `use`; got {given!r}"
            return None, {name: said}
        options = {key: value for key, value in block.items() if key != "use"}
        try:
            component = self.registry.find(kind, block["use"])
        except PalateError as error:
            return None, {name: f"{name}: {error}"}
        resolved, wrong = component.check(options)
        return {"use": component.name, **resolved}, {f"{name}.{at}": said for at, said in wrong.items()}

    def how_to_install(self) -> str:
        what = f"{self.kind} {self.name!r} needs {', '.join(self.missing)}"
        return f"{what}, which is not installed: {self.install}"


def flaws(cls: object, kind: str) -> list[str]:
    """What keeps a class from being a component of this kind, in words."""
    name = getattr(cls, "__name__", repr(cls))
    if not isinstance(cls, type):
        return [f"{kind} {name} is not a class"]
    found = []
    if not isinstance(getattr(cls, "name", None), str):
        found.append(f"{kind} {name} has no class variable `name`")
    if not is_dataclass(cls):
        found.append(f"{kind} {name} is not a dataclass")
    found += [
        f"{kind} {name}: `{listing}` is text, and must be a tuple or a set of texts"
        for listing in ("needs", "libraries")
        if isinstance(getattr(cls, listing, ()), str)
    ]
    shape = KINDS[kind]
    missing = [method for method in shape.methods if not callable(getattr(cls, method, None))]
    if missing:
        found.append(f"{kind} {name} has no {', '.join(missing)}()")
    if shape.one_of and not any(callable(getattr(cls, method, None)) for method in shape.one_of):
        found.append(f"{kind} {name} has none of {', '.join(shape.one_of)}()")
    return found


def learned(component: Any) -> list[str]:
    """The names of the fields that hold fitted state."""
    return [field.name for field in fields(component) if not field.init]


def _choices(known: Any) -> str:
    return f" It has {', '.join(known)}." if known else " It has no options."


def _installed(library: str) -> bool:
    if library in sys.modules:
        return True
    try:
        return importlib.util.find_spec(library) is not None
    except (ImportError, ValueError):
        return False


@cache
def _package_hash(package: str) -> str:
    file = getattr(sys.modules.get(package), "__file__", None)
    found = hashlib.blake2b(b"" if file else package.encode(), digest_size=8)
    if file:
        own = Path(file)
        for path in sorted(own.parent.rglob("*.py")) if own.name == "__init__.py" else [own]:
            found.update(path.read_bytes())
    return found.hexdigest()
