"""Values as YAML."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping

import yaml

WIDTH = 100


def plain(value: str) -> str:
    """A text as YAML: bare where it then still is the same text, in quotes otherwise."""
    if (
        re.fullmatch(r"[\w./~][\w./ ~-]*", value)
        and value == value.strip()
        and yaml.safe_load(value) == value
        and not re.match(r"[\d.+-]", value)
    ):
        return value
    return json.dumps(value, ensure_ascii=False)


def comment(text: str, indent: int = 0) -> list[str]:
    """A text as lines of comments."""
    mark = " " * indent + "# "
    plain_text = " ".join(text.split())
    return textwrap.wrap(
        plain_text, WIDTH, initial_indent=mark, subsequent_indent=mark, break_on_hyphens=False
    )


def value(word: str) -> str:
    """A value that stands for none: a number bare, a word in quotes."""
    return word if re.fullmatch(r"-?\d+", word) else json.dumps(word, ensure_ascii=False)


def flow(values: Mapping[str, str]) -> str:
    """A mapping of texts on one line."""
    return "{" + ", ".join(f"{plain(key)}: {plain(value)}" for key, value in values.items()) + "}"
