"""Deprecations: reported to the author of the plugin that uses something old, never to those who run it.

Python shows a DeprecationWarning only in tests (pytest lists them) and in a script of one's own, so
authors see it, and users who merely run a recipe do not.
"""

from __future__ import annotations

import sys
import warnings


class Deprecated(DeprecationWarning):
    """Something that a plugin uses and that a later palate will not have."""


def deprecated(what: str, instead: str, version: str, *, by: type | None = None) -> None:
    """Warn the author that `what` will be removed in palate `version`, and what to use instead.

    The warning points at the class `by` if it is given, where palate itself found the use, or else at
    the line that called the caller.
    """
    message = Deprecated(f"{what} will be removed in palate {version}; use {instead}")
    if by is None:
        warnings.warn(message, stacklevel=3)
        return
    module = sys.modules.get(by.__module__)
    place = getattr(module, "__file__", None) or by.__module__
    warnings.warn_explicit(message, None, place, getattr(by, "__firstlineno__", 1), module=by.__module__)
