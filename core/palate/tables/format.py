"""What may be said about how a file is written, where palate cannot see it or sees it wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from palate.errors import DataError


@dataclass(frozen=True)
class Format:
    """How files are written; None, or nothing, means: look.

    `separator` is any text, and one space stands for a run of spaces or tabs. `quote` is one
    character, empty where quotes are plain characters. Lines that begin with `comment`, and the first
    `skip` lines, are left out. `missing` are values that stand for none. `sheet` is the name of a
    sheet of a workbook, the first if empty.
    """

    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    comment: str | None = None
    skip: int = 0
    header: bool = True
    missing: tuple[str, ...] = ()
    sheet: str | None = None

    def __post_init__(self) -> None:
        problems = []
        if self.separator is not None and (not self.separator or "\n" in self.separator):
            problems.append(f"`separator` must be one or more characters; got {self.separator!r}")
        if self.quote is not None and (len(self.quote) > 1 or not self.quote.isascii()):
            problems.append(f"`quote` must be one character, or empty for none; got {self.quote!r}")
        if self.comment is not None and not self.comment.strip():
            problems.append(f"`comment` must be what such lines begin with; got {self.comment!r}")
        if self.encoding is not None and not _known(self.encoding):
            problems.append(
                f"`encoding` must be one that Python knows, such as utf-8, cp1252, utf-16 or gb18030; "
                f"got {self.encoding!r}"
            )
        if problems:
            raise DataError("; ".join(problems))


def _known(encoding: str) -> bool:
    try:
        "a".encode(encoding)
    except (LookupError, ValueError, TypeError):
        return False
    return True
