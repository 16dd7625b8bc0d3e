"""YAML text to PyYAML's nodes, so that no text can take long, go deep or end in a traceback."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.nodes import Node as Composed

from palate.errors import Problem, RecipeError
from palate.recipe.scalars import resolvers

DEEPEST = 50
MOST_VALUES = 100_000
LONGEST = 10_000_000


class _Loader(yaml.SafeLoader):
    """Composes nodes; nothing is ever constructed."""

    yaml_implicit_resolvers: dict[str, Any] = resolvers()

    depth = 0

    def compose_node(self, parent: Composed | None, index: Any) -> Composed | None:
        self.depth += 1
        if self.depth > DEEPEST:
            said = f"values lie at most {DEEPEST} deep in one another"
            raise yaml.composer.ComposerError(None, None, said, self.get_mark())
        found: Composed | None = super().compose_node(parent, index)
        self.depth -= 1
        return found


def composed(text: str, file: str) -> Composed | None:
    """The root of a YAML text, None for an empty one. Raises RecipeError with the place of bad syntax."""
    if len(text) > LONGEST:
        raise RecipeError([Problem(file, "", f"a recipe has at most {LONGEST:,} characters")])
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        raise RecipeError([_unprintable(error, text, file)]) from None
    try:
        root: Composed | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise RecipeError([_syntax(error, file)]) from None
    except (ValueError, OverflowError):  # what an escape such as "\UFFFFFFFF" comes to
        mark = loader.get_mark()
        said = "not YAML: an escape that stands for no character"
        raise RecipeError([Problem(_place(mark, file), "", said)]) from None
    finally:
        loader.dispose()
    return root


def _unprintable(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    before = text[: error.position]
    line, column = before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1
    character = error.character if isinstance(error.character, int) else ord(error.character)
    said = f"not YAML: the character U+{character:04X} cannot stand in a text file"
    return Problem(f"{file}:{line}:{column}", "", said)


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(_place(mark, file) if mark else file, "", f"not YAML: {said}")


def _place(mark: Any, file: str) -> str:
    return f"{file}:{mark.line + 1}:{mark.column + 1}"
