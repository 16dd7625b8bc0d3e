"""What every component must do, whatever its kind."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from palate.components.component import flaws, learned
from palate.errors import StoreError
from palate.registry import Registry, installed
from palate.store.codec import pack, unpack
from palate.testing.case import Case, ensure, fail, same, state


def has_the_methods_of_its_kind(case: Case) -> None:
    """The class has a name, is a dataclass, and has the methods of its kind."""
    wrong = flaws(case.cls, case.kind)
    ensure(not wrong, "; ".join(wrong))


def has_a_docstring(case: Case) -> None:
    """The first line of its docstring is what `palate plugins` lists."""
    text = case.cls.__doc__ or ""
    generated = text.startswith(f"{case.cls.__name__}(")
    ensure(bool(text.strip()) and not generated, f"{case.cls.__name__} has no docstring")


def options_survive_text(case: Case) -> None:
    """Its options can be written down, read again and checked, and come out the same."""
    complete, problems = case.component.check(case.options)
    ensure(not problems, f"the options given are not accepted: {'; '.join(problems.values())}")
    again, problems = case.component.check(json.loads(json.dumps(complete)))
    ensure(not problems, f"its own options are refused when read again: {'; '.join(problems.values())}")
    ensure(again == complete, f"options change when written and read again: {complete} became {again}")


def misspelt_options_are_refused(case: Case) -> None:
    """An option that it does not have is an error, never ignored."""
    _, problems = case.component.check({**case.options, "no_such_option": 1})
    ensure("no_such_option" in problems, "an unknown option is accepted")


def constructor_does_no_work(case: Case) -> None:
    """Making it learns nothing and imports none of its libraries."""
    set_already = [name for name in learned(case.make()) if name.endswith("_") and name in vars(case.make())]
    ensure(not set_already, f"the constructor sets what only fitting may set: {', '.join(set_already)}")
    loaded = _loaded_by_making(case)
    ensure(not loaded, f"making it imports {', '.join(loaded)}; import libraries inside methods")


def fitted_state_is_declared(case: Case) -> None:
    """Each field that ends with an underscore is kept out of options, repr and comparison."""
    for item in fields(case.cls):
        if item.name.endswith("_"):
            hidden = not (item.init or item.repr or item.compare)
            ensure(hidden, f"declare {item.name} as field(init=False, repr=False, compare=False)")


def saves_and_loads(component: Any, case: Case) -> Any:
    """The component written to a folder and read again; fails where that cannot be done."""
    others = {(each.kind, each.name): [each] for each in installed()}  # an option may hold one of them
    registry = Registry(_components=others | {(case.kind, case.component.name): [case.component]})
    with TemporaryDirectory() as folder:
        try:
            pack(component, Path(folder), registry)
            again = unpack(Path(folder), registry)
        except StoreError as error:
            fail(f"its fitted state cannot be saved: {error}")
        pickled = [path.name for path in Path(folder).rglob("*") if path.is_file() and _runs_when_read(path)]
        ensure(not pickled, f"what it keeps is pickled, which runs code when read: {', '.join(pickled)}")
    kept = callable(getattr(component, "save", None)) or same(state(again), state(component))
    ensure(kept, "its fitted state changes when saved and loaded")
    return again


def _runs_when_read(path: Path) -> bool:
    """Whether a file is a pickle, or an archive or array with one inside."""
    head = path.read_bytes()[:128]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts = [(name, archive.open(name).read(128)) for name in archive.namelist()]
        return any(name.endswith(".pkl") or _pickled(start) for name, start in parts)
    return _pickled(head)


def _pickled(head: bytes) -> bool:
    protocol = head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    return protocol or (head.startswith(b"\x93NUMPY") and b"'|O'" in head)


def _loaded_by_making(case: Case) -> list[str]:
    """Which of its libraries a fresh interpreter has loaded after making one."""
    libraries = list(getattr(case.cls, "libraries", ()))
    module = case.cls.__module__
    if (
        not libraries
        or "." in case.cls.__qualname__
        or importlib.util.find_spec(module.split(".")[0]) is None
    ):
        return []
    text = (
        "import importlib, json, sys; module, name, options, libraries = json.loads(sys.argv[1]); "
        "getattr(importlib.import_module(module), name)(**options); "
        "print(json.dumps([library for library in libraries if library in sys.modules]))"
    )
    told = json.dumps([module, case.cls.__qualname__, case.options, libraries])
    done = subprocess.run([sys.executable, "-c", text, told], capture_output=True, text=True, check=False)  # noqa: S603
    ensure(done.returncode == 0, f"it cannot be made in a fresh interpreter: {done.stderr.strip()[-300:]}")
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


CHECKS = (
    has_the_methods_of_its_kind,
    has_a_docstring,
    options_survive_text,
    misspelt_options_are_refused,
    constructor_does_no_work,
    fitted_state_is_declared,
)
