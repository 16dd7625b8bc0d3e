"""Files by name, whether they lie in a folder or in a zip."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from palate.errors import DataError


@dataclass(frozen=True)
class Archive:
    """A folder or a zip; `paths` holds where each file name is found in it."""

    path: Path
    paths: dict[str, Path]
    zipped: bool

    def has(self, file: str) -> bool:
        return file in self.paths

    def read(self, file: str) -> bytes:
        """The contents of a file. Raises DataError where they are damaged."""
        if not self.zipped:
            return self.paths[file].read_bytes()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(self.paths[file].as_posix())
        except (zipfile.BadZipFile, EOFError) as error:
            raise DataError(f"{file} in {self.path} is damaged: {error}; get the archive again") from error

    @classmethod
    def open(cls, path: Path) -> Archive:
        """What is in a folder, its subfolders, or a zip. Raises DataError where it is neither."""
        if path.is_dir():
            return cls(path, _by_name(file for file in path.glob("**/*") if file.is_file()), False)
        if not path.exists():
            raise DataError(f"there is no folder or zip {path}")
        try:
            with zipfile.ZipFile(path) as archive:
                names = [Path(PurePosixPath(name)) for name in archive.namelist() if not name.endswith("/")]
        except zipfile.BadZipFile as error:
            raise DataError(f"{path} is neither a folder nor a zip that can be read: {error}") from error
        return cls(path, _by_name(name for name in names if "__MACOSX" not in name.parts), True)


def _by_name(files: Iterable[Path]) -> dict[str, Path]:
    """Each file name with the path nearest to the top."""
    deepest_first = sorted(files, key=lambda file: (-len(file.parts), str(file)))
    return {file.name: file for file in deepest_first}
