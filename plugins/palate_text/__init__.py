"""Preprocessors: the text of each item, from its attributes, cleaned and taken into words."""

from __future__ import annotations

from palate import hookimpl


@hookimpl
def register_preprocessors() -> list[type]:
    from palate_text.column import Column
    from palate_text.fill import Fill
    from palate_text.template import Template

    return [Column, Fill, Template]
