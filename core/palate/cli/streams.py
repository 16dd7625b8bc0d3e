"""Standard output and error that take every text."""

from __future__ import annotations

import os
import sys

_ERRORS = "palate-escapes"


def prepare_streams() -> None:
    r"""Let what a terminal's encoding has no sign for be written as `\u00e9`, which JSON reads as that sign.

    A stream that is closed (`>&-`) takes everything and keeps nothing.
    """
    import codecs

    codecs.register_error(_ERRORS, _escaped)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure") and not str(stream.encoding).lower().startswith("utf"):
            stream.reconfigure(errors=_ERRORS)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs), error.end
