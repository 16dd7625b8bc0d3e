"""What goes away: told to whoever wrote the plugin that uses it, never to whoever runs it.

Python shows a DeprecationWarning only in tests (pytest lists them) and in a script of one's own, so
that an author meets it and somebody who merely runs a recipe does not.
"""

from __future__ import annotations

import sys
import warnings


class Deprecated(DeprecationWarning):
    """Something that a plugin uses and that a later palate will not have."""


def going_away(what: str, instead: str, version: str, *, by: type | None = None) -> None:
    """Warn the author that `what` is gone from palate `version`, and what to use instead.

    The warning points at the class `by` if it is given, where palate itself found the use, or else at
    the line that called the caller.
    """
    said = Deprecated(f"{what} goes away in palate {version}; use {instead}")
    if by is None:
        warnings.warn(said, stacklevel=3)
        return
    module = sys.modules.get(by.__module__)
    place = getattr(module, "__file__", None) or by.__module__
    warnings.warn_explicit(said, None, place, getattr(by, "__firstlineno__", 1), module=by.__module__)
