"""A page: a title, sections, and one look for all that palate writes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from palate.paths import write_whole
from palate.report import blocks
from palate.report.blocks import Column
from palate.report.markup import Html, element, embedded, joined

CONTENTS_FROM = 4


@dataclass
class Section:
    """A part of a page. Each method adds a block below those before it; all text is escaped."""

    title: str = ""
    key: str = ""
    parts: list[Html] = field(default_factory=list)

    def add(self, *parts: Html) -> None:
        """Blocks made by the functions of `palate.report`, or other Html."""
        self.parts += [part for part in parts if part]

    def text(self, *parts: object, kind: str = "") -> None:
        """A paragraph; `kind` is `soft` or `lead`."""
        self.add(blocks.paragraph(*parts, kind=kind))

    def bullets(self, lines: Sequence[object]) -> None:
        """A list."""
        self.add(blocks.bullets(lines))

    def heading(self, text: object) -> None:
        """A smaller title within the section."""
        self.add(element("h3", text))

    def notice(self, *parts: object, kind: str = "warning") -> None:
        """Something to mind: a `warning` or an `alarm`."""
        self.add(blocks.notice(*parts, kind=kind))

    def table(
        self, columns: Sequence[str | Column], rows: Sequence[Sequence[object]], caption: object = ""
    ) -> None:
        """A table, see `palate.report.table`."""
        self.add(blocks.table(columns, rows, caption))

    def figure(self, picture: Html, caption: object = "") -> None:
        """A picture with its caption; two stand side by side where there is room. Nothing for no picture."""
        self.add(blocks.figure(picture, caption))

    def html(self) -> Html:
        head = element("h2", self.title) if self.title else ""
        return element("section", head, *self.parts, id=self.key or None)


@dataclass
class Page:
    """One page of HTML that needs no network and no other file, on any screen and in print.

    `note` is a line of small print above the title, `foot` one at the end. A page without `script` runs
    none; what `data` holds stands in it as JSON, for programs and for the script. `style` is for blocks
    that the page alone has.
    """

    title: str
    note: object = ""
    foot: object = ""
    sections: list[Section] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    script: str = ""
    style: str = ""

    def section(self, title: str = "", key: str = "") -> Section:
        """A new section at the end; `key` is its id. One without a title belongs to the page's head."""
        made = Section(title, key or _key(title, len(self.sections)))
        self.sections.append(made)
        return made

    def html(self) -> str:
        """The whole page."""
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", http_equiv="Content-Security-Policy", content=self._policy()),
            element("link", rel="icon", href="data:,"),
            element("title", self.title),
            element("style", Html(_style() + self.style)),
        )
        body = element(
            "body",
            element("header", blocks.paragraph(self.note, kind="soft") if self.note else "",
                    element("h1", self.title)),
            self._contents(),
            *(section.html() for section in self.sections),
            element("footer", blocks.paragraph(self.foot, kind="soft")) if self.foot else "",
            *(element("script", embedded(value), type="application/json", id=name)
              for name, value in self.data.items()),
            element("script", Html(self.script)) if self.script else "",
        )  # fmt: skip
        return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"

    def write(self, path: str | Path) -> Path:
        """Write the page whole or not at all, and give its path. Raises OSError."""
        write_whole(Path(path), self.html().encode("utf-8", "replace"))
        return Path(path)

    def _contents(self) -> Html:
        """Links to the sections, where there are several to look for."""
        titled = [section for section in self.sections if section.title]
        if len(titled) < CONTENTS_FROM:
            return Html("")
        links = [element("a", section.title, href=f"#{section.key}") for section in titled]
        return element("nav", joined(*links))

    def _policy(self) -> str:
        """What a browser lets the page do: show its own style and pictures, run its own script."""
        digest = base64.b64encode(hashlib.sha256(self.script.encode()).digest()).decode()
        scripts = f"; script-src 'sha256-{digest}'" if self.script else ""
        return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:{scripts}"


def _key(title: str, at: int) -> str:
    letters = "".join(letter if letter.isalnum() else "-" for letter in title.lower()).strip("-")
    return letters or f"part-{at}"


@cache
def _style() -> str:
    return files("palate.report").joinpath("style.css").read_text(encoding="utf-8")
