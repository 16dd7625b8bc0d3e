"""What palate raises. Each says where, what is wrong and what would be right."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST, _SHOWN = 250, 80  # characters of a word or of what stands in quotes
_LINE = 5000
_QUOTED = "|".join(rf"(?<!\w){quote}(?:[^{quote}\\\n]|\\.){{{_LONGEST},}}{quote}(?!\w)" for quote in "'\"")
_LONG = re.compile(rf"{_QUOTED}|\S{{{_LONGEST},}}")


class PalateError(Exception):
    """Something the user can fix; the CLI shows it without a traceback."""

    def __str__(self) -> str:
        return shortened(super().__str__())


class DataError(PalateError):
    """The data are not what the recipe says they are."""


class ComponentError(PalateError):
    """A component got an option or an input that it cannot work with."""


class UnknownComponent(PalateError):
    """A recipe asks for a component that no installed plugin registers."""


class MissingLibrary(PalateError):
    """A component needs a library that is not installed."""


class PluginError(PalateError):
    """An installed plugin breaks a rule that concerns more than itself."""


class ModelNotFound(PalateError):
    """A language model is in none of the places where palate looked."""


class UnknownUser(PalateError):
    """A run is asked about a user that is not in it."""


class UnknownItem(PalateError):
    """A run is asked about an item it has never seen."""


class AmbiguousItem(PalateError):
    """A title that several items of a run have."""


class StoreError(PalateError):
    """The store cannot be written or read."""


class ComputeError(PalateError):
    """Where a plan should run, it cannot: no such machines, too little memory, or other code there."""


class TuningError(PalateError):
    """A recipe cannot be tuned as asked."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a recipe.

    `where` is `file:line:column`, or empty where nothing is written yet; `path` is the dotted place
    in the recipe, `message` what is wrong and what would be right.
    """

    where: str
    path: str
    message: str

    def __str__(self) -> str:
        said = f"{self.path}: {self.message}" if self.path else self.message
        return f"{self.where}  {said}" if self.where else said


class RecipeError(PalateError):
    """All that is wrong with a recipe, found before anything is computed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def shortened(message: str) -> str:
    """A message in which words and quotes that no reader needs whole are cut, with how long they are.

    What a user wrote may be of any length, wherever a message has it: `'xxx…' (100,000 characters)`.
    """
    if len(message) <= _LONGEST:
        return message
    lines = _LONG.sub(_cut, message).split("\n")
    return "\n".join(line if len(line) <= _LINE else f"{line[:_LINE]}…" for line in lines)


def _cut(found: re.Match[str]) -> str:
    said = found[0]
    quote = said[0] if said[0] in "'\"" and said[-1] == said[0] else ""
    bare = said[1:-1] if quote else said.rstrip(":;,.)")
    behind = "" if quote else said[len(bare) :]
    return f"{quote}{bare[:_SHOWN]}…{quote} ({len(bare):,} characters){behind}"


def disk_full(error: BaseException) -> bool:
    """Whether a disk, or what may be used of it, is full: numpy and polars do not say it by a number."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    try:
        said = str(error)
    except Exception:  # a plugin's exception may not even say what it is
        return False
    return re.search(r"\(os error 28\)|\d+ requested and \d+ written", said) is not None


def unwritten(error: BaseException) -> str:
    """Why something could not be written."""
    said = error.strerror if isinstance(error, OSError) else None
    return "the disk is full" if disk_full(error) else said or str(error)


def listed(values: Iterable[object], limit: int = 5) -> str:
    """The first values in words, with how many more there are: `'a', 'b' and 7 more`."""
    shown = [repr(value) for value in values]
    rest = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {rest} more" if rest > 0 else "")


def either(words: Sequence[str]) -> str:
    """Words as a choice: `.html, .json or .csv`."""
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last


def closest(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` for the nearest known name, or nothing."""
    from difflib import get_close_matches

    if len(name) > _LONGEST:
        return ""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""
