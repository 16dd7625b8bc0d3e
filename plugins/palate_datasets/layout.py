"""Which files a data set consists of, and where they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from palate.digest import file_digest
from palate.errors import DataError, closest, listed

DEPTH = 2
PACKED = (".gz",)


@dataclass(frozen=True)
class Part:
    """One file of a layout: what the option `files` calls it, and how the published file is called.

    `patterns` are regular expressions of whole file names, the likeliest first; `shown` is the usual name,
    for messages. A part that is not `needed` may be missing; of one with `many` all files count.
    """

    name: str
    shown: str
    patterns: tuple[str, ...]
    needed: bool = True
    many: bool = False

    def matching(self, paths: list[Path]) -> list[Path]:
        """The files of the first pattern that any has; of a file and the same one packed, the file."""
        for pattern in self.patterns:
            found = [path for path in paths if re.fullmatch(pattern, path.name, re.IGNORECASE)]
            if found:
                names = {str(path) for path in found}
                return [path for path in found if path.suffix not in PACKED or str(path)[:-3] not in names]
        return []


@dataclass(frozen=True)
class Layout:
    """The files of a data set; `said` describes them in a sentence."""

    name: str
    said: str
    parts: tuple[Part, ...]

    def find(self, folder: str | None, files: Mapping[str, str]) -> dict[str, list[Path]]:
        """The files of each part, from `files` or else by their names in the folder and below it.

        Raises DataError with all that is wrong: no such folder, files that are missing or that several
        could be, and what the layout looks like.
        """
        problems: list[str] = []
        paths = self._inside(folder, problems)
        names = [part.name for part in self.parts]
        problems += [
            f"`files.{name}` is no part of it.{closest(name, names)} There are {listed(names, 12)}"
            for name in files
            if name not in names
        ]
        found: dict[str, list[Path]] = {}
        for part in self.parts:
            given = files.get(part.name)
            here = [Path(given).expanduser()] if given is not None else part.matching(paths)
            if given is not None and not here[0].is_file():
                problems.append(f"`files.{part.name}`: there is no file {here[0]}")
            elif len(here) > 1 and not part.many:
                names_of = listed([path.name for path in here], 4)
                problems.append(
                    f"several files could be the {part.name}: {names_of}; say which with "
                    f"`files: {{{part.name}: ...}}`"
                )
            elif here:
                found[part.name] = here
        where = folder if folder is not None else "`files`"
        missing = [part for part in self.parts if part.needed and part.name not in found]
        said = [f"{part.name} ({part.shown})" for part in missing if not _about(part, problems)]
        if said and (folder is None or Path(folder).expanduser().is_dir()):
            problems.append(f"{where} has no {' and no '.join(said)}")
        if problems:
            raise DataError(f"{self.name}: {'; '.join(problems)}. {self.said}")
        return found

    def recognised(self, path: Path) -> dict[str, list[Path]] | None:
        """The files of each part in a folder that has all the needed ones; None for another folder."""
        if not path.is_dir():
            return None
        paths = sorted(_files(path, DEPTH))
        found = {part.name: here for part in self.parts if (here := part.matching(paths))}
        return found if all(part.name in found for part in self.parts if part.needed) else None

    def fingerprint(self, folder: str | None, files: Mapping[str, str]) -> str:
        """A checksum of the contents of all files. Raises DataError where one is missing."""
        digest = hashlib.blake2b(digest_size=16)
        for name, paths in self.find(folder, files).items():
            for path in paths:
                digest.update(f"{name} {file_digest(path)}\n".encode())
        return digest.hexdigest()

    def _inside(self, folder: str | None, problems: list[str]) -> list[Path]:
        if folder is None:
            return []
        root = Path(folder).expanduser()
        if not root.is_dir():
            problems.append(f"there is no folder {root}")
            return []
        return sorted(_files(root, DEPTH))


def _about(part: Part, problems: list[str]) -> bool:
    """Whether a problem names this part already."""
    return any(f"files.{part.name}`" in said or f"the {part.name}:" in said for said in problems)


def _files(folder: Path, depth: int) -> Iterator[Path]:
    """The files of a folder, then those of folders in it; hidden ones left out."""
    try:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
    except OSError:
        return
    yield from (entry for entry in entries if entry.is_file())
    if depth:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry, depth - 1)
