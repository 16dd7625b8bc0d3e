"""In which encoding text is written, and the text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from palate.errors import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_USUAL = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
)
_LATIN = ("cp1250", "cp1252", "cp1254")
_FOREIGN_WORD = re.compile(rb"[\x80-\xff]{4}")
_LOOK_AT = 2**16


def encoding_of(head: bytes, whole: bool) -> str | None:
    """The encoding of a text with these first bytes; None where nothing fits.

    A byte order mark tells; what decodes as UTF-8 is UTF-8 (`whole` says that no character may be
    cut off at the end); for the rest charset-normalizer guesses among the usual ones.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    zeros = head[:1000].count(0)
    if zeros > len(head[:1000]) / 4:
        return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return _guessed(head)
    return "utf-8"


def mixed(path: Path, head: bytes, encoding: str) -> str:
    """Why a guess at an encoding of one byte a character is wrong: lines that are UTF-8 beside others."""
    if encoding not in (*_LATIN, "latin-1"):
        return ""
    good, bad = 0, 0
    for number, line in enumerate(head.split(b"\n"), 1):
        if line.isascii():
            continue
        if _decodes(line, "utf-8"):
            good = good or number
        else:
            bad = bad or number
    if not good or not bad:
        return ""
    return (
        f"{path}:{bad}: this line is not UTF-8, and line {good} is: two encodings are mixed; fix it, or "
        "say `encoding: latin-1` to read every byte as a character"
    )


def decoded(content: bytes, encoding: str, path: Path) -> str:
    """The text. Raises DataError with the line at which it is not of this encoding."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}:{line}: byte {content[error.start]:#x} is no text in {encoding}; say which "
            f"encoding it is, such as `encoding: {_other(content, encoding)}`"
        ) from error
    return text.removeprefix("\ufeff")


def undecodable(path: object, content: bytes) -> str:
    """Which line is not UTF-8 and what to say, or nothing where all of it is."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"{path}:{line}: this is not UTF-8; say `encoding: {_other(content, 'utf-8')}`"
    return ""


def _other(content: bytes, encoding: str) -> str:
    guess = encoding_of(content, True)
    return guess if guess is not None and guess != encoding else "cp1252"


def _guessed(head: bytes) -> str | None:
    """What charset-normalizer takes the lines that are not ASCII for; cp1252 where it is as good."""
    from charset_normalizer import from_bytes

    lines = [line for line in head[: 16 * _LOOK_AT].splitlines() if not line.isascii()]
    telling = b"\n".join(dict.fromkeys(lines))[:_LOOK_AT]
    found = list(from_bytes(telling, cp_isolation=list(_USUAL), enable_fallback=False))
    if not found:
        return "cp1252" if _decodes(telling, "cp1252") else "latin-1"
    near = [match for match in found if match.chaos <= found[0].chaos + 0.02]
    if any("cp1252" in match.could_be_from_charset for match in near):
        return "cp1252"
    if _FOREIGN_WORD.search(telling):
        near = [match for match in near if match.encoding not in _LATIN] or near
    return str(near[0].encoding)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
