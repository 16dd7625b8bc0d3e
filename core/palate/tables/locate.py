"""Paths, lists of paths and globs into files."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from pathlib import Path

from palate.errors import DataError, closest
from palate.remote.copies import copies, is_remote


def locate(paths: str | Sequence[str], what: str) -> list[Path]:
    """The files that a path, a list of paths or a glob names; those of a glob in order of name.

    What is elsewhere (https://, s3:// and their kind) is fetched, and its copy is the file. A path is
    taken from the current folder, and `~` is the home folder. A path that exists is that file, whatever
    brackets and stars it has. `what` says what the files are for. Raises DataError
    for a missing file, a folder, what is no plain file, or a glob that nothing matches.
    """
    found: dict[Path, None] = {}
    for text in [paths] if isinstance(paths, str) else paths:
        if is_remote(text):
            found.update(dict.fromkeys(copies(text, what)))
            continue
        path = Path(text).expanduser()
        if path.is_dir():
            raise DataError(
                f"{what}: {path} is a folder; name its files with a glob, such as {path}/*.parquet"
            )
        if path.exists():
            found[_plain(path, what)] = None
            continue
        if re.match(r"[a-z][a-z0-9]+:/", text):
            raise DataError(f"{what}: {text} is an address; download the file and give its path")
        if not glob.has_magic(text):
            raise DataError(f"{what}: there is no file {path}{_instead(path)}")
        matches = [Path(match) for match in sorted(glob.glob(str(path), recursive=True))]
        files = [match for match in matches if match.is_file()]
        if not files:
            raise DataError(f"{what}: no file matches {path}")
        found.update(dict.fromkeys(files))
    if not found:
        raise DataError(f"{what}: the list of files is empty")
    return list(found)


def _plain(path: Path, what: str) -> Path:
    """The path, unless reading it might never end."""
    if not path.is_file():
        raise DataError(f"{what}: {path} is a pipe or a device; write its contents to a file and name that")
    return path


def _instead(path: Path) -> str:
    """What was probably meant, or how far the path does exist."""
    folder = path.parent
    if not folder.is_dir():
        return f"; there is no folder {folder.absolute()} either"
    near = closest(path.name, (entry.name for entry in folder.iterdir()))
    return f".{near}" if near else f" in {folder.absolute()}"
