"""Reading a component's class: its options with their bounds, what it needs, and making one."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from palate.errors import ComponentError, MissingLibrary, closest
from palate.kinds import KINDS


@dataclass(frozen=True)
class Component:
    """A registered component: its class, and which plugin of which distribution brought it."""

    kind: str
    cls: type
    plugin: str
    distribution: str
    version: str

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
        return f"{self.distribution}[{extra}]" if extra else ""

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Its libraries that are not installed."""
        libraries = getattr(self.cls, "libraries", ())
        return tuple(library for library in libraries if not _installed(library))

    @cached_property
    def options(self) -> type[BaseModel]:
        """A model of its options, made from the fields of its dataclass."""
        return _options(self.cls)

    @property
    def code(self) -> str:
        """A hash of the module the class is written in: another text may give another result."""
        return _module_hash(self.cls.__module__)

    def check(self, options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The options with defaults filled in, and what is wrong with them by option name."""
        known = self.options.model_fields
        problems = {
            name: f"{self.kind} {self.name!r} has no option {name!r}.{closest(name, known)}{_choices(known)}"
            for name in options
            if name not in known
        }
        try:
            text = json.dumps({name: value for name, value in options.items() if name in known})
            model = self.options.model_validate_json(text, strict=True)
        except ValidationError as error:
            return {}, problems | _explained(error)
        except TypeError as error:
            return {}, problems | {"": f"options must be text, numbers, lists or mappings: {error}"}
        return model.model_dump(mode="json"), problems

    def make(self, options: dict[str, Any] | None = None) -> Any:
        """A new component with these options. Raises ComponentError or MissingLibrary."""
        _, problems = self.check(options or {})
        if problems:
            raise ComponentError("; ".join(problems.values()))
        if self.missing:
            raise MissingLibrary(self.how_to_install())
        model = self.options.model_validate_json(json.dumps(options or {}), strict=True)
        return self.cls(**{name: getattr(model, name) for name in type(model).model_fields})

    def how_to_install(self) -> str:
        what = f"{self.kind} {self.name!r} needs {', '.join(self.missing)}"
        return f'{what}, which is not installed: pip install "{self.extra or " ".join(self.missing)}"'


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
    shape = KINDS[kind]
    missing = [method for method in shape.methods if not callable(getattr(cls, method, None))]
    if missing:
        found.append(f"{kind} {name} lacks {', '.join(missing)}()")
    if shape.one_of and not any(callable(getattr(cls, method, None)) for method in shape.one_of):
        found.append(f"{kind} {name} has none of {', '.join(shape.one_of)}()")
    return found


def learned(component: Any) -> list[str]:
    """The names of the fields that hold fitted state."""
    return [field.name for field in fields(component) if not field.init]


def _options(cls: type) -> type[BaseModel]:
    hints = get_type_hints(cls, include_extras=True)
    shown: dict[str, Any] = {}
    for item in fields(cls):
        if not item.init:
            continue
        if item.default is not MISSING:
            default: Any = Field(default=item.default)
        elif item.default_factory is not MISSING:
            default = Field(default_factory=item.default_factory)
        else:
            default = Field()
        shown[item.name] = (hints[item.name], default)
    config = ConfigDict(extra="forbid", protected_namespaces=(), arbitrary_types_allowed=True)
    return create_model(cls.__name__, __config__=config, __doc__=cls.__doc__, **shown)


def _explained(error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    for item in error.errors(include_url=False):
        place = ".".join(
            str(part) for part in item["loc"] if not str(part).startswith(("function-", "tagged-"))
        )
        if item["type"] == "missing":
            said = "is required"
        else:
            said = f"{item['msg'].replace('Input should', 'must')}; got {item['input']!r}"
        option = str(item["loc"][0]) if item["loc"] else ""
        earlier = problems.get(option)
        problems[option] = f"{earlier}, or {said}" if earlier else f"{place} {said}"
    return problems


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
def _module_hash(module: str) -> str:
    file = getattr(sys.modules.get(module), "__file__", None)
    text = Path(file).read_bytes() if file and Path(file).is_file() else module.encode()
    return hashlib.blake2b(text, digest_size=8).hexdigest()
