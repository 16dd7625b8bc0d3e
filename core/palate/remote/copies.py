"""Copies of remote files in the cache folder, fetched again when they have changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from palate.errors import DataError, MissingLibrary
from palate.leftovers import unfinished
from palate.paths import cache_folder, write_whole
from palate.remote.buckets import OBJECTS, opened, said_by
from palate.remote.web import Web, bearer
from palate.secrets import bare, secrets_of

WEB = ("http", "https", "hf")
HUB = "https://huggingface.co"
ABOUT = "about.json"
_CHUNK = 8 * 2**20


def is_remote(text: str) -> bool:
    """Whether a text is an address of a file elsewhere, of a kind that is fetched."""
    scheme, found, _ = text.partition("://")
    return bool(found) and scheme.lower() in (*OBJECTS, *WEB)


def copies(address: str, what: str) -> list[Path]:
    """The copies of what is at an address; of several objects where it is a pattern, in order of name.

    Credentials come from the environment. Raises DataError where it cannot be had, or the address holds a
    password or signature; MissingLibrary where a library is not installed.
    """
    if secrets_of(address):
        raise DataError(
            f"{what}: {bare(address)} was given with a password or signature, which does not belong in a "
            "recipe: leave it out, and set the credentials in the environment, see docs/sources.md"
        )
    scheme = address.partition("://")[0].lower()
    if scheme in WEB:
        return [_from_web(address)]
    return _from_objects(address, scheme)


def title_of(path: Path) -> str:
    """The address that a file is a copy of; nothing for any other file."""
    if cache_folder() / "remote" not in path.parents:
        return ""
    return str(_about(path.parent).get("address", ""))


def _from_web(address: str) -> Path:
    place = _hub(address) if address.startswith("hf://") else address
    folder = _folder(address)
    name = unquote(PurePosixPath(urlsplit(place).path).name) or "data"
    known = _about(folder)
    path = folder / name
    secrets = bearer(place)
    if address.startswith("hf://") and os.environ.get("HF_TOKEN"):
        secrets = {"Authorization": f"Bearer {os.environ['HF_TOKEN']}"}
    scratch = unfinished(path)
    try:
        tag = str(known.get("tag", "")) if path.is_file() else ""
        answer = Web(secrets=secrets).save(place, scratch, tag)
        if answer.status != 304:
            os.replace(scratch, path)
            _note(folder, address, answer.tag)
    finally:
        scratch.unlink(missing_ok=True)
    return path


def _hub(address: str) -> str:
    """Where the Hugging Face hub has a file: hf://datasets/ORGANISATION/NAME[@REVISION]/PATH."""
    kind, *parts = address.removeprefix("hf://").split("/")
    if kind not in ("datasets", "spaces") or len(parts) < 3:
        raise DataError(
            f"{address} is none of hf://datasets/ORGANISATION/NAME/PATH, with @REVISION after NAME"
        )
    name, _, revision = parts[1].partition("@")
    hub = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    return f"{hub}/{kind}/{parts[0]}/{name}/resolve/{revision or 'main'}/{'/'.join(parts[2:])}"


def _from_objects(address: str, scheme: str) -> list[Path]:
    try:
        import obstore
    except ImportError as error:
        said = f'{address} needs the library obstore, which is not installed: pip install "palate[cloud]"'
        raise MissingLibrary(said) from error
    bucket, _, key = address.partition("://")[2].partition("/")
    problem = ""
    try:
        store = opened(f"{OBJECTS[scheme]}://{bucket}")
        keys = _matching(obstore, store, key) if set(key) & set("*?[") else [key]
        if not keys:
            raise DataError(f"no object matches {address}")
        return [_object(obstore, store, f"{scheme}://{bucket}/{name}", name) for name in keys]
    except FileNotFoundError:
        problem = f"{address}: there is nothing there"
    except PermissionError:
        problem = f"{address}: the credentials in the environment do not allow reading it"
    except (obstore.exceptions.BaseError, OSError, ValueError) as error:
        problem = f"{address} cannot be read: {said_by(error)}"
    raise DataError(problem)


def _matching(obstore: Any, store: Any, pattern: str) -> list[str]:
    fixed = pattern[: min(pattern.index(mark) for mark in "*?[" if mark in pattern)].rpartition("/")[0]
    found = [each["path"] for batch in obstore.list(store, prefix=fixed or None) for each in batch]
    deep = pattern.count("/")
    return sorted(name for name in found if fnmatchcase(name, pattern) and name.count("/") == deep)


def _object(obstore: Any, store: Any, address: str, key: str) -> Path:
    meta = obstore.head(store, key)
    tag = f"{meta.get('e_tag')} {meta.get('version')} {meta['size']} {meta['last_modified']}"
    folder = _folder(address)
    path = folder / PurePosixPath(key).name
    if path.is_file() and _about(folder).get("tag") == tag:
        return path
    scratch = unfinished(path)
    try:
        with scratch.open("wb") as file:
            for part in obstore.get(store, key).stream(min_chunk_size=_CHUNK):
                file.write(part)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
    _note(folder, address, tag)
    return path


def _folder(address: str) -> Path:
    return cache_folder() / "remote" / hashlib.blake2b(address.encode(), digest_size=12).hexdigest()


def _about(folder: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        known = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return known if isinstance(known, dict) else {}
    return {}


def _note(folder: Path, address: str, tag: str) -> None:
    write_whole(folder / ABOUT, json.dumps({"address": address, "tag": tag}).encode())
