"""The command that searches for the best recipe, for the data of a first one."""

from __future__ import annotations

import json
import shlex
from typing import Any

MINUTES = 10
TEXT = "content"


def offer(text: str) -> str:
    """`palate tune auto` on the data of this recipe, with its branch of texts, as a line for a POSIX shell.

    Empty where the split leaves no validation part to tune on.
    """
    from palate.recipe.yaml import parse

    recipe = parse(text, "").plain()
    data = recipe["data"]
    if not _validates(data.get("split")):
        return ""
    settings = {"data": data}
    if TEXT in recipe["branches"]:
        settings[f"branches.{TEXT}"] = recipe["branches"][TEXT]
    words = ["palate", "tune", "auto", "--minutes", str(MINUTES)]
    for name, value in settings.items():
        words += ["--set", f"{name}={json.dumps(value, ensure_ascii=False, default=str)}"]
    return shlex.join(words)


def _validates(split: Any) -> bool:
    """Whether a split has a validation part; one that says nothing has that of its defaults."""
    return not isinstance(split, dict) or split.get("validation", True) not in (0, False)
