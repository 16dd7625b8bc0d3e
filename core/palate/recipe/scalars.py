"""The scalars of YAML 1.2, core schema: `010` is ten, `no` and `2020-01-01` are text, `1e-3` is a number."""

from __future__ import annotations

import re
from typing import Any

import yaml

from palate.components.written import WrittenFloat, WrittenInt

TAG = "tag:yaml.org,2002:"
DIGITS = 100
"""The longest whole number that is read as one."""

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_PATTERNS = {
    "bool": re.compile("true|True|TRUE|false|False|FALSE"),
    "null": re.compile("~|null|Null|NULL|"),
    "int": _INT,
    "float": re.compile(f"{_FLOAT.pattern}|{_ENDLESS.pattern}"),
}
_FIRST = {"bool": "tTfF", "null": "~nN", "int": "-+0123456789", "float": "-+0123456789."}
_WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "null": "null"}


def resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """For PyYAML, by first character: which tag a plain scalar has."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for kind, pattern in _PATTERNS.items():
        whole = re.compile(f"^(?:{pattern.pattern})$")
        for first in (*_FIRST[kind], *([""] if kind == "null" else [])):
            found.setdefault(first, []).append((TAG + kind, whole))
    return found


def scalar(text: str, tag: str) -> Any:
    """The value of a scalar with this tag. Raises ValueError, in words, for one that has none."""
    kind = tag.removeprefix(TAG)
    if tag == f"{TAG}str":
        return _sound(text)
    if not tag.startswith(TAG) or kind not in _PATTERNS:
        shown = f"!!{kind}" if tag.startswith(TAG) else tag
        raise ValueError(f"there is no {shown} in a recipe, only text, numbers, true, false and null")
    if not _PATTERNS[kind].fullmatch(text):
        raise ValueError(f"must be {_WORDS[kind]}, as its tag !!{kind} says; got {_cut(text)!r}")
    if kind == "bool":
        return text.lower() == "true"
    if kind == "null":
        return None
    return _whole(text) if kind == "int" else _number(text)


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise ValueError(f"a whole number has at most {DIGITS} digits; this has {len(text)}")
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


def _number(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


def _sound(text: str) -> str:
    """Text that can be written to files and be part of a path."""
    wrong = re.search("[\x00\ud800-\udfff]", text)
    if wrong:
        raise ValueError(f"text cannot have the character {wrong.group()!r}")
    return text


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


class _Dumper(yaml.SafeDumper):
    """Puts in quotes what would be read as something else."""

    yaml_implicit_resolvers = resolvers()

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _as_written(dumper: _Dumper, value: WrittenInt | WrittenFloat) -> yaml.ScalarNode:
    kind = "int" if isinstance(value, int) else "float"
    return dumper.represent_scalar(TAG + kind, value.text)


_Dumper.add_representer(WrittenInt, _as_written)
_Dumper.add_representer(WrittenFloat, _as_written)


def dump(value: Any, **layout: Any) -> str:
    """Plain values as YAML that reads back the same."""
    options = {"sort_keys": False, "allow_unicode": True, **layout}
    return str(yaml.dump(value, Dumper=_Dumper, **options))
