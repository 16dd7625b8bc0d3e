"""MovieLens archives from GroupLens, kept in the cache folder with their checksums."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import zipfile
from pathlib import Path

from palate.errors import DataError
from palate.leftovers import unfinished
from palate.paths import cache_folder
from palate_movielens.archive import Archive
from palate_movielens.cache import keep, writing

logger = logging.getLogger(__name__)

SERVER = "https://files.grouplens.org/datasets/movielens"
TIMEOUT = 5.0
STALL = 30.0
BLOCK = 2**20


def address(size: str) -> str:
    return f"{SERVER}/ml-{size}.zip"


def kept(size: str) -> Path:
    return cache_folder() / "movielens" / f"ml-{size}.zip"


def cached_checksum(size: str) -> str:
    """The MD5 written down beside the archive in the cache folder, or nothing."""
    try:
        return _note(size).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def cached(size: str) -> Archive | None:
    """The archive in the cache folder, or None where it is missing or its MD5 is another."""
    expected = cached_checksum(size)
    try:
        with kept(size).open("rb") as file:
            got = hashlib.file_digest(file, _md5).hexdigest()
    except OSError:
        return None
    if got != expected:
        logger.warning("%s is damaged and will be fetched again", kept(size))
        return None
    return Archive.open(kept(size))


def fetch(size: str) -> Archive:
    """Download the archive, compare its MD5 with the one published beside it, keep both.

    The MD5 comes from the same server, so it tells of damage on the way and not of forgery.
    Raises ConnectionError where the server does not answer, DataError for a wrong MD5 or where
    the cache folder cannot be written.
    """
    expected = _published(size)
    path = kept(size)
    with writing():
        scratch = unfinished(path)
    try:
        got = _download(address(size), scratch)
        if expected is None:
            _test(scratch, size)
        elif got != expected:
            raise DataError(
                f"{address(size)} has the MD5 {got}, and {expected} is published beside it; "
                "the download was damaged: try again, or give a `folder`"
            )
        with writing():
            os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
    keep(_note(size), got.encode("ascii"))
    return Archive.open(path)


def _published(size: str) -> str | None:
    """The MD5 that GroupLens publishes; None for `latest`, which may have none."""
    import http.client
    import urllib.error
    import urllib.request

    place = f"{address(size)}.md5"
    try:
        with urllib.request.urlopen(place, timeout=TIMEOUT) as answer:  # noqa: S310  # https only
            text = answer.read(1000).decode("ascii", "replace")
    except urllib.error.HTTPError as error:
        if error.code == 404 and size.startswith("latest"):
            return None
        raise ConnectionError(f"{place} ({error})") from error
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(f"{place} ({error})") from error
    found = re.search(r"\b[0-9a-f]{32}\b", text.lower())
    if not found:
        raise ConnectionError(f"{place} (the answer holds no MD5)")
    return found.group()


def _download(place: str, into: Path) -> str:
    """Write what the address gives to a file; its MD5."""
    import http.client
    import urllib.request

    digest = _md5()
    try:
        with urllib.request.urlopen(place, timeout=STALL) as answer:  # noqa: S310  # https only
            with writing():
                file = into.open("wb")
            with file:
                while block := answer.read(BLOCK):
                    digest.update(block)
                    with writing():
                        file.write(block)
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(f"{place} ({error})") from error
    return digest.hexdigest()


def _test(path: Path, size: str) -> None:
    """Where no MD5 is published, the zip's own checksums have to do."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except zipfile.BadZipFile as error:
        raise DataError(f"{address(size)} did not give a zip: {error}; give a `folder`") from error
    if damaged:
        raise DataError(f"{damaged} in {address(size)} is damaged: try again, or give a `folder`")
    logger.warning("no MD5 is published for %s; the zip's own checksums are right", address(size))


def _note(size: str) -> Path:
    return kept(size).with_suffix(".zip.md5")


def _md5() -> hashlib._Hash:
    return hashlib.md5(usedforsecurity=False)
