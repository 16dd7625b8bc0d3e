"""All pages of one answer, kept in the cache folder so that what is known is not fetched again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from palate.errors import DataError
from palate.leftovers import DAY
from palate.paths import cache_folder, write_whole
from palate.remote.web import Answer, Web, read_json
from palate.secrets import bare
from palate_api.paging import Paging

_MANY = 1_000_000


@dataclass
class Walk:
    """The pages from one address on.

    Each page is kept with its ETag, by which the server is asked whether it is still so. A walk that was
    cut off within a day goes on at the page where it was, and takes those before it as they are.
    """

    address: str
    paging: Paging
    web: Web

    def rows(self, pages: int = _MANY) -> Iterator[list[dict[str, Any]]]:
        """The objects of each page. Raises DataError for an answer that is none, or pages in a circle."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        state = self._begun()
        address, seen, visited = self.paging.start(self.address), 0, set[str]()
        for number in range(1, pages + 1):
            if address in visited:
                raise DataError(
                    f"{bare(address)}: page {number} is one that came before; see `next` and `cursor`"
                )
            visited.add(address)
            answer = self._page(number, address, state["walk"])
            where = f"{bare(self.address)}, page {number}"
            document = read_json(answer.body, where)
            found = self.paging.rows_of(document, where)
            seen += len(found)
            yield found
            address = self.paging.after(address, answer, document, number, len(found), seen)
            if not address:
                self._finished(state, number)
                return

    @property
    def _folder(self) -> Path:
        known = json.dumps([self.address, repr(self.paging), sorted(self.web.secrets.items())])
        return cache_folder() / "api" / hashlib.blake2b(known.encode(), digest_size=16).hexdigest()

    def _begun(self) -> dict[str, Any]:
        """The walk that was cut off, or a new one."""
        state = self._read("walk.json")
        fresh = time.time() - state.get("begun", 0) < DAY
        if state.get("done", True) or not fresh:
            state = {"walk": time.time_ns(), "begun": time.time(), "done": False}
            self._write("walk.json", state)
        return state

    def _finished(self, state: dict[str, Any], pages: int) -> None:
        self._write("walk.json", state | {"done": True})
        for number in range(pages + 1, _MANY):
            about, body = self._places(number)
            if not about.exists():
                return
            about.unlink()
            body.unlink(missing_ok=True)

    def _page(self, number: int, address: str, walk: int) -> Answer:
        about, body = self._places(number)
        known = self._read(about.name)
        known = known if known.get("address") == address and body.is_file() else {}
        if known.get("walk") == walk:
            return Answer(200, known["headers"], body.read_bytes())
        answer = self.web.get(address, known.get("headers", {}).get("etag", ""))
        if answer.status == 304:
            answer = Answer(304, known["headers"], body.read_bytes())
        else:
            write_whole(body, answer.body)
        headers = {name: answer.headers[name] for name in ("etag", "link") if name in answer.headers}
        self._write(about.name, {"address": address, "walk": walk, "headers": headers})
        return answer

    def _places(self, number: int) -> tuple[Path, Path]:
        return self._folder / f"{number}.about.json", self._folder / f"{number}.body"

    def _read(self, name: str) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            known = json.loads((self._folder / name).read_text(encoding="utf-8"))
            return known if isinstance(known, dict) else {}
        return {}

    def _write(self, name: str, value: dict[str, Any]) -> None:
        write_whole(self._folder / name, json.dumps(value).encode())
