"""Objects below one address of object storage, by name. Needs obstore."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from palate.errors import MissingLibrary, StoreError
from palate.remote.buckets import OBJECTS, opened, said_by

A = TypeVar("A")

PART = 32 * 2**20
"""Bytes that are fetched at once: each request has a time limit of its own, so that large objects arrive."""
TRIES = 5
_PAUSE = 0.1  # seconds before the second try, twice as long before each further one


def is_object_storage(place: str) -> bool:
    """Whether a text is an address of object storage."""
    scheme, found, _ = place.partition("://")
    return bool(found) and scheme.lower() in OBJECTS


@dataclass(frozen=True)
class Found:
    """An object in a listing: its name below the address, bytes, and when it was written (since 1970)."""

    name: str
    size: int
    written: float


@dataclass(frozen=True)
class Objects:
    """What is below an address such as `s3://bucket/prefix`.

    Every method raises StoreError where the storage does not answer, refuses or has no such bucket, and
    tries again what may be tried again.
    """

    address: str

    @cached_property
    def bucket(self) -> Any:
        try:
            import obstore  # noqa: F401
        except ImportError as error:
            raise MissingLibrary(
                f"the store {self.address} needs the library obstore, which is not installed: "
                'pip install "palate[cloud]"'
            ) from error
        scheme, _, rest = self.address.partition("://")
        with self._said("opened"):
            return opened(f"{OBJECTS[scheme.lower()]}://{rest.rstrip('/')}")

    def has(self, name: str) -> bool:
        """Whether there is an object of this name. Asks for it, and trusts no listing."""
        import obstore

        def ask() -> bool:
            try:
                obstore.head(self.bucket, name)
            except FileNotFoundError:
                return False
            return True

        return self._tried(ask, "read")

    def read(self, name: str) -> bytes | None:
        """The bytes of a small object, None where there is none."""
        import obstore

        def ask() -> bytes | None:
            try:
                return bytes(obstore.get(self.bucket, name).bytes())
            except FileNotFoundError:
                return None

        return self._tried(ask, "read")

    def fetch(self, name: str, size: int, path: Path) -> None:
        """Write the first `size` bytes of an object to a file, and fewer where it has fewer."""
        import obstore

        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for start in range(0, size, PART):
                end = min(size, start + PART)

                def ask(start: int = start, end: int = end) -> bytes | None:
                    try:
                        return bytes(obstore.get_range(self.bucket, name, start=start, end=end))
                    except FileNotFoundError:
                        return None

                part = self._tried(ask, "read")
                if part is None:  # whoever checks the file finds it short
                    return
                file.write(part)

    def put(self, name: str, content: Path | bytes) -> None:
        """Write an object, over one that is there."""
        import obstore

        self._tried(lambda: obstore.put(self.bucket, name, content) and None, "written")

    def create(self, name: str, content: bytes) -> bool:
        """Write an object where there is none; whether there was none.

        A try whose answer was lost may have written it: where the same bytes are there, that is success. A
        refusal though nothing is there (a race with who removes it, or a storage under load) is tried again.
        """
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        def ask() -> bool | None:
            try:
                obstore.put(self.bucket, name, content, mode="create")
            except (AlreadyExistsError, PreconditionError):
                known = self.read(name)
                if known is None:
                    raise TimeoutError(f"{name} is said to be there and is not") from None
                return known == content
            return True

        return bool(self._tried(ask, "written"))

    def listed(self, prefix: str) -> list[Found]:
        """What is below a prefix, as far as the storage lists it by now."""
        import obstore

        def ask() -> list[Found]:
            return [
                Found(each["path"], each["size"], each["last_modified"].timestamp())
                for batch in obstore.list(self.bucket, prefix=prefix)
                for each in batch
            ]

        return sorted(self._tried(ask, "read"), key=lambda found: found.name)

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects; one that is gone already is no error."""
        import obstore

        def gone(name: str) -> None:
            with suppress(FileNotFoundError):
                obstore.delete(self.bucket, name)

        for name in names:
            self._tried(lambda name=name: gone(name), "written")  # type: ignore[misc]

    def _tried(self, ask: Callable[[], A], what: str) -> A:
        """What `ask` gives, tried again a few times where the storage fails and may yet answer."""
        from obstore.exceptions import GenericError

        with self._said(what):
            for again in range(TRIES - 1):
                with suppress(GenericError, TimeoutError):
                    return ask()
                time.sleep(_PAUSE * 2**again)
            return ask()

    @contextmanager
    def _said(self, what: str) -> Iterator[None]:
        import obstore

        try:
            yield
        except FileNotFoundError as error:
            problem = "there is no such bucket or container"
            raise StoreError(f"the store {self.address} cannot be {what}: {problem}") from error
        except PermissionError as error:
            problem = "the credentials in the environment do not allow it"
            raise StoreError(f"the store {self.address} cannot be {what}: {problem}") from error
        except (obstore.exceptions.BaseError, OSError, ValueError) as error:
            raise StoreError(f"the store {self.address} cannot be {what}: {said_by(error)}") from None
