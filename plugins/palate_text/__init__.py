"""Preprocessors: the text of each item, from its attributes, cleaned and split into words."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_preprocessors() -> list[type]:
    from palate_text.clean import Clean
    from palate_text.column import Column
    from palate_text.fill import Fill
    from palate_text.template import Template
    from palate_text.tokenize import Tokenize

    return [Clean, Column, Fill, Template, Tokenize]
